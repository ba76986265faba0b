// `hubsim load --search --scenario FILE --vary NAME`: the highest rate at which a scenario still
// passes. For an integration: the highest rate of CRM changes with which it still converges in
// time. Each step is a `hubsim run` of its own, with --set NAME=RATE, in a process of its own.
// Threads: blocks.
#pragma once

#include <filesystem>
#include <string>

#include "loadgen/load_search.h"

namespace hubsim::app {

struct ScenarioSearch {
  std::string file;
  std::string variable;  ///< declared under `set` in the file, used as a rate
  std::filesystem::path out;
};

/// One step: runs the scenario at that rate; its verdict is the exit code's.
[[nodiscard]] loadgen::SearchProbe scenario_probe(const ScenarioSearch& search);

}  // namespace hubsim::app
