// The 48 types of event that webhooks tell of (behaviour reference 8.1, documented), and what a
// subscription to one must name beside it. Why here: the management API, the control API and the
// emitter all ask.
// Threads: constant data and pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hubsim::portal {

enum class WebhookEvent : std::uint8_t {
  creation,
  deletion,
  restore,
  property_change,
  association_change,
  merge,
  privacy_deletion,
  new_message,
  completed,
};
inline constexpr std::size_t webhook_event_kinds = 9;

/// "creation", "propertyChange", ...
[[nodiscard]] std::string_view webhook_event_name(WebhookEvent event) noexcept;

struct WebhookEventType {
  std::string_view name;    ///< "contact.propertyChange"
  std::string_view object;  ///< "contact"; "object" for the generic form
  WebhookEvent event{};
};
/// All of them, in the order of HubSpot's own enumeration (by name).
[[nodiscard]] std::span<const WebhookEventType> webhook_event_types() noexcept;
/// nullptr for anything else.
[[nodiscard]] const WebhookEventType* find_webhook_event_type(std::string_view name) noexcept;

/// The subscriptions that take a type id: object.*.
inline constexpr std::string_view generic_object = "object";

/// Not offered for propertyChange (8.1, documented).
[[nodiscard]] bool is_silent_property(std::string_view name) noexcept;

}  // namespace hubsim::portal
