// Property definitions and groups as the API shows them, keys in the order of the recordings.
// Threads: pure over the context.
#pragma once

#include <string>

#include "mock_server/operations/crm/input.h"
#include "mock_server/portal/property_groups.h"

namespace hubsim::operations {

/// HubSpot's own definitions lack the users and `archived` and say hubspotDefined (4.10, R).
void append_property(std::string& out, const Context& context, const portal::ObjectType& type,
                     const portal::Property& property);

void append_group(std::string& out, const portal::PropertyGroup& group);

}  // namespace hubsim::operations
