// The request that carries a batch of events: HubSpot's headers in their recorded order, with both
// signatures (behaviour reference 8.2).
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mock_server/webhooks/event.h"
#include "mock_server/webhooks/transport.h"

namespace hubsim::webhooks {

/// How long ago a `stale_timestamp` forgery claims to be signed; receivers refuse over five
/// minutes.
inline constexpr std::chrono::minutes stale_age{6};

struct RequestFacts {
  std::uint64_t portal_id = 0;
  int attempt = 0;
  /// The moment of signing, fresh for each attempt.
  Instant signed_at{};
  std::optional<faults::Forgery> forged;
};

[[nodiscard]] DeliveryRequest render_request(const AppSettings& settings,
                                             const std::vector<Event>& events,
                                             const RequestFacts& facts);

}  // namespace hubsim::webhooks
