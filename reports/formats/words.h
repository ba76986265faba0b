// Words and numbers as the text formats write them: grouped counts, short times, one-line sums of
// a run. Kept out of the formats so that console and JUnit say a thing the same way.
// Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "reports/model/run_result.h"

namespace hubsim::reports {

/// "12,345"
[[nodiscard]] std::string count_text(std::uint64_t count);
/// "0.037ms", "0.34ms", "1.2ms", "42ms", "1.2s", "2m 05s"
[[nodiscard]] std::string ms_text(double milliseconds);
/// "9 of 12 requirements passed, 2 failed, 1 saw nothing"
[[nodiscard]] std::string requirements_sum(const RunResult& result);
/// "pass", "FAIL", "INVALID", "SAW NOTHING": what is not a pass stands out without colour.
[[nodiscard]] std::string_view verdict_word(RequirementVerdict verdict) noexcept;
/// On one line and well-formed: control characters become blanks, broken UTF-8 U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);
/// Text as XML character data or attribute value: escaped, and without what XML 1.0 forbids
/// (control characters, broken UTF-8), which becomes U+FFFD.
[[nodiscard]] std::string xml_escape(std::string_view text);

}  // namespace hubsim::reports
