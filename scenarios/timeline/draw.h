// The plan as text: phases, rates and fault windows on one axis, then totals and the arithmetic of
// the limits. Plain ASCII, at most 100 columns where the names allow it.
// Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "scenarios/model/scenario.h"
#include "scenarios/timeline/feasibility.h"

namespace hubsim::scenarios {

[[nodiscard]] std::string draw_plan(const Scenario& scenario,
                                    const std::vector<FeasibilityNote>& notes);

}  // namespace hubsim::scenarios
