// Webhooks: where they go, what of, and what became of them.
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

std::uint64_t main_app(const CommandCall& call) {
  return call.rig.world.main_app(call.account).caller.app_id;
}

CommandReply read_webhooks(CommandCall& call) {
  webhooks::AppSettings settings;
  {
    gateway::World& world = call.rig.world;
    const std::lock_guard lock(world.mutex);
    settings = portal::webhooks_of(world.apps(), main_app(call));
    if (!settings.timeout) {
      settings.timeout = webhooks::timeout_of(world.portal().options());
    }
  }
  return {.body = call.rig.emitter.to_json(settings)};
}

CommandReply put_webhooks(CommandCall& call) {
  {
    gateway::World& world = call.rig.world;
    const std::lock_guard lock(world.mutex);
    auto& settings = portal::webhooks_of(world.apps(), main_app(call));
    const auto problems = webhooks::apply_json(call.body, settings);
    if (!problems.empty()) {
      return bad_request("the webhook settings are not valid", problems);
    }
    const Instant now = world.clock().now();
    settings.created_at = settings.created_at.value_or(now);
    settings.updated_at = now;
    world.apps().part_changed(settings.app_id);
  }
  return read_webhooks(call);
}

CommandReply list_deliveries(CommandCall& call) {
  const auto cursor = read_cursor(call.query, 1000, 10'000);
  if (!cursor.ok()) {
    return bad_request(cursor.error());
  }
  webhooks::SecretOf secret_of;
  if (call.query.first("requests") == "true") {
    secret_of = [&call](std::uint64_t app_id) { return call.rig.emitter.client_secret(app_id); };
  }
  return {.body = call.rig.emitter.log().page(cursor->after, cursor->limit, secret_of)};
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
