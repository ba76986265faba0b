// `hubsim report history`: the key numbers of many runs in one file, and what stands out.
#include <algorithm>
#include <cstdio>

#include "app/exit_codes.h"
#include "app/flags.h"
#include "app/report.h"
#include "reports/compare/history.h"
#include "reports/model/run_file.h"

namespace hubsim::app {

namespace {

constexpr const char* example =
    "example:\n"
    "  hubsim report history history.jsonl --add out/storm --label \"$(git rev-parse --short "
    "HEAD)\"\n"
    "  hubsim report history history.jsonl --last 30 --strict\n"
    "exit codes: 0 done, 1 --strict and the newest run of a scenario is an outlier to the bad "
    "side,\n"
    "            2 bad file or usage\n";

bool any_worse(const std::vector<reports::ScenarioTrends>& all) {
  return std::any_of(all.begin(), all.end(), [](const reports::ScenarioTrends& scenario) {
    return std::any_of(scenario.trends.begin(), scenario.trends.end(),
                       [](const reports::Trend& trend) { return trend.worse; });
  });
}

int add_run(const std::string& file, const std::string& name, const std::string& label,
            std::vector<reports::HistoryRun>& runs) {
  const auto run = reports::read_run(name);
  if (!run.ok()) {
    return report_mistake("history", run.error());
  }
  reports::add_to_history(runs, reports::history_run(*run, label));
  if (const auto written = reports::write_history(file, runs); !written.ok()) {
    return report_mistake("history", written.error());
  }
  return exit_pass;
}

}  // namespace

int report_history_main(int argc, char** argv) {
  cxxopts::Options options("hubsim report history",
                           "The key numbers of many runs in one file of JSON lines (the newest "
                           "1000), their trends and outliers.");
  options.add_options()("file", "the history; made when missing", cxxopts::value<std::string>())(
      "add", "a run to add: its folder or run.json", cxxopts::value<std::string>())(
      "label", "of that run: a commit, a branch", cxxopts::value<std::string>()->default_value(""))(
      "last", "runs before the newest that say what is ordinary",
      cxxopts::value<std::uint32_t>()->default_value("20"))(
      "strict", "exit code 1 when the newest run of a scenario is an outlier to the bad side");
  options.parse_positional({"file"});
  options.positional_help("FILE");
  const Flags flags = parse_flags(options, argc, argv, example);
  if (flags.exit_code) {
    return *flags.exit_code;
  }
  const auto& values = flags.values;
  if (values.count("file") == 0) {
    return report_mistake("history", "which file? Write hubsim report history FILE");
  }
  const auto file = values["file"].as<std::string>();
  auto runs = reports::read_history(file);
  if (!runs.ok()) {
    return report_mistake("history", runs.error());
  }
  if (values.count("add") > 0) {
    const int code =
        add_run(file, values["add"].as<std::string>(), values["label"].as<std::string>(), *runs);
    if (code != exit_pass) {
      return code;
    }
  }
  const std::size_t window = std::max<std::uint32_t>(values["last"].as<std::uint32_t>(), 1);
  const auto trends = reports::trends_of(*runs, window);
  std::fputs(reports::history_text(trends).c_str(), stdout);
  return values.count("strict") > 0 && any_worse(trends) ? exit_fail : exit_pass;
}

}  // namespace hubsim::app
