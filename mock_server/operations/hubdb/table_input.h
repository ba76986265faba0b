// HubDB requests: which table a call means and whether the caller may see it, and the rules for
// names (behaviour reference 7, CMS; D 2.1 for callers without credentials).
// Threads: under the portal's lock.
#pragma once

#include "mock_server/operations/hubdb/hubdb_book.h"
#include "mock_server/operations/support/answer.h"

namespace hubsim::operations {

/// What an account may have (D 7), or what tests a client (option hubdb.limits).
struct HubdbLimits {
  std::size_t tables = 1'000;
  std::size_t rows = 10'000;
  std::size_t columns = 250;
};
[[nodiscard]] HubdbLimits hubdb_limits(const portal::Portal& portal);

/// The table of the path, by id or name; 404 where there is none, or it is deleted and the call
/// does not ask for those.
[[nodiscard]] Read<HubdbTable*> draft_table(Context& context);

struct LiveTable {
  HubdbTable* table = nullptr;
  const HubdbVersion* live = nullptr;
};
/// The same, published; 404 else. Without credentials: one that everybody may read, 401 else.
[[nodiscard]] Read<LiveTable> live_table(Context& context);

[[nodiscard]] bool is_hubdb_table_name(std::string_view name) noexcept;
[[nodiscard]] bool is_hubdb_column_name(std::string_view name) noexcept;
[[nodiscard]] std::string given_text(const Json& object, std::string_view name);
[[nodiscard]] bool asks(const Context& context, std::string_view parameter);
[[nodiscard]] bool booleans_as_numbers(const portal::Portal& portal);

/// A name and label that no other table has (D); nothing wrong: nothing.
[[nodiscard]] std::optional<ApiError> check_names(Context& context, const HubdbVersion& draft,
                                                  const HubdbTable* self);

}  // namespace hubsim::operations
