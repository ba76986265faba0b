// The webhooks of an app: where to, what of, how fast (behaviour reference 8.1). A part of the app
// (portal/apps.h), so that the management API, the control API and a scenario's settings are one
// state for all portals; whoever changes it calls part_changed(), which the emitter hears.
// Threads: guarded by the lock of the developer account's portal.
// Invariant: subscription ids grow and are never given out twice within an app.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/net/tls.h"
#include "common/time/clock.h"
#include "mock_server/portal/apps.h"
#include "mock_server/portal/webhooks/event_types.h"

namespace hubsim::portal {

inline constexpr std::size_t max_webhook_subscriptions = 1000;  ///< per app (2.4)

struct WebhookSubscription {
  std::uint64_t id = 0;
  WebhookEvent kind = WebhookEvent::creation;
  /// "contact", ...; "object" for the generic form.
  std::string object;
  /// Generic form only: "0-1"; empty means every type.
  std::string object_type_id;
  /// propertyChange only: empty means every property (HubSpot's own subscriptions name one).
  std::string property_name;
  /// event.completed only: the event's full name; empty means every event.
  std::string event_type_name{};
  bool active = true;
  Instant created_at{};
  Instant updated_at{};

  /// "contact.propertyChange", as subscriptionType on the wire.
  [[nodiscard]] std::string type() const;
  /// Listens to the same, whatever its id and state.
  [[nodiscard]] bool same_as(const WebhookSubscription& other) const;
};

/// When a failed delivery is tried again. `hubspot`: ten attempts, gaps growing from a minute to
/// eight hours, 15 h in all (documented: up to 24 h; the exact spacing is unknown, chosen here).
/// `compressed`: the same shape at 1/1080, 50 s in all.
enum class RetrySchedule : std::uint8_t { hubspot, compressed };

struct AppWebhooks {
  std::uint64_t app_id = 0;
  /// Of the app; filled in for the emitter, which signs with it; empty in the part.
  std::string client_secret{};
  /// Empty: nothing is emitted.
  std::string target_url{};
  int max_concurrent_requests = 10;
  RetrySchedule retry = RetrySchedule::hubspot;
  /// How long events are gathered into one request (chosen; HubSpot delivers after about 0.7 s).
  Duration batch_window = std::chrono::milliseconds(100);
  /// Real time; nothing: what the option webhooks.timeout says.
  std::optional<Duration> timeout{};
  /// Of an https target. HubSpot itself trusts the public authorities only, and nobody can ask it
  /// for less; a receiver under test seldom has a certificate of theirs.
  net::TlsOptions tls{};
  std::vector<WebhookSubscription> subscriptions{};
  /// Of the settings made by PUT; nothing since a DELETE.
  std::optional<Instant> created_at{};
  Instant updated_at{};
  std::uint64_t next_subscription_id = 4'578'255;  ///< magnitude of a recorded one (8.2)

  /// Gives it the next id, or that of a subscription to the same in `before`.
  void add(WebhookSubscription subscription, const std::vector<WebhookSubscription>& before);
  [[nodiscard]] WebhookSubscription* find(std::uint64_t id);
};

/// The app's webhooks, knowing whose they are from the first use on.
[[nodiscard]] AppWebhooks& webhooks_of(Apps& apps, std::uint64_t app_id);
/// A copy with the app's secret, as the emitter takes it.
[[nodiscard]] AppWebhooks signed_webhooks_of(Apps& apps, std::uint64_t app_id);

}  // namespace hubsim::portal
