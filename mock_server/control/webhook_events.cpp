// Events that no record's change brings: conversation.* and event.completed for webhooks,
// app.install and app.uninstall for the journal. They happen outside, or (conversations) may be
// told without being done, so a test says what happened.
#include "mock_server/control/control.h"
#include "mock_server/portal/webhooks/journal.h"

namespace hubsim::control {

namespace {

constexpr std::size_t max_events_per_call = 1000;

std::string text_at(const Json& item, std::string_view key) {
  const Json* value = json::find(item, key);
  return value != nullptr ? json::text_of(*value) : std::string();
}

/// Conversations are 0-11 (behaviour reference 4.2); events have a type of their own each.
webhooks::TypeName type_name(std::string_view object) {
  return object == "conversation" ? webhooks::TypeName{"0-11", "conversation"}
                                  : webhooks::TypeName{"", "event"};
}

Result<webhooks::Signal> read_signal(const Json& item) {
  const std::string name = text_at(item, "type");
  const auto* type = portal::find_webhook_event_type(name);
  if (type == nullptr || (type->object != "conversation" && type->object != "event")) {
    return Failure{"'" + name + "' is no event of this call: write conversation.creation, " +
                   "deletion, privacyDeletion, propertyChange, newMessage or event.completed; " +
                   "others come from POST changes"};
  }
  const auto id = parse_uint(text_at(item, "object_id"));
  if (!id || *id == 0) {
    return Failure{std::string("'object_id' is a positive number")};
  }
  webhooks::Signal signal{.kind = type->event, .type = type_name(type->object)};
  signal.change.object_id = *id;
  signal.change.lineage = std::string(type->object) + "/" + std::to_string(*id);
  if (signal.kind == webhooks::EventKind::property_change) {
    const std::string property = text_at(item, "property_name");
    if (property != "assignedTo" && property != "status" && property != "isArchived") {
      return Failure{"'property_name' is assignedTo, status or isArchived, not '" + property + "'"};
    }
    signal.change.properties = {{property, text_at(item, "property_value")}};
  }
  if (signal.kind == webhooks::EventKind::new_message) {
    const std::string kind = text_at(item, "message_type");
    if (!kind.empty() && kind != "MESSAGE" && kind != "COMMENT") {
      return Failure{"'message_type' is MESSAGE or COMMENT, not '" + kind + "'"};
    }
    signal.message = webhooks::Message{.id = text_at(item, "message_id")};
    signal.message->type = kind.empty() ? "MESSAGE" : kind;
  }
  signal.event_type_name = text_at(item, "event_type_name");
  return signal;
}

/// An app is installed or gone, as the journal of the one it concerns tells it.
std::optional<Json> apply_lifecycle(gateway::World& world, const Json& item) {
  const std::string type = text_at(item, "type");
  if (type != "app.install" && type != "app.uninstall") {
    return std::nullopt;
  }
  portal::Journal::on_app_lifecycle(world.portal(), world.main_app().caller.app_id,
                                    type == "app.install", world.clock().now());
  return Json{{"status", "ok"}, {"events", 0}};
}

CommandReply post_events(CommandCall& call) {
  const Json* events = json::find(call.body, "events");
  if (events == nullptr || !events->is_array() || events->size() > max_events_per_call) {
    return bad_request(
        R"(write {"events":[{"type":"conversation.creation","object_id":"1"}]}, at most 1000)");
  }
  const std::string source = text_at(call.body, "source");
  Json results = Json::array();
  gateway::World& world = call.rig.world;
  const std::lock_guard lock(world.mutex);
  for (const Json& item : *events) {
    if (auto done = apply_lifecycle(world, item)) {
      results.push_back(std::move(*done));
      continue;
    }
    auto signal = read_signal(item);
    if (!signal.ok()) {
      results.push_back({{"status", "error"}, {"message", signal.error()}});
      continue;
    }
    signal->portal_id = world.portal().config().portal_id;
    signal->change.at = world.clock().now();
    signal->change.source = {.change_source = source.empty() ? "CONVERSATIONS" : source,
                             .source_id = text_at(call.body, "source_id")};
    results.push_back({{"status", "ok"}, {"events", call.rig.emitter.on_signal(*signal)}});
  }
  return {.body = {{"results", std::move(results)}}};
}

}  // namespace

void register_command_webhook_events(CommandRegistry& registry) {
  registry.add({.name = "POST webhooks/events",
                .method = http::Method::post,
                .path = "webhooks/events",
                .help = "says what happened to conversations, or that an event was completed",
                .run = post_events});
}

}  // namespace hubsim::control
