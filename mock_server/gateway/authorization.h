// Authorization: whether a caller may make this call: the object type must exist, then one of the
// operation's scopes must be granted (order: behaviour reference 1.4, recorded 2026-08).
// Threads: under the portal's lock; reads only.
#pragma once

#include <optional>

#include "hubspot/catalogue/router.h"
#include "hubspot/rules/error_envelope.h"
#include "mock_server/portal/apps.h"
#include "mock_server/portal/portal.h"

namespace hubsim::gateway {

/// The refusal of a type in the path that the portal does not have; for the records' own routes.
[[nodiscard]] std::optional<hubspot::ApiError> unknown_type(const hubspot::Route& route,
                                                            portal::Portal& portal);

struct Denial {
  hubspot::ApiError error;
  /// Told by the service behind the limiter, so the call counts (1.4, R 2024).
  bool counts = false;
};
/// Nothing when one of the row's scopes is granted, or when it has none.
[[nodiscard]] std::optional<Denial> missing_scope(const hubspot::Route& route,
                                                  const portal::Scopes& granted,
                                                  portal::Portal& portal);

}  // namespace hubsim::gateway
