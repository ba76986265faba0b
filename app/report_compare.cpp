// `hubsim report compare`: did the new run get worse than the base?
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "app/comparing.h"
#include "app/exit_codes.h"
#include "app/report.h"
#include "reports/compare/text.h"
#include "reports/formats/format.h"
#include "reports/model/run_file.h"

namespace hubsim::app {

namespace {

constexpr const char* example =
    "A regression of a response time needs a 95 % interval that leaves 0 out, a change beyond\n"
    "--threshold and --min-change, and an effect beyond --min-effect (docs/compare.md).\n"
    "example:\n"
    "  hubsim report compare out/main out/branch --threshold 15% --markdown pr.md\n"
    "exit codes: 0 nothing regressed, 1 something regressed, 2 bad file or usage,\n"
    "            3 not comparable: nothing in common\n";

cxxopts::Options compare_flags() {
  cxxopts::Options options("hubsim report compare",
                           "Did a run get worse? Response times, errors, rates, convergence, "
                           "requirements, and how the integration uses the API.");
  options.add_options()("base", "the run to compare with", cxxopts::value<std::string>())(
      "new", "the run to judge", cxxopts::value<std::string>())(
      "json", "file for the comparison as data (reports/comparison.schema.json)",
      cxxopts::value<std::string>())("markdown", "file for a comment on a pull request",
                                     cxxopts::value<std::string>())(
      "html", "file for the new run's report page with the comparison in it",
      cxxopts::value<std::string>());
  add_gate_flags(options);
  options.parse_positional({"base", "new"});
  options.positional_help("BASE NEW");
  return options;
}

Status<> write_text(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  return file.flush() ? Status<>(Done{}) : Status<>(Failure{"cannot write " + path});
}

std::string page_of(reports::RunResult run, const reports::Comparison& comparison) {
  run.comparison = comparison;
  return reports::known_formats().find("html")->render(run);
}

Status<> write_files(const cxxopts::ParseResult& flags, const reports::RunResult& run,
                     const reports::Comparison& comparison) {
  const auto write = [&](const char* flag, auto make) -> Status<> {
    return flags.count(flag) > 0 ? write_text(flags[flag].as<std::string>(), make())
                                 : Status<>(Done{});
  };
  if (auto done = write("json", [&] { return json::dump(reports::to_json(comparison), 2) + "\n"; });
      !done.ok()) {
    return done;
  }
  if (auto done = write("markdown", [&] { return reports::comparison_markdown(comparison); });
      !done.ok()) {
    return done;
  }
  return write("html", [&] { return page_of(run, comparison); });
}

int compare_runs(const cxxopts::ParseResult& flags, const reports::CompareRules& rules) {
  const auto base_file = flags["base"].as<std::string>();
  const auto fresh_file = flags["new"].as<std::string>();
  const auto base = reports::read_run(base_file);
  const auto fresh = reports::read_run(fresh_file);
  if (!base.ok() || !fresh.ok()) {
    return report_mistake("compare", base.ok() ? fresh.error() : base.error());
  }
  auto comparison = reports::compare(*base, *fresh, rules);
  if (!comparison.ok()) {
    (void)report_mistake("compare", comparison.error());
    return exit_invalid;
  }
  comparison->base.file = base_file;
  comparison->fresh.file = fresh_file;
  const bool colour = ::isatty(STDOUT_FILENO) == 1;
  std::fputs(reports::comparison_text(*comparison, colour).c_str(), stdout);
  if (const auto written = write_files(flags, *fresh, *comparison); !written.ok()) {
    return report_mistake("compare", written.error());
  }
  return comparison->verdict == reports::ChangeVerdict::regressed ? exit_fail : exit_pass;
}

}  // namespace

int report_compare_main(int argc, char** argv) {
  cxxopts::Options options = compare_flags();
  const Flags flags = parse_flags(options, argc, argv, example);
  if (flags.exit_code) {
    return *flags.exit_code;
  }
  if (flags.values.count("base") == 0 || flags.values.count("new") == 0) {
    return report_mistake("compare", "two runs are wanted: hubsim report compare BASE NEW");
  }
  const auto rules = rules_from_flags(flags.values);
  return rules.ok() ? compare_runs(flags.values, *rules) : report_mistake("compare", rules.error());
}

}  // namespace hubsim::app
