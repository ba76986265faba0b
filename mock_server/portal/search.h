// Search over the records of one type: HubSpot's filter groups (any group, all filters of it),
// sorts, free-text query and paging by offset.
// Pure over the store; the rules and their evidence are in the behaviour reference, section 5.
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
};

class ObjectType;
class Portal;
class RecordStore;

struct SearchPage {
  std::size_t total = 0;
  std::vector<RecordPtr> records;
};

/// Runs `query` over the live records of `store`. Uses an equality index where every group has an
/// EQ or IN filter on a stored property; scans otherwise.
[[nodiscard]] SearchPage run_search(const Portal& portal, const ObjectType& type,
                                    RecordStore& store, const SearchQuery& query);

}  // namespace hubsim::portal
