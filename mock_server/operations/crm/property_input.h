// Definitions of properties as callers write them: the members of a create or an update, and the
// rules a definition has to keep (names, types and field types, options, groups, formulas, limits).
// Threads: under the portal's lock. Source: behaviour reference 4.10 (D, R, I); what a third
// party's live runs saw in October 2026 is "T live 2026-10" in the cases.
#pragma once

#include <optional>
#include <string>

#include "mock_server/operations/crm/input.h"

namespace hubsim::operations {

/// A whole definition, which keeps all rules that need no look at the other properties.
[[nodiscard]] Read<portal::Property> read_new_property(const Context& context,
                                                       const portal::ObjectType& type,
                                                       const Members& members);
/// The definition with what the members change; what an update ignores stays (T live 2026-10).
[[nodiscard]] Read<portal::Property> read_changed_property(const Context& context,
                                                           const portal::ObjectType& type,
                                                           const portal::Property& before,
                                                           const Members& members);

/// Makes the property, or gives an archived one of that name back with the new definition.
[[nodiscard]] Read<portal::PropertyIndex> add_property(Context& context,
                                                       const portal::ObjectType& type,
                                                       portal::Property property);
/// Archives it, or says why not: unknown, HubSpot's own, read by a formula.
[[nodiscard]] std::optional<ApiError> archive_property(Context& context,
                                                       const portal::ObjectType& type,
                                                       std::string_view name);

}  // namespace hubsim::operations
