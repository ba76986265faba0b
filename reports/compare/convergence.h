// Times to converge of two runs. Records that changed in the same seconds share their fate (a
// fault, a restart), so the interval is made as that of response times, by the second of the
// change, and widened by the observers' own intervals: a change within both is none. Threads: pure.
#pragma once

#include <vector>

#include "common/base/result.h"
#include "reports/compare/rules.h"
#include "reports/model/run_result.h"

namespace hubsim::reports {

/// Nothing where a run observed no record. Fails where a histogram log is damaged.
[[nodiscard]] Result<std::vector<Change>> compare_convergence(const Convergence& base,
                                                              const Convergence& fresh,
                                                              const CompareRules& rules);

}  // namespace hubsim::reports
