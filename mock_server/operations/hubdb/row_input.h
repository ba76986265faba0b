// HubDB rows of a request: names, paths and values, checked against the columns, all problems of
// one row at once.
// Threads: under the portal's lock.
#pragma once

#include "mock_server/operations/hubdb/hubdb_book.h"
#include "mock_server/operations/support/answer.h"

namespace hubsim::operations {

/// How the given values meet those that are there.
enum class Writing { merge, replace };

struct RowWrite {
  HubdbTable& table;
  Writing writing = Writing::merge;
  bool needs_values = true;
};
/// `row` as the object at `path` of the body changes it; it is not stored yet.
[[nodiscard]] Read<HubdbRow> read_row(const Context& context, const Json& given,
                                      const std::string& path, const RowWrite& write, HubdbRow row);

[[nodiscard]] Read<HubdbRow> new_row(const Context& context, const Json& given,
                                     const std::string& path, HubdbTable& table);
/// A copy under an id of its own.
[[nodiscard]] HubdbRow copy_row(Context& context, const HubdbRow& row, const std::string& name);

/// 400: the table is full (D 7, text U).
[[nodiscard]] std::optional<ApiError> check_room(const portal::Portal& portal,
                                                 const HubdbTable& table, std::size_t more);
[[nodiscard]] ApiError hubdb_full();
/// In `version`, by the path's rowId; 404 else.
[[nodiscard]] Read<HubdbRowPtr> named_row(const Context& context, const HubdbVersion& version);

}  // namespace hubsim::operations
