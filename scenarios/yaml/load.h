// A scenario file's text -> a validated Scenario, or every problem at once with file:line:column
// and the nearest known name.
// Threads: pure but for the environment look-up in the options.
#pragma once

#include <string>
#include <vector>

#include "scenarios/model/read.h"
#include "scenarios/yaml/document.h"

namespace hubsim::scenarios {

[[nodiscard]] Result<Scenario, std::vector<Diagnostic>> load_scenario(
    const std::string& text, const std::string& file_name, const Kinds& kinds,
    const ReadOptions& options = {});

}  // namespace hubsim::scenarios
