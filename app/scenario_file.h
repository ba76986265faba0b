// Reading a scenario file for `run`, `plan` and `schema`: the kinds composed from every registry,
// the file with its --set values, and its problems printed one on a line.
// Threads: none of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/model/kinds.h"
#include "scenarios/model/scenario.h"

namespace hubsim::app {

/// Every driver, fault, check and observer that is built in.
[[nodiscard]] scenarios::Kinds compose_kinds();

struct ScenarioFile {
  scenarios::Scenario scenario;
  std::string text;
};

/// Prints the problems to stderr and answers nothing when there are any.
[[nodiscard]] std::optional<ScenarioFile> read_scenario_file(const std::string& file_name,
                                                             const std::vector<std::string>& set);

}  // namespace hubsim::app
