// HubDB columns: those of a request, checked, with ids: an entry that names a known column (by id,
// else by name) keeps it, others are new; what is not named is gone (T 2026-09: PATCH replaces).
// Threads: under the portal's lock.
#pragma once

#include "mock_server/operations/hubdb/hubdb_book.h"
#include "mock_server/operations/support/answer.h"

namespace hubsim::operations {

struct KnownColumns {
  const std::vector<HubdbColumn>& columns;  ///< of the draft; empty for a new table
  int last_id = 0;
};
/// `list` stands at /columns of the request's body.
[[nodiscard]] Read<std::vector<HubdbColumn>> read_columns(Context& context, const Json& list,
                                                          const KnownColumns& known);

/// Takes values away whose column is gone or has another type.
void settle_values(HubdbVersion& draft, const std::vector<HubdbColumn>& before);

}  // namespace hubsim::operations
