// CSV as RFC 4180 has it: CRLF, quotes where a field needs them. A text that a spreadsheet would
// take for a formula gets an apostrophe in front, as spreadsheets themselves write it.
// Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hubsim::reports {

[[nodiscard]] std::string csv_field(std::string_view text);
/// The shortest text that reads back as the same number; empty where there is none.
[[nodiscard]] std::string csv_number(std::optional<double> value);
/// Of fields that are ready.
[[nodiscard]] std::string csv_row(std::span<const std::string> fields);

}  // namespace hubsim::reports
