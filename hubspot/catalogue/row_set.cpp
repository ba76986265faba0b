#include "hubspot/catalogue/row_set.h"

#include <algorithm>
#include <unordered_map>

namespace hubsim::hubspot {

std::string row_shape(const OperationRow& row) {
  std::string shape(http::method_name(row.method));
  shape += ' ';
  bool inside = false;
  for (const char c : row.path_template) {
    inside = c == '{' || (inside && c != '}');
    if (!inside || c == '{') {
      shape += c;
    }
  }
  return shape;
}

RowSet::RowSet(const MoreRows& more) : keepers_(more.keepers), rows_(catalogue()) {
  if (more.rows.empty()) {
    return;
  }
  std::unordered_map<std::string, const OperationRow*> coming;
  for (const OperationRow& row : more.rows) {
    coming.emplace(row_shape(row), &row);
  }
  for (const OperationRow& row : catalogue()) {
    const auto found = coming.find(row_shape(row));
    if (found == coming.end() || row.grade == Grade::modelled) {
      owned_.push_back(row);
    }
    if (found != coming.end() && row.grade == Grade::modelled) {
      coming.erase(found);
    }
  }
  for (const OperationRow& row : more.rows) {
    const auto found = coming.find(row_shape(row));
    if (found != coming.end() && found->second == &row) {
      owned_.push_back(row);
    }
  }
  rows_ = owned_;
}

}  // namespace hubsim::hubspot
