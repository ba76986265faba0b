// Webhooks held back, let go, and sent once more.
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

CommandReply hold(CommandCall& call) {
  if (call.body.is_object() && !call.body.empty()) {
    return bad_request(
        "this holds every event and takes no settings: to hold some of them put a rule of kind "
        "webhook_hold (PUT faults/{id})");
  }
  call.rig.emitter.hold_all();
  return {.body = {{"holding", true}}};
}

CommandReply release(CommandCall& call) {
  const Json* rule = json::find(call.body, "rule");
  if (call.body.is_object() && call.body.size() != (rule != nullptr ? 1U : 0U)) {
    return bad_request("write {} to release everything, or {\"rule\":\"id\"}");
  }
  if (rule == nullptr) {
    return {.body = {{"released", call.rig.emitter.release_all()}}};
  }
  if (!rule->is_string() || json::text_of(*rule).empty()) {
    return bad_request("'rule' is the id of a rule that holds webhooks");
  }
  return {.body = {{"released", call.rig.emitter.release_rule(json::text_of(*rule))}}};
}

CommandReply redeliver(CommandCall& call) {
  constexpr std::string_view action = "/redeliver";
  const std::string_view tail = call.tail;
  const bool named = tail.ends_with(action);
  const auto number = named ? parse_uint(tail.substr(0, tail.size() - action.size()))
                            : std::optional<std::uint64_t>();
  if (!number) {
    return bad_request("name the delivery: POST webhooks/deliveries/{number}/redeliver");
  }
  if (const auto refusal = call.rig.emitter.redeliver(*number)) {
    return {.status = refusal->not_found ? 404 : 409, .body = {{"error", refusal->reason}}};
  }
  return {.body = {{"redelivery_of", *number}}};
}

}  // namespace

void register_command_deliveries(CommandRegistry& registry) {
  registry.add({.name = "POST webhooks/hold",
                .method = http::Method::post,
                .path = "webhooks/hold",
                .help = "holds back every webhook event from now on",
                .run = hold});
  registry.add({.name = "POST webhooks/release",
                .method = http::Method::post,
                .path = "webhooks/release",
                .help = "lets held events go: all, or those of one rule",
                .run = release});
  registry.add({.name = "POST webhooks/deliveries/{number}/redeliver",
                .method = http::Method::post,
                .path = "webhooks/deliveries",
                .takes_tail = true,
                .help = "sends a delivery's events once more",
                .run = redeliver});
}

}  // namespace hubsim::control
