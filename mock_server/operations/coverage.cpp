#include "mock_server/operations/coverage.h"

#include <set>

#include "hubspot/catalogue/catalogue.h"

namespace hubsim::operations {

std::vector<std::string> catalogue_gaps(const OperationRegistry& registry) {
  std::vector<std::string> gaps;
  std::set<std::string_view> modelled;
  for (const hubspot::OperationRow& row : hubspot::catalogue()) {
    if (row.grade == hubspot::Grade::modelled && modelled.insert(row.id).second &&
        registry.find(row.id) == nullptr) {
      gaps.push_back("modelled in the catalogue, without code: " + std::string(row.id));
    }
  }
  for (const Operation& operation : registry.kinds()) {
    if (!modelled.contains(operation.name)) {
      gaps.push_back("has code, not modelled in the catalogue: " + operation.name);
    }
  }
  return gaps;
}

}  // namespace hubsim::operations
