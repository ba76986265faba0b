#include "mock_server/portal/webhooks/app_webhooks.h"

#include <fmt/format.h>

#include <algorithm>

namespace hubsim::portal {

namespace {

/// Apps number their subscriptions apart from each other.
constexpr std::uint64_t ids_per_app = 10'000;
constexpr std::uint64_t number_ranges = 97;

}  // namespace

std::string WebhookSubscription::type() const {
  return fmt::format("{}.{}", object, webhook_event_name(kind));
}

bool WebhookSubscription::same_as(const WebhookSubscription& other) const {
  return kind == other.kind && object == other.object && object_type_id == other.object_type_id &&
         property_name == other.property_name && event_type_name == other.event_type_name;
}

void AppWebhooks::add(WebhookSubscription subscription,
                      const std::vector<WebhookSubscription>& before) {
  const auto same = std::find_if(before.begin(), before.end(),
                                 [&](const auto& known) { return known.same_as(subscription); });
  if (same != before.end() && find(same->id) == nullptr) {
    subscription.id = same->id;
    subscription.created_at = same->created_at;
  } else {
    subscription.id = next_subscription_id++;
  }
  subscriptions.push_back(std::move(subscription));
}

WebhookSubscription* AppWebhooks::find(std::uint64_t id) {
  const auto it = std::find_if(subscriptions.begin(), subscriptions.end(),
                               [&](const auto& subscription) { return subscription.id == id; });
  return it == subscriptions.end() ? nullptr : &*it;
}

AppWebhooks& webhooks_of(Apps& apps, std::uint64_t app_id) {
  auto& webhooks = apps.part<AppWebhooks>(app_id);
  if (webhooks.app_id == 0) {
    webhooks.app_id = app_id;
    webhooks.next_subscription_id += app_id % number_ranges * ids_per_app;
  }
  return webhooks;
}

AppWebhooks signed_webhooks_of(Apps& apps, std::uint64_t app_id) {
  AppWebhooks webhooks = webhooks_of(apps, app_id);
  const auto app = apps.find(app_id);
  webhooks.client_secret = app ? app->client_secret : "";
  return webhooks;
}

}  // namespace hubsim::portal
