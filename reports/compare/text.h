// A comparison for people: on a terminal, and as Markdown for a pull request. Both show first what
// regressed, then everything that was judged; what is the same is told in the fewest words.
// Pure functions.
#pragma once

#include <string>

#include "reports/model/comparison.h"

namespace hubsim::reports {

[[nodiscard]] std::string comparison_text(const Comparison& comparison, bool colour);
[[nodiscard]] std::string comparison_markdown(const Comparison& comparison);

}  // namespace hubsim::reports
