// Response times, errors and rates of each driver in each phase that both runs have.
// Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "reports/compare/interval_data.h"
#include "reports/compare/rules.h"
#include "reports/model/run_result.h"

namespace hubsim::reports {

/// A run and its histogram logs, read.
struct LoggedRun {
  const RunResult& run;
  ResponseLogs logs;
};

/// What only one of the runs has is named in `warnings`. Fails where a histogram log is damaged.
[[nodiscard]] Result<std::vector<PhaseComparison>> compare_phases(
    const RunResult& base, const RunResult& fresh, const CompareRules& rules,
    std::vector<std::string>& warnings);
[[nodiscard]] std::vector<PhaseComparison> compare_phases(const LoggedRun& base,
                                                          const LoggedRun& fresh,
                                                          const CompareRules& rules,
                                                          std::vector<std::string>& warnings);

}  // namespace hubsim::reports
