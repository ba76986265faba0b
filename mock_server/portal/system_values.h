// System values: what HubSpot calculates from more than the record's own values: its associations
// and its past (behaviour reference 4.4). Named in the data files like the kinds of
// hubspot/rules/derived_values.h; they are computed when rendered, so they cannot go stale.
// Threads: guarded by the portal's lock. Pure over the portal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock_server/portal/property_history.h"

namespace hubsim::portal {

class Portal;

/// associated:<type>               how many records of that type it is associated with
/// entered:<property>:<value>      when the property last took that value; none when it never did
/// since:<property>                when the property took the value it has
/// full_name_or_email, object_coordinates
[[nodiscard]] bool is_system_kind(std::string_view kind);
[[nodiscard]] std::optional<std::string> system_value(const Portal& portal,
                                                      const PropertyHistory& history,
                                                      const Record& record, std::string_view kind);

}  // namespace hubsim::portal
