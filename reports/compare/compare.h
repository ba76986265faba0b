// compare(): what changed from one run to another, judged by rules: response times, errors and
// rates by driver and phase, convergence, requirements, the integration's behaviour.
// Threads: pure; the same runs and rules give the same comparison, to the last digit.
// Cost: two runs of ten minutes in tens of milliseconds beside reading them.
#pragma once

#include "common/base/result.h"
#include "reports/compare/rules.h"
#include "reports/model/run_result.h"

namespace hubsim::reports {

/// The check of the requirement that a comparison adds to a run; left out of comparisons.
inline constexpr std::string_view comparison_check = "compare";

/// Fails where the runs have nothing in common, or a log is damaged; the sentence says which.
[[nodiscard]] Result<Comparison> compare(const RunResult& base, const RunResult& fresh,
                                         const CompareRules& rules);

/// Puts the comparison into the fresh run: its section, a requirement "compare" that fails where
/// something regressed, and with it the run's verdict (an INVALID run stays INVALID).
void add_comparison(RunResult& run, Comparison comparison);

}  // namespace hubsim::reports
