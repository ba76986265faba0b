// Settings of one app's webhooks: where to, what of, how fast, how retried (behaviour reference 8.1
// and 8.4), and the texts they are given as in the control API.
// Threads: plain values. A subscription that names an event hubsim does not emit yet is refused,
// not silently kept.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/fields.h"
#include "common/net/tls.h"
#include "common/random/prng.h"
#include "common/time/clock.h"

namespace hubsim::webhooks {

enum class EventKind { creation, deletion, restore, property_change, association_change };
/// "creation", "propertyChange", ...
[[nodiscard]] std::string_view event_kind_name(EventKind kind) noexcept;

struct Subscription {
  std::uint64_t id = 0;
  EventKind kind = EventKind::creation;
  /// "contact", ...; "object" for the generic form.
  std::string object;
  /// Generic form only: "0-1"; empty means every type.
  std::string object_type_id;
  /// propertyChange only: empty means every property (HubSpot's own subscriptions name one).
  std::string property_name;
  bool active = true;

  /// "contact.propertyChange", as subscriptionType on the wire.
  [[nodiscard]] std::string type() const;
};

/// "contact.creation", "contact.propertyChange", "contact.propertyChange:email",
/// "object.creation", "object.propertyChange@0-1:email".
[[nodiscard]] Result<Subscription> parse_subscription(std::string_view text);
[[nodiscard]] std::string format_subscription(const Subscription& subscription);

/// When a failed delivery is tried again. `hubspot`: ten attempts, gaps growing from a minute to
/// eight hours, 15 h in all (documented: up to 24 h; the exact spacing is unknown, chosen here).
/// `compressed`: the same shape at 1/1080, 50 s in all.
enum class RetrySchedule { hubspot, compressed };
inline constexpr int max_attempts = 10;
inline constexpr std::array<std::chrono::minutes, max_attempts - 1> hubspot_retry_gaps{
    std::chrono::minutes(1),   std::chrono::minutes(2),   std::chrono::minutes(5),
    std::chrono::minutes(10),  std::chrono::minutes(22),  std::chrono::minutes(47),
    std::chrono::minutes(102), std::chrono::minutes(222), std::chrono::minutes(480)};
inline constexpr int compressed_divisor = 1080;
/// The gap after failed attempt `attempt` (from 0), with up to a fifth more or less.
[[nodiscard]] Duration retry_gap(RetrySchedule schedule, int attempt, Prng& jitter);

struct AppSettings {
  std::uint64_t app_id = 0;
  std::string client_secret;
  /// Empty: nothing is emitted.
  std::string target_url;
  int max_concurrent_requests = 10;
  RetrySchedule retry = RetrySchedule::hubspot;
  /// How long events are gathered into one request (chosen; HubSpot delivers after about 0.7 s).
  Duration batch_window = std::chrono::milliseconds(100);
  /// Real time. HubSpot documents 5 s, its header says 10 s (8.4).
  Duration timeout = std::chrono::seconds(10);
  /// Of an https target. HubSpot itself trusts the public authorities only, and nobody can ask it
  /// for less; a receiver under test seldom has a certificate of theirs.
  net::TlsOptions tls{};
  std::vector<Subscription> subscriptions;
};

/// Changes `settings` by the control API's `PUT webhooks` body; what is left out keeps its value.
/// With problems `settings` is unchanged.
[[nodiscard]] config::Problems apply_json(const Json& body, AppSettings& settings);
/// target_url, subscriptions, max_concurrent_requests, retry, batch_window_ms, timeout_ms.
[[nodiscard]] Json to_json(const AppSettings& settings);

}  // namespace hubsim::webhooks
