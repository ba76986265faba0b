// HubDB answers: tables with their columns, and rows (shapes: D client; values nobody set: "" and
// the epoch, T 2026-09).
// Threads: pure over the portal's state.
#pragma once

#include <set>

#include "mock_server/operations/hubdb/hubdb_book.h"
#include "mock_server/operations/support/answer.h"

namespace hubsim::operations {

/// As the version says; `includeForeignIds` of the query adds the rows that columns refer to.
[[nodiscard]] Json render_table(const Context& context, const HubdbTable& table,
                                const HubdbVersion& version);
[[nodiscard]] Reply answer_table(const Context& context, const HubdbTable& table,
                                 const HubdbVersion& version, int status = 200);

/// Names of columns that are wanted; empty: all.
using WantedColumns = std::set<std::string>;
void append_row(std::string& out, const HubdbVersion& version, const HubdbRow& row,
                const WantedColumns& wanted);
[[nodiscard]] Reply answer_row(const HubdbVersion& version, const HubdbRow& row, int status = 200);

}  // namespace hubsim::operations
