// Numbers of a comparison in words, alike in every format. Pure functions.
#pragma once

#include <string>

#include "reports/model/comparison.h"

namespace hubsim::reports {

[[nodiscard]] std::string value_text(const Change& change, double value);
/// Of the base: "+12.3%"; what is ten times as much or more is "x44".
[[nodiscard]] std::string share_text(double share);
/// share_text(), or the difference where the base is 0; "" where nothing changed.
[[nodiscard]] std::string change_text(const Change& change);
/// "+8.1% to +16.0%" of the base, or in its unit where that says more; "" where there is none.
[[nodiscard]] std::string interval_text(const Change& change);
/// "2026-11-25 out/base/run.json (PASS)"
[[nodiscard]] std::string run_text(const RunName& run);
/// "REGRESSED" stands out without colour; the others are in lower case.
[[nodiscard]] std::string verdict_text(ChangeVerdict verdict);

}  // namespace hubsim::reports
