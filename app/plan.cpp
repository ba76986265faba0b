#include <algorithm>
#include <cstdio>

#include "app/commands.h"
#include "app/flags.h"
#include "app/scenario_file.h"
#include "hubspot/facts/facts.h"
#include "scenarios/timeline/draw.h"

namespace hubsim::app {

int plan_main(int argc, char** argv) {
  cxxopts::Options options("hubsim plan",
                           "Draws a scenario's timeline and states what the portal's limits make "
                           "impossible (exit code 2) or hard.");
  options.add_options()("scenario", "scenario file", cxxopts::value<std::string>())(
      "set", "name=value of a ${set.name} variable",
      cxxopts::value<std::vector<std::string>>()->default_value(""));
  options.parse_positional({"scenario"});
  options.positional_help("SCENARIO.yaml");
  const Flags flags = parse_flags(
      options, argc, argv, "example:\n  hubsim plan scenarios/library/storm_then_heal.yaml\n");
  if (flags.exit_code) {
    return *flags.exit_code;
  }
  if (flags.values.count("scenario") == 0) {
    std::fprintf(stderr, "hubsim plan: which scenario? Write hubsim plan FILE.yaml\n");
    return exit_usage;
  }
  const auto set = flags.values.count("set") > 0
                       ? flags.values["set"].as<std::vector<std::string>>()
                       : std::vector<std::string>{};
  const auto file = read_scenario_file(flags.values["scenario"].as<std::string>(), set);
  if (!file) {
    return exit_usage;
  }
  const auto notes = scenarios::check_feasibility(file->scenario, *hubspot::load_facts());
  std::fputs(scenarios::draw_plan(file->scenario, notes).c_str(), stdout);
  const bool impossible =
      std::any_of(notes.begin(), notes.end(), [](const auto& note) { return note.impossible; });
  return impossible ? exit_usage : exit_pass;
}

}  // namespace hubsim::app
