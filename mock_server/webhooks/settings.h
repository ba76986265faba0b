// Settings of one app's webhooks as the control API and scenarios give them (behaviour reference
// 8.1 and 8.4): the texts of subscriptions, what may be set, the retry gaps. The settings
// themselves are the portal's (portal/webhooks/app_webhooks.h).
// Threads: plain values.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/fields.h"
#include "common/random/prng.h"
#include "common/time/clock.h"
#include "hubspot/rules/options.h"
#include "mock_server/portal/webhooks/app_webhooks.h"

namespace hubsim::webhooks {

using EventKind = portal::WebhookEvent;
using Subscription = portal::WebhookSubscription;
using RetrySchedule = portal::RetrySchedule;
using AppSettings = portal::AppWebhooks;

/// "contact.creation", "contact.propertyChange", "contact.propertyChange:email",
/// "object.creation", "object.propertyChange@0-1:email", "event.completed:pe1_signup".
[[nodiscard]] Result<Subscription> parse_subscription(std::string_view text);
[[nodiscard]] std::string format_subscription(const Subscription& subscription);

inline constexpr int max_attempts = 10;
inline constexpr std::array<std::chrono::minutes, max_attempts - 1> hubspot_retry_gaps{
    std::chrono::minutes(1),   std::chrono::minutes(2),   std::chrono::minutes(5),
    std::chrono::minutes(10),  std::chrono::minutes(22),  std::chrono::minutes(47),
    std::chrono::minutes(102), std::chrono::minutes(222), std::chrono::minutes(480)};
inline constexpr int compressed_divisor = 1080;
/// The gap after failed attempt `attempt` (from 0), with up to a fifth more or less.
[[nodiscard]] Duration retry_gap(RetrySchedule schedule, int attempt, Prng& jitter);

/// What x-hubspot-timeout-millis says; the documentation says 5 s (8.4).
inline constexpr std::chrono::seconds default_timeout{10};
/// Where the settings do not say (option webhooks.timeout).
[[nodiscard]] Duration timeout_of(const hubspot::Options& options);

/// Changes `settings` by the control API's `PUT webhooks` body; what is left out keeps its value.
/// With problems `settings` is unchanged.
[[nodiscard]] config::Problems apply_json(const Json& body, AppSettings& settings);
/// target_url, subscriptions, max_concurrent_requests, retry, batch_window_ms, timeout_ms. A paused
/// subscription is {"subscription":"contact.creation","active":false}.
[[nodiscard]] Json to_json(const AppSettings& settings);

}  // namespace hubsim::webhooks
