// `hubsim load URL --replay FILE`: a recording sent again against URL, at its own times, with the
// verdict, the numbers and the JSON of every other load.
// Threads: run_replay() blocks.
#pragma once

#include "loadgen/cli_load.h"

namespace hubsim::loadgen {

struct ReplayOptions {
  std::string file;
  double speed = 1;
  bool repeat = false;
  /// Nothing: as long as the recording is.
  std::optional<std::chrono::nanoseconds> duration;
};

/// Of `load` the URL, connections, timeout, rules and seed count.
[[nodiscard]] LoadOutcome run_replay(const LoadOptions& load, const ReplayOptions& replay);

}  // namespace hubsim::loadgen
