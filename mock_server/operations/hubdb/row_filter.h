// HubDB row filters: query parameters such as `size__gt=4` or `city=Bath` (behaviour reference 7,
// CMS; which operators there are, and for which types, I: HubSpot's guide as
// remembered): all of them must hold.
// Threads: pure over the rows.
#pragma once

#include <vector>

#include "mock_server/operations/hubdb/hubdb_book.h"
#include "mock_server/operations/hubdb/hubdb_values.h"
#include "mock_server/operations/support/answer.h"

namespace hubsim::operations {

enum class RowOperator {
  eq,
  ne,
  contains,
  icontains,
  lt,
  lte,
  gt,
  gte,
  is_null,
  not_null,
  like,
  not_like,
  startswith,
  in,
  not_in,
};

/// A column of the table, or one that every row has: hs_id, hs_name, hs_path, hs_created_at,
/// hs_updated_at, hs_child_table_id.
struct RowField {
  std::string name;
  const HubdbColumn* column = nullptr;  ///< nullptr: built in
};
[[nodiscard]] std::optional<RowField> find_field(const HubdbVersion& version,
                                                 std::string_view name);
/// What the field holds; nothing when it is empty.
[[nodiscard]] std::optional<Seen> see_field(const RowField& field, const HubdbRow& row);

struct RowFilter {
  RowField field;
  RowOperator op = RowOperator::eq;
  std::string value;
  std::vector<std::string> values;  ///< of a list: parts between commas
  std::optional<double> number;     ///< of a field that is a number or an instant
};
/// Those of the query; parameters that name no column and no operator are others' affairs.
[[nodiscard]] Read<std::vector<RowFilter>> read_filters(const Context& context,
                                                        const HubdbVersion& version);
[[nodiscard]] bool passes(const RowFilter& filter, const HubdbRow& row);

}  // namespace hubsim::operations
