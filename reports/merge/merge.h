// Merge: the runs of all shards of a plan become the one run they are parts of. What does not
// belong together is refused by name; the whole is judged anew, by the rules the shards were given.
// A shard that was not sound makes the whole INVALID, and is named.
// Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "loadgen/load_verdict.h"
#include "reports/model/run_result.h"

namespace hubsim::reports {

struct ShardRun {
  std::string name;  ///< the folder, for people
  RunResult result;
};

struct MergedLoad {
  loadgen::DriverReport report;
  loadgen::VerdictRules rules;
  loadgen::Conclusion conclusion;
  std::vector<ShardRun> shards;  ///< in order of their index
};

/// Failure: another plan, count, start or version, a shard twice or missing, a damaged run.
/// `allow_missing`: what is there is merged, and the verdict is INVALID.
[[nodiscard]] Result<MergedLoad> merge_shards(std::vector<ShardRun> runs, bool allow_missing);

}  // namespace hubsim::reports
