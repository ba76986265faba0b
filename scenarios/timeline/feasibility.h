// Whether the portal's limits leave an integration any chance: the arithmetic `hubsim plan` states
// before a run. Impossible is only what no integration could do, however well it batches; what a
// careless one could not do is a warning.
// Threads: pure. Numbers: hubspot/data/limits.json (behaviour reference 2.1, 2.4).
#pragma once

#include <string>
#include <vector>

#include "hubspot/facts/facts.h"
#include "scenarios/model/scenario.h"

namespace hubsim::scenarios {

struct FeasibilityNote {
  bool impossible = false;
  std::string text;
};

[[nodiscard]] std::vector<FeasibilityNote> check_feasibility(const Scenario& scenario,
                                                             const hubspot::Facts& facts);

}  // namespace hubsim::scenarios
