// Input and answers of the list operations: the list a path names, bodies, HubSpot's errors about
// lists, and the one shape in which a list is shown (behaviour reference 7, recorded 2026-04).
// Threads: under the portal's lock.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/lists/lists.h"

namespace hubsim::operations {

inline constexpr std::size_t list_ids_a_call = 100'000;  // D 7
inline constexpr std::size_t list_search_default = 20;   // R 7
inline constexpr std::size_t list_search_maximum = 500;  // D 7
inline constexpr std::size_t memberships_default = 100;  // D 7
inline constexpr std::size_t memberships_maximum = 250;  // D 7
inline constexpr std::chrono::days list_restorable{90};  // D 7
inline constexpr std::size_t lists_an_account = 10'000;  // ours: a bound on memory

[[nodiscard]] portal::Lists& lists_of(const Context& context);

/// 404 ListError.LIST_ID_DOES_NOT_EXIST (3.2, R).
[[nodiscard]] ApiError list_not_found(std::string_view id);
[[nodiscard]] Read<portal::List*> read_list(const Context& context,
                                            std::string_view parameter = "listId");
/// The same, of a list that members may be given to or taken from: not DYNAMIC (7, D; text U).
[[nodiscard]] Read<portal::List*> read_editable_list(const Context& context);

/// The object type of a body or path: "0-1" or a name.
[[nodiscard]] Read<const portal::ObjectType*> read_list_type(const Context& context,
                                                             std::string_view name);
/// The body as an array of ids, numbers or texts (7, R).
[[nodiscard]] Read<std::vector<std::string>> read_ids(const Context& context, const Json& array,
                                                      const std::string& path);
[[nodiscard]] Read<Json> read_array(const Context& context);
/// `"errors":["query param x may not be null"]` (3.3, R).
[[nodiscard]] Read<std::string> read_query(const Context& context, std::string_view name);
[[nodiscard]] bool wants_filters(const Context& context);
[[nodiscard]] ApiError bad_list(std::string message);

struct ListView {
  bool filters = false;
  bool size = true;
};
[[nodiscard]] Json show_list(const Context& context, const portal::List& list, ListView view);
[[nodiscard]] Json show_found_list(const Context& context, const portal::List& list);
[[nodiscard]] std::string list_time(Instant instant);

/// Fault key of calls on one list: its path.
[[nodiscard]] std::string key_of_path(Context& context);
[[nodiscard]] std::string key_of_body(Context& context);

}  // namespace hubsim::operations
