// System values: what HubSpot calculates from more than the record's own values: its associations,
// its past, the portal's pipelines and owners, the clock (behaviour reference 4.4). Named in the
// data files (PropertyFact::derived) like the kinds of hubspot/rules/derived_values.h; they are
// computed when rendered, so they cannot go stale.
// The kinds and their arguments: docs/crm-records.md. Threads: guarded by the portal's lock; pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock_server/portal/property_history.h"

namespace hubsim::portal {

class Portal;

[[nodiscard]] bool is_system_kind(std::string_view kind);
[[nodiscard]] std::optional<std::string> system_value(const Portal& portal,
                                                      const PropertyHistory& history,
                                                      const Record& record, std::string_view kind);

}  // namespace hubsim::portal
