#include "mock_server/portal/webhooks/event_types.h"

#include <algorithm>
#include <array>

namespace hubsim::portal {

namespace {

constexpr std::array<WebhookEventType, 48> types{{
    {"company.associationChange", "company", WebhookEvent::association_change},
    {"company.creation", "company", WebhookEvent::creation},
    {"company.deletion", "company", WebhookEvent::deletion},
    {"company.merge", "company", WebhookEvent::merge},
    {"company.propertyChange", "company", WebhookEvent::property_change},
    {"company.restore", "company", WebhookEvent::restore},
    {"contact.associationChange", "contact", WebhookEvent::association_change},
    {"contact.creation", "contact", WebhookEvent::creation},
    {"contact.deletion", "contact", WebhookEvent::deletion},
    {"contact.merge", "contact", WebhookEvent::merge},
    {"contact.privacyDeletion", "contact", WebhookEvent::privacy_deletion},
    {"contact.propertyChange", "contact", WebhookEvent::property_change},
    {"contact.restore", "contact", WebhookEvent::restore},
    {"conversation.creation", "conversation", WebhookEvent::creation},
    {"conversation.deletion", "conversation", WebhookEvent::deletion},
    {"conversation.newMessage", "conversation", WebhookEvent::new_message},
    {"conversation.privacyDeletion", "conversation", WebhookEvent::privacy_deletion},
    {"conversation.propertyChange", "conversation", WebhookEvent::property_change},
    {"deal.associationChange", "deal", WebhookEvent::association_change},
    {"deal.creation", "deal", WebhookEvent::creation},
    {"deal.deletion", "deal", WebhookEvent::deletion},
    {"deal.merge", "deal", WebhookEvent::merge},
    {"deal.propertyChange", "deal", WebhookEvent::property_change},
    {"deal.restore", "deal", WebhookEvent::restore},
    {"event.completed", "event", WebhookEvent::completed},
    {"line_item.associationChange", "line_item", WebhookEvent::association_change},
    {"line_item.creation", "line_item", WebhookEvent::creation},
    {"line_item.deletion", "line_item", WebhookEvent::deletion},
    {"line_item.merge", "line_item", WebhookEvent::merge},
    {"line_item.propertyChange", "line_item", WebhookEvent::property_change},
    {"line_item.restore", "line_item", WebhookEvent::restore},
    {"object.associationChange", "object", WebhookEvent::association_change},
    {"object.creation", "object", WebhookEvent::creation},
    {"object.deletion", "object", WebhookEvent::deletion},
    {"object.merge", "object", WebhookEvent::merge},
    {"object.propertyChange", "object", WebhookEvent::property_change},
    {"object.restore", "object", WebhookEvent::restore},
    {"product.creation", "product", WebhookEvent::creation},
    {"product.deletion", "product", WebhookEvent::deletion},
    {"product.merge", "product", WebhookEvent::merge},
    {"product.propertyChange", "product", WebhookEvent::property_change},
    {"product.restore", "product", WebhookEvent::restore},
    {"ticket.associationChange", "ticket", WebhookEvent::association_change},
    {"ticket.creation", "ticket", WebhookEvent::creation},
    {"ticket.deletion", "ticket", WebhookEvent::deletion},
    {"ticket.merge", "ticket", WebhookEvent::merge},
    {"ticket.propertyChange", "ticket", WebhookEvent::property_change},
    {"ticket.restore", "ticket", WebhookEvent::restore},
}};

}  // namespace

std::string_view webhook_event_name(WebhookEvent event) noexcept {
  switch (event) {
    case WebhookEvent::creation:
      return "creation";
    case WebhookEvent::deletion:
      return "deletion";
    case WebhookEvent::restore:
      return "restore";
    case WebhookEvent::property_change:
      return "propertyChange";
    case WebhookEvent::association_change:
      return "associationChange";
    case WebhookEvent::merge:
      return "merge";
    case WebhookEvent::privacy_deletion:
      return "privacyDeletion";
    case WebhookEvent::new_message:
      return "newMessage";
    case WebhookEvent::completed:
      return "completed";
  }
  return "";
}

std::span<const WebhookEventType> webhook_event_types() noexcept { return types; }

const WebhookEventType* find_webhook_event_type(std::string_view name) noexcept {
  const auto* found = std::lower_bound(
      types.begin(), types.end(), name,
      [](const WebhookEventType& type, std::string_view wanted) { return type.name < wanted; });
  return found != types.end() && found->name == name ? found : nullptr;
}

bool is_silent_property(std::string_view name) noexcept {
  return name == "hs_lastmodifieddate" || name == "num_unique_conversion_events";
}

}  // namespace hubsim::portal
