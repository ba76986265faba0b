// The final summary on a terminal, and the same text without colour as a file. The verdict is
// always a word; colour only repeats it.
// Pure functions.
#pragma once

#include <string>

#include "reports/model/run_result.h"

namespace hubsim::reports {

enum class Colour { off, on };

[[nodiscard]] std::string render_summary(const RunResult& result, Colour colour);

}  // namespace hubsim::reports
