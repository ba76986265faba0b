// Calculated properties: a formula that comes with a definition, held against the properties of its
// object type: they must be there, fit, and not lead back to it.
// Threads: under the portal's lock. Source: behaviour reference 4.10; the language is
// hubspot/rules/formula.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/operations/support/answer.h"
#include "mock_server/portal/object_type.h"

namespace hubsim::operations {

/// The definition with its formula ready to be evaluated; as it is where it has none.
[[nodiscard]] Read<portal::Property> with_formula(const portal::ObjectType& type,
                                                  portal::Property property);

/// Names of the live calculated properties that read this one.
[[nodiscard]] std::vector<std::string> formulas_reading(const portal::ObjectType& type,
                                                        std::string_view name);

}  // namespace hubsim::operations
