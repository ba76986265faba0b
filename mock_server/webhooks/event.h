// Event: one change as one subscription sees it, and its JSON on the wire, key by key in HubSpot's
// order (behaviour reference 8.2, 8.3, recorded). The events of one change share it.
// Threads: plain values; immutable but for the attempt, which the request states when it is
// rendered.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/faults/effect.h"
#include "mock_server/portal/change.h"
#include "mock_server/webhooks/settings.h"

namespace hubsim::webhooks {

/// What the wire says of an object type.
using TypeName = portal::TypeLabel;
using TypeNames = std::vector<TypeName>;

/// Of conversation.newMessage.
struct Message {
  std::string id;
  std::string type = "MESSAGE";  ///< or COMMENT
};

/// A change with what events say of it beside: it names types by index, and some events have no
/// change of a record behind them (conversation.*, event.completed).
struct SharedChange {
  std::uint64_t portal_id = 0;
  portal::Change change;
  TypeName type;
  TypeName to_type{};  ///< associations only
  std::string association_category = "HUBSPOT_DEFINED";
  std::optional<Message> message{};
  std::string event_type_name{};         ///< event.completed only
  std::vector<std::string> sensitive{};  ///< names of the change's properties told as REDACTED

  [[nodiscard]] bool is_sensitive(std::string_view property) const;
};

struct Event {
  static constexpr std::size_t no_property = SIZE_MAX;

  std::uint64_t event_id = 0;
  std::uint64_t subscription_id = 0;
  std::uint64_t app_id = 0;
  EventKind kind = EventKind::creation;
  /// The generic form: subscriptionType "object.…" with objectTypeId.
  bool generic = false;
  std::shared_ptr<const SharedChange> source;
  std::size_t property = no_property;  ///< index into the change's properties
  /// Of the deletions that a merge brings: the record that is gone. 0: the change's own.
  std::uint64_t other_object_id = 0;
  /// How it is forged, with the planted value; nothing for real ones.
  std::optional<faults::DeliveryEffect::Forged> forged;
  /// What is wrong with the request that carries it; a truncated one is real, others come beside.
  std::optional<faults::Malformation> malformed;
  std::vector<faults::DeliveryEffect::Replay> replays;
  /// Rules that bent this event's way.
  std::vector<std::string> rule_ids;

  [[nodiscard]] const portal::Change& change() const { return source->change; }
  [[nodiscard]] std::uint64_t object_id() const {
    return other_object_id != 0 ? other_object_id : source->change.object_id;
  }
  /// Sent beside a real event: it is nobody's loss and is not tried again.
  [[nodiscard]] bool is_extra() const noexcept {
    return forged || (malformed && *malformed != faults::Malformation::truncated);
  }
  [[nodiscard]] std::string subscription_type() const;
  [[nodiscard]] std::string_view property_name() const;
  [[nodiscard]] std::string_view property_value() const;
};

/// What a request says in all its events.
struct Wording {
  int attempt = 0;
  /// "CREATED" on the wire, "NEW" in the documentation's sample (8.3).
  std::string_view creation_flag = "CREATED";
};
void append_event_json(std::string& out, const Event& event, const Wording& wording);

}  // namespace hubsim::webhooks
