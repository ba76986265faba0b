// Webhooks: where they go, what of, and what became of them.
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

std::uint64_t main_app(const CommandCall& call) { return call.rig.world.main_app().caller.app_id; }

CommandReply read_webhooks(CommandCall& call) {
  return {.body = call.rig.emitter.to_json(main_app(call))};
}

CommandReply put_webhooks(CommandCall& call) {
  auto settings = call.rig.emitter.settings(main_app(call));
  settings.client_secret = call.rig.world.main_app().client_secret;
  const auto problems = webhooks::apply_json(call.body, settings);
  if (!problems.empty()) {
    return bad_request("the webhook settings are not valid", problems);
  }
  call.rig.emitter.configure(std::move(settings));
  return read_webhooks(call);
}

CommandReply list_deliveries(CommandCall& call) {
  const auto cursor = read_cursor(call.query, 1000, 10'000);
  if (!cursor.ok()) {
    return bad_request(cursor.error());
  }
  return {.body = call.rig.emitter.log().page(cursor->after, cursor->limit)};
}

}  // namespace

void register_command_webhooks(CommandRegistry& registry) {
  registry.add({.name = "GET webhooks",
                .method = http::Method::get,
                .path = "webhooks",
                .help = "settings, queue and counts of webhooks",
                .run = read_webhooks});
  registry.add({.name = "PUT webhooks",
                .method = http::Method::put,
                .path = "webhooks",
                .help = "target, subscriptions, concurrency, retry schedule",
                .run = put_webhooks});
  registry.add({.name = "GET webhooks/deliveries",
                .method = http::Method::get,
                .path = "webhooks/deliveries",
                .help = "every delivery and its outcome",
                .run = list_deliveries});
}

}  // namespace hubsim::control
