// Filters: which items of a list a caller wants, and in which order: query parameters that name a
// field ("state=DRAFT", "name__icontains=x", "createdAfter=…"), the body of a search (filters,
// filterGroups, query, or plain fields), and sorts ("-createdAt").
// Threads: pure. They look at rendered items, so that made-up fields are found too.
#pragma once

#include <string>
#include <vector>

#include "mock_server/generic/core/call.h"

namespace hubsim::generic {

struct Condition {
  std::string field;
  std::string op;  ///< eq, ne, in, not_in, contains, lt, lte, gt, gte, is_null, not_null
  std::vector<std::string> values;
};

struct Wanted {
  std::vector<std::vector<Condition>> any_of;  ///< groups; one that holds suffices; none: all
  std::string words;                           ///< in any text of the item, ignoring case
  std::vector<std::string> sorts;              ///< "-name": descending
  /// Nobody needs to look into the items.
  [[nodiscard]] bool everything() const noexcept {
    return any_of.empty() && words.empty() && sorts.empty();
  }
};

/// `element`: the shape of the list's items; only its fields are filtered by.
[[nodiscard]] Wanted read_wanted(const Call& call, Shape element);
[[nodiscard]] bool holds(const Wanted& wanted, const Json& item);
/// By number where both are, else as text.
[[nodiscard]] bool comes_before(const std::string& sort, const Json& a, const Json& b);

}  // namespace hubsim::generic
