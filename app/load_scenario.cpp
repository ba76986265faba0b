#include "app/load_scenario.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <vector>

#include "app/exit_codes.h"

namespace hubsim::app {

namespace {

/// Runs this program again; its exit code, 127 where it could not be started.
int run_self(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) {
    argv.push_back(argument.data());
  }
  argv.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, argv.data(), environ) != 0) {
    return 127;
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : exit_interrupted;
}

/// nullopt: nothing to judge, the search ends.
std::optional<loadgen::Conclusion> conclusion_of(int exit_code, const std::string& report) {
  using loadgen::LoadVerdict;
  switch (exit_code) {
    case exit_pass:
      return loadgen::Conclusion{LoadVerdict::pass, {}};
    case exit_fail:
      return loadgen::Conclusion{LoadVerdict::fail, {"see " + report}};
    case exit_invalid:
      return loadgen::Conclusion{LoadVerdict::invalid, {"see " + report}};
    case exit_unreachable:
      return loadgen::Conclusion{LoadVerdict::unreachable, {"see " + report}};
    case exit_usage:
      // At too high a rate `run` refuses what the portal's limits make impossible; it says so.
      return loadgen::Conclusion{LoadVerdict::fail, {"refused before it began, see above"}};
    default:
      return std::nullopt;
  }
}

}  // namespace

loadgen::SearchProbe scenario_probe(const ScenarioSearch& search) {
  return [search, step = 0](double rate) mutable -> std::optional<loadgen::SearchStep> {
    const auto out = search.out / fmt::format("step-{:02}", ++step);
    std::fprintf(stderr, "== %s=%.4g/s\n", search.variable.c_str(), rate);
    const int code =
        run_self({"hubsim", "run", search.file, "--set",
                  fmt::format("{}={:.4g}/s", search.variable, rate), "--out", out.string()});
    auto conclusion = conclusion_of(code, (out / "report.html").string());
    if (!conclusion) {
      return std::nullopt;
    }
    return loadgen::SearchStep{
        .rate_per_s = rate, .conclusion = std::move(*conclusion), .rate_achieved = rate};
  };
}

}  // namespace hubsim::app
