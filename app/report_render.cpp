// `hubsim report render`: every report is a function of run.json, so it can be made at any time.
#include <cstdio>
#include <filesystem>

#include "app/exit_codes.h"
#include "app/flags.h"
#include "app/report.h"
#include "common/base/text.h"
#include "reports/formats/format.h"
#include "reports/model/run_file.h"

namespace hubsim::app {

namespace {

std::string known_text() {
  std::string text;
  const reports::FormatRegistry registry = reports::known_formats();
  for (const std::string& name : registry.names()) {
    const auto* kind = registry.find(name);
    text += "  " + name + " (" + kind->file_name + "): " + kind->help + "\n";
  }
  return text;
}

std::vector<std::string> wanted_formats(const cxxopts::ParseResult& flags) {
  std::vector<std::string> names;
  if (flags.count("format") > 0) {
    for (const std::string_view name : split(flags["format"].as<std::string>(), ',')) {
      names.emplace_back(trim(name));
    }
  }
  return names;
}

}  // namespace

int report_render_main(int argc, char** argv) {
  cxxopts::Options options("hubsim report render",
                           "Makes the reports of a run again, from its run.json.");
  options.add_options()("run", "folder with run.json, or that file", cxxopts::value<std::string>())(
      "format", "which, with commas between (default all)", cxxopts::value<std::string>())(
      "out", "folder to write to (default: that of run.json)", cxxopts::value<std::string>());
  options.parse_positional({"run"});
  options.positional_help("RUN");
  const Flags flags = parse_flags(options, argc, argv,
                                  "formats:\n" + known_text() +
                                      "example:\n"
                                      "  hubsim report render out/storm --format html,junit\n"
                                      "exit codes: 0 written, 2 bad file or usage\n");
  if (flags.exit_code) {
    return *flags.exit_code;
  }
  if (flags.values.count("run") == 0) {
    return report_mistake("render", "which run? Write hubsim report render RUN");
  }
  const std::filesystem::path run = flags.values["run"].as<std::string>();
  const auto result = reports::read_run(run);
  if (!result.ok()) {
    return report_mistake("render", result.error());
  }
  std::filesystem::path out = reports::run_file_of(run).parent_path();
  if (flags.values.count("out") > 0) {
    out = flags.values["out"].as<std::string>();
  }
  out = out.empty() ? "." : out;
  const auto names = wanted_formats(flags.values);
  if (const auto written = reports::write_reports(*result, out, names); !written.ok()) {
    return report_mistake("render", written.error());
  }
  std::printf("written to %s\n", out.c_str());
  return exit_pass;
}

}  // namespace hubsim::app
