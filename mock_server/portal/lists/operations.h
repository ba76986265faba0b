// Property operations of list filters: the JSON of one `operation` read into a PropertyTest.
// Threads: pure over the object type. Evidence: models of the official client 14.0.1 (operationType
// and its members); the meaning of each operator is its name (I).
#pragma once

#include "mock_server/portal/lists/filter_branch.h"

namespace hubsim::portal {

/// Nothing where the operation is known but asks for what we do not keep (histories of values).
[[nodiscard]] Result<std::optional<PropertyTest>> read_operation(const ObjectType& type,
                                                                 PropertyIndex property,
                                                                 const Json& operation,
                                                                 bool& moves_with_time);

}  // namespace hubsim::portal
