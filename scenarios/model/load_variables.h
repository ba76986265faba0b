// The first step of reading: ${set.*} and ${env.*} get their values, unknown variables are named.
// Threads: pure but for the environment lookup in the options.
#pragma once

#include "scenarios/model/read.h"

namespace hubsim::scenarios {

/// `document` with its load-time variables replaced. A text that is nothing but "${set.NAME}" takes
/// the value's own type, so a count can be a variable. Fills `set` with the values of this run.
[[nodiscard]] Json resolve_load_variables(const Json& document, const ReadOptions& options,
                                          std::vector<std::pair<std::string, std::string>>& set,
                                          config::Problems& problems);

}  // namespace hubsim::scenarios
