// A shard's measurements on their way into run.json and back: what it measured (DriverReport) is
// written as drivers, histogram log and `shard`, and comes back without loss, so that a merge works
// with what the generators measured and not with numbers made for readers.
// Threads: pure.
#pragma once

#include <string>

#include "loadgen/cli_load.h"
#include "reports/model/run_result.h"

namespace hubsim::reports {

/// `plan` is loadgen::plan_fingerprint() of the options. The start is the agreed one, or now.
[[nodiscard]] ShardPart shard_part_of(const loadgen::LoadOptions& options, const std::string& plan,
                                      const loadgen::DriverReport& report);

/// Failure: what of the run contradicts itself or is missing.
[[nodiscard]] Result<loadgen::DriverReport> shard_report_of(const RunResult& run);
/// Failure: a requirement that this hubsim does not know.
[[nodiscard]] Result<loadgen::VerdictRules> rules_of(const ShardRules& rules);

}  // namespace hubsim::reports
