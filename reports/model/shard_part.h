// ShardPart: what a run that drove one part of a plan beside others (hubsim load --shard) tells for
// the merge, beyond the rest of its result. The section `shard` of run.json; absent elsewhere.
// Threads: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubsim::reports {

/// Of one phase and shard: when, in nanoseconds since the common start, so that rates over all
/// shards are exact.
struct ShardPhase {
  std::string phase;
  std::int64_t start_ns = 0;
  std::int64_t length_ns = 0;
  std::int64_t first_planned_ns = 0;  ///< this and the next three mean nothing where none was
  std::int64_t last_planned_ns = 0;
  std::int64_t first_sent_ns = 0;
  std::int64_t last_sent_ns = 0;
};

/// What became of the requests of a shard, by the second of the answer.
struct ShardSecond {
  std::uint64_t second = 0;
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t unknown = 0;
  std::uint64_t overflow = 0;
  std::uint64_t throttled = 0;          ///< of the failed: 429
  std::int64_t max_ns = 0;              ///< of the response times
  std::vector<std::uint64_t> by_class;  ///< no answer, 1xx, ... 5xx
};

/// By what the merged run is judged; the same for all shards, as the plan is.
struct ShardRules {
  std::vector<std::string> require;  ///< "p99 < 50ms"
  double max_errors = 0;
  std::int64_t max_lag_ns = 0;
  double max_throttled = 0;
  double max_stolen = 0;
};

/// Which part, of which plan, since when.
struct ShardPart {
  std::uint64_t index = 0;  ///< from 0
  std::uint64_t count = 1;
  std::string plan;                 ///< equal texts: parts of one plan
  std::int64_t start_us = 0;        ///< since 1970: the moment all shards agreed on
  double start_uncertainty_us = 0;  ///< of its translation to the monotonic clock, to either side
  std::optional<double> clock_error_ms;  ///< the kernel's bound on its clock's; absent: unknown
  ShardRules rules;
  std::vector<ShardPhase> phases;
  std::vector<ShardSecond> seconds;
  std::uint64_t requests = 0;
  std::uint64_t connections = 0;
  std::int64_t cpu_ns = 0;
  double busiest_thread = 0;
  double throttled = 0;
  double stolen = 0;
};

}  // namespace hubsim::reports
