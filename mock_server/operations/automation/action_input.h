// Custom actions in requests: which definition a path names, and paging of what belongs to one.
// Threads: the book has its own lock; what is handed out is a copy.
#pragma once

#include "mock_server/operations/support/fields.h"
#include "mock_server/portal/automation/action_book.h"

namespace hubsim::operations {

inline constexpr std::string_view function_types =
    "POST_ACTION_EXECUTION, POST_FETCH_OPTIONS, PRE_ACTION_EXECUTION, PRE_FETCH_OPTIONS";

/// Of the app in the path.
[[nodiscard]] portal::ActionBook& action_book(const Context& context);
/// The definition that the path names, archived or not as the query wants it; HubSpot's 404.
[[nodiscard]] Read<portal::ActionDefinition> named_action(const Context& context);

/// `{"results":[…]}` of those after the cursor, which is the number of the last one shown.
struct Numbered {
  std::uint64_t number = 0;
  Json shown;
};
[[nodiscard]] Reply answer_page(const Context& context, const std::vector<Numbered>& all);

}  // namespace hubsim::operations
