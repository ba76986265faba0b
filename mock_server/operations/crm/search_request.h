// Search requests: the JSON of a search read into the portal's query, with HubSpot's limits and
// complaints (behaviour reference 5).
// Threads: reads the portal under its lock.
#pragma once

#include <string>
#include <vector>

#include "mock_server/operations/crm/input.h"
#include "mock_server/portal/search.h"

namespace hubsim::operations {

struct SearchRequest {
  portal::SearchQuery query;
  std::vector<std::string> properties;
  /// It named a property that the type does not have, and the options do not mind.
  bool finds_nothing = false;
};

[[nodiscard]] Read<SearchRequest> read_search(const Context& context,
                                              const portal::ObjectType& type);

}  // namespace hubsim::operations
