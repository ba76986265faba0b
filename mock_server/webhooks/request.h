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

/// Events in an oversized request; HubSpot's own has at most 100.
inline constexpr std::size_t oversized_batch = 150;

struct RequestFacts {
  int attempt = 0;
  /// The moment of signing, fresh for each attempt; of a replay the old one.
  Instant signed_at{};
  std::optional<faults::Forgery> forged;
  std::optional<faults::Malformation> malformed{};
  std::string_view creation_flag = "CREATED";
};

[[nodiscard]] DeliveryRequest render_request(const AppSettings& settings,
                                             const std::vector<Event>& events,
                                             const RequestFacts& facts);

}  // namespace hubsim::webhooks
