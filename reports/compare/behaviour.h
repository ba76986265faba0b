// How the integration uses the API otherwise than in the base run, each difference with a verdict
// by rule. Threads: pure.
// Regressed: a new operation, more calls per change, more retries per call, early retries where
// there were none, more 429s or 5xx met, smaller batches with more calls, a new scope. Improved:
// the opposite of a number. Worth a look (same): vanished operations and scopes, keys of payloads
// that came or went, another page size.
#pragma once

#include <vector>

#include "reports/compare/rules.h"
#include "reports/model/behaviour.h"
#include "reports/model/comparison.h"

namespace hubsim::reports {

[[nodiscard]] std::vector<BehaviourChange> compare_behaviour(const Behaviour& base,
                                                             const Behaviour& fresh,
                                                             const CompareRules& rules);

}  // namespace hubsim::reports
