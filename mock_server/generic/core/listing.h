// Listing: one page of a collection as the shape of a list's answer: filtered, sorted, cut by
// cursor (`after`) or by count (`offset`), with what such answers say beside their items
// (paging, total, hasMore, offset).
// Threads: pure over the call.
#pragma once

#include "mock_server/generic/core/call.h"

namespace hubsim::generic {

inline constexpr std::size_t page_default = 100;   // U, differs by area
inline constexpr std::size_t page_maximum = 1000;  // U

/// The list that the call asks for.
[[nodiscard]] Reply answer_list(Call& call);

/// Some items that belong in a list's answer, rendered already.
struct Page {
  Json items = Json::array();
  std::size_t total = 0;
  std::size_t offset = 0;  ///< of the first item
  std::string after;       ///< cursor of the next page; empty on the last
};
[[nodiscard]] Json list_body(const Call& call, Shape shape, const Page& page);

}  // namespace hubsim::generic
