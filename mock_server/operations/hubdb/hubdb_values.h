// HubDB values: what a cell may hold by the type of its column, kept as the JSON text that answers
// show; and what filters and sorting see in it (behaviour reference 7, CMS, and A3).
// Threads: pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/json/json.h"
#include "mock_server/operations/hubdb/hubdb_book.h"

namespace hubsim::operations {

/// The types that columns can have, "TEXT, NUMBER, ..." (A3).
extern const std::string_view hubdb_types;

/// The value as it is kept; "" clears the cell. The error says, for people, what is wrong.
[[nodiscard]] Result<std::string, std::string> read_value(const HubdbColumn& column,
                                                          const Json& value,
                                                          bool booleans_as_numbers);
/// The same of a cell of a CSV file, where lists are separated by commas and dates are written as
/// people write them.
[[nodiscard]] Result<std::string, std::string> read_cell(const HubdbColumn& column,
                                                         std::string_view text,
                                                         bool booleans_as_numbers);
/// Of a kept value, for a CSV file.
[[nodiscard]] std::string cell_text(const HubdbColumn& column, const std::string& value);

/// A value as filters see it. Options and foreign rows have several texts: id and name count.
struct Seen {
  std::vector<std::vector<std::string>> items;  ///< one for a plain value
  std::optional<double> number;
};
[[nodiscard]] Seen see_value(const HubdbColumn& column, const std::string& value);
/// Columns that hold several options or rows.
[[nodiscard]] bool holds_many(std::string_view type) noexcept;
[[nodiscard]] bool holds_number(std::string_view type) noexcept;

/// Milliseconds: a number, ISO 8601, or how people write dates in CSV files (I).
[[nodiscard]] std::optional<std::int64_t> parse_moment(std::string_view text);

}  // namespace hubsim::operations
