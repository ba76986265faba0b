// Search over the records of one type: HubSpot's filter groups (any group, all filters of it),
// sorts, free-text query and paging by offset.
// Pure over the store but for indexes it builds; the rules and their evidence are in the behaviour
// reference, section 5.
// Threads: under the portal's lock. Invariant: an index never changes an answer, only its cost.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mock_server/portal/record.h"

namespace hubsim::portal {

enum class Operator {
  eq,
  neq,
  lt,
  lte,
  gt,
  gte,
  between,
  in,
  not_in,
  has_property,
  not_has_property,
  contains_token,
  not_contains_token,
};

struct Filter {
  PropertyIndex property = 0;
  Operator op = Operator::eq;
  std::string value;
  std::string high_value;
  std::vector<std::string> values;
  /// `associations.{type}`: value and values are ids of records of that type, property means
  /// nothing.
  std::optional<TypeIndex> associated{};
};

struct Sort {
  PropertyIndex property = 0;
  bool descending = false;
};

struct SearchQuery {
  std::vector<std::vector<Filter>> groups;
  std::optional<Sort> sort;
  std::string query;
  std::size_t offset = 0;
  std::size_t limit = 10;
  /// What is indexed later than this is not seen as it is now.
  Instant now = Instant::max();
  /// Looks at every record instead of at indexes: the judge of the indexes.
  bool scan = false;
};

class ObjectType;
class Portal;
class RecordStore;

struct SearchPage {
  std::size_t total = 0;
  std::vector<RecordPtr> records;
};

/// Runs `query` over what search sees of `store`: by ranks of one ordered index where the question
/// is one range, over the fewest candidates that indexes name otherwise, or over every record.
[[nodiscard]] SearchPage run_search(const Portal& portal, const ObjectType& type,
                                    RecordStore& store, const SearchQuery& query);

}  // namespace hubsim::portal
