// A run of `hubsim load` as a RunResult: what `--out` writes, and what is kept, compared and
// merged. Threads: pure, but for asking the machine what it is.
#pragma once

#include <cstdint>
#include <string>

#include "loadgen/cli_load.h"
#include "reports/model/run_result.h"

namespace hubsim::app {

struct LoadRun {
  const loadgen::LoadOptions& load;
  const loadgen::LoadOutcome& outcome;  ///< with a report
  std::string replay_command;
  double load_at_start = 0;  ///< average
  std::int64_t started_at_ms = 0;
  std::int64_t ended_at_ms = 0;
};

[[nodiscard]] reports::RunResult load_result(const LoadRun& run);

}  // namespace hubsim::app
