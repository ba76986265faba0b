// sample_run: a small, complete RunResult with every member filled, for the tests of the model and
// of each report format. Threads: pure.
#pragma once

#include "reports/model/run_result.h"

namespace hubsim::reports {

[[nodiscard]] RunResult sample_run();
[[nodiscard]] Comparison sample_comparison();

}  // namespace hubsim::reports
