// `hubsim run`: plays a scenario against an integration and judges its data.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "app/commands.h"
#include "app/comparing.h"
#include "app/flags.h"
#include "app/live_metrics.h"
#include "app/mock_instance.h"
#include "app/replay_text.h"
#include "app/scenario_file.h"
#include "common/random/prng.h"
#include "hubspot/facts/facts.h"
#include "reports/compare/text.h"
#include "reports/formats/console.h"
#include "scenarios/run/runner.h"
#include "scenarios/timeline/draw.h"

namespace hubsim::app {

namespace {

std::atomic<bool> interrupted{false};

void on_signal(int) { interrupted.store(true); }

/// The mock in this process, as the runner sees it.
class OwnMock final : public scenarios::MockHandle {
 public:
  explicit OwnMock(const MockOptions& options) : instance_(options) {}

  Status<> start() {
    if (auto started = instance_.start(); !started.ok()) {
      return started;
    }
    const MockInfo info = instance_.info();
    url = info.url;
    control_url = info.control_url;
    portal_id = std::to_string(info.portal_id);
    access_token = info.access_token;
    app_id = std::to_string(info.app_id);
    client_id = info.client_id;
    client_secret = info.client_secret;
    return Done{};
  }

 private:
  MockInstance instance_;
};

Result<std::unique_ptr<scenarios::MockHandle>> start_own_mock(
    const scenarios::MockOptions& wanted) {
  MockOptions options;
  options.port = 0;
  options.world.seed = wanted.seed;
  options.world.tier = wanted.tier;
  options.world.limits_on = wanted.limits == "hubspot";
  options.world.private_app = wanted.app == "private";
  auto mock = std::make_unique<OwnMock>(options);
  if (const auto started = mock->start(); !started.ok()) {
    return Failure{started.error()};
  }
  return std::unique_ptr<scenarios::MockHandle>(std::move(mock));
}

void watch_signals() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

/// For a run whose file names no seed: short enough to type again.
std::uint64_t draw_seed() {
  const auto now = std::to_string(monotonic_now().count());
  return keyed_prng(static_cast<std::uint64_t>(::getpid()), {now}).below(1'000'000'000);
}

/// `set` and `compare` as given; what sounds secret in addresses is left out.
std::string replay_command(const scenarios::Scenario& scenario, const std::vector<std::string>& set,
                           const std::string& compare) {
  std::string command =
      fmt::format("hubsim run {} --seed {}", shell_quoted(scenario.file_name), *scenario.seed);
  for (const std::string& pair : set) {
    command += " --set " + shell_quoted(safe_url(pair));
  }
  if (!compare.empty()) {
    command += " --compare " + shell_quoted(compare);
  }
  return command;
}

struct Request {
  std::string file;
  std::vector<std::string> set;
  std::optional<std::uint64_t> seed;
  std::string out;
  std::string mock_url;
  std::string compare;
};

int exit_code_of(reports::Verdict verdict) {
  switch (verdict) {
    case reports::Verdict::pass:
      return exit_pass;
    case reports::Verdict::fail:
      return exit_fail;
    case reports::Verdict::invalid:
      return exit_invalid;
  }
  return exit_invalid;
}

int exit_code_of(const scenarios::SessionError& error) {
  using Kind = scenarios::SessionError::Kind;
  switch (error.kind) {
    case Kind::none:
      return exit_pass;
    case Kind::bad_setup:
      return exit_usage;
    case Kind::unreachable:
      return exit_unreachable;
    case Kind::broken:
      return exit_invalid;
    case Kind::interrupted:
      return exit_interrupted;
  }
  return exit_invalid;
}

/// Impossible requirements end the run before it starts; the remarks are printed.
bool is_feasible(const scenarios::Scenario& scenario) {
  bool feasible = true;
  for (const auto& note : scenarios::check_feasibility(scenario, *hubspot::load_facts())) {
    if (note.impossible) {
      std::fprintf(stderr, "hubsim run: impossible: %s\n", note.text.c_str());
      feasible = false;
    }
  }
  return feasible;
}

/// What watches the run hears its end; what went wrong with that is a note in the reports.
void tell_end(LiveMetrics& metrics, reports::RunResult& result) {
  for (const std::string& warning : metrics.finish(end_of(result))) {
    std::fprintf(stderr, "hubsim run: warning: %s\n", warning.c_str());
    result.environment.notes.push_back(warning);
  }
}

int play(const Request& request, const cxxopts::ParseResult& flags) {
  auto file = read_scenario_file(request.file, request.set);
  if (!file || !is_feasible(file->scenario)) {
    return exit_usage;
  }
  scenarios::Scenario& scenario = file->scenario;
  auto base = base_of(scenario.compare, request.compare);
  if (!base.ok()) {
    std::fprintf(stderr, "hubsim run: %s\n", base.error().c_str());
    return exit_usage;
  }
  if (scenario.compare && !*base) {
    std::printf("%s is not there: this run is compared with none\n",
                scenario.compare->with.c_str());
  }
  scenario.seed = request.seed ? request.seed : scenario.seed ? scenario.seed : draw_seed();
  const std::string out = request.out.empty() ? "out/" + scenario.name : request.out;
  const std::string replay = replay_command(scenario, request.set, request.compare);
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  const auto metrics = LiveMetrics::start(flags, scenario.name);
  if (!metrics) {
    std::fprintf(stderr, "hubsim run: %s\n", metrics.error().c_str());
    return exit_usage;
  }
  const scenarios::RunOptions options{
      .session =
          {.scenario = scenario,
           .kinds = compose_kinds(),
           .mock =
               request.mock_url.empty()
                   ? scenarios::MockFactory(start_own_mock)
                   : [url = request.mock_url](
                         const scenarios::MockOptions&) { return scenarios::attach_to_mock(url); },
           .out = out,
           .console = {.is_terminal = terminal,
                       .write =
                           [](std::string_view text) {
                             std::fwrite(text.data(), 1, text.size(), stdout);
                             std::fflush(stdout);
                           }},
           .metrics = (*metrics)->board()},
      .scenario_text = file->text,
      .replay_command = replay,
      .base = std::move(*base),
      .before_reports = [&metrics](reports::RunResult& result) { tell_end(**metrics, result); }};
  std::printf("%s, seed %llu\n", scenario.name.c_str(),
              static_cast<unsigned long long>(*scenario.seed));
  const scenarios::RunOutcome outcome = scenarios::run_scenario(options, interrupted);
  if (outcome.error.kind != scenarios::SessionError::Kind::none) {
    std::fprintf(stderr, "\nhubsim run: %s\nreplay: %s\n", outcome.error.text.c_str(),
                 replay.c_str());
  }
  if (!outcome.result) {
    return exit_code_of(outcome.error);
  }
  const auto colour = terminal ? reports::Colour::on : reports::Colour::off;
  std::printf("\n%s\nreport: %s\n", reports::render_summary(*outcome.result, colour).c_str(),
              (std::filesystem::path(out) / "report.html").c_str());
  if (outcome.result->comparison) {
    std::printf("\n%s", reports::comparison_text(*outcome.result->comparison, terminal).c_str());
  }
  std::fflush(stdout);
  (*metrics)->linger(interrupted);
  return outcome.error.kind == scenarios::SessionError::Kind::none
             ? exit_code_of(outcome.result->verdict)
             : exit_code_of(outcome.error);
}

}  // namespace

int run_main(int argc, char** argv) {
  cxxopts::Options options("hubsim run",
                           "Plays a scenario against an integration and judges its data.");
  options.add_options()("scenario", "scenario file", cxxopts::value<std::string>())(
      "set", "name=value of a ${set.name} variable; may be repeated",
      cxxopts::value<std::vector<std::string>>())("seed", "instead of the file's",
                                                  cxxopts::value<std::uint64_t>())(
      "out", "folder for the reports: docs/reports.md (default out/NAME)",
      cxxopts::value<std::string>())("mock", "URL of a mock that runs already; it is reset first",
                                     cxxopts::value<std::string>())(
      "compare", "an earlier run (folder or run.json): worse than it is a failure",
      cxxopts::value<std::string>());
  add_metrics_flags(options);
  options.parse_positional({"scenario"});
  options.positional_help("SCENARIO.yaml");
  const Flags flags = parse_flags(
      options, argc, argv,
      "example:\n"
      "  hubsim run scenarios/library/storm_then_heal_short.yaml --set defect=no_retry\n"
      "exit codes: 0 pass, 1 a requirement failed, 2 bad file or usage, 3 invalid run,\n"
      "            4 target unreachable, 130 interrupted\n");
  if (flags.exit_code) {
    return *flags.exit_code;
  }
  const auto& values = flags.values;
  if (values.count("scenario") == 0) {
    std::fprintf(stderr, "hubsim run: which scenario? Write hubsim run FILE.yaml\n");
    return exit_usage;
  }
  const auto text = [&](const char* name) {
    return values.count(name) > 0 ? values[name].as<std::string>() : std::string();
  };
  Request request{.file = text("scenario"),
                  .out = text("out"),
                  .mock_url = text("mock"),
                  .compare = text("compare")};
  if (values.count("set") > 0) {
    request.set = values["set"].as<std::vector<std::string>>();
  }
  if (values.count("seed") > 0) {
    request.seed = values["seed"].as<std::uint64_t>();
  }
  watch_signals();
  return play(request, values);
}

}  // namespace hubsim::app
