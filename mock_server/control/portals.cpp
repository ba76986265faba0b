// The portals of this mock and the credentials that open them; health; reset.
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

CommandReply list_portals(CommandCall& call) {
  const gateway::AppAccess& app = call.rig.world.main_app();
  const std::lock_guard lock(call.rig.world.mutex);
  const auto& config = call.rig.world.portal().config();
  return {.body = {{"results", Json::array({{{"portal_id", config.portal_id},
                                             {"tier", config.tier},
                                             {"access_token", app.access_token},
                                             {"app_id", app.caller.app_id},
                                             {"client_id", app.client_id},
                                             {"client_secret", app.client_secret},
                                             {"developer_api_key", app.developer_api_key}}})}}};
}

CommandReply health(CommandCall& call) {
  const auto up = call.rig.runtime.clock().now() - call.rig.started;
  const std::lock_guard lock(call.rig.world.mutex);
  return {.body = {{"status", "ok"},
                   {"portal_id", call.rig.world.portal().config().portal_id},
                   {"uptime_ms", std::chrono::floor<std::chrono::milliseconds>(up).count()}}};
}

/// Where webhooks go and what of stays as it was told; everything else is as after the start.
void reset_world(gateway::World& world) {
  const std::uint64_t app_id = world.main_app().caller.app_id;
  webhooks::AppSettings kept;
  {
    const std::lock_guard lock(world.mutex);
    kept = portal::webhooks_of(world.apps(), app_id);
  }
  world.reset();
  const std::lock_guard lock(world.mutex);
  portal::webhooks_of(world.apps(), app_id) = std::move(kept);
}

CommandReply reset(CommandCall& call) {
  Rig& rig = call.rig;
  reset_world(rig.world);
  if (!rig.runtime.run_there([&rig] { rig.emitter.reset(); })) {
    return {.status = 503, .body = {{"error", "the webhook thread did not answer in time"}}};
  }
  return {.status = 204, .body = nullptr};
}

}  // namespace

void register_command_portals(CommandRegistry& registry) {
  registry.add({.name = "GET portals",
                .method = http::Method::get,
                .path = "portals",
                .help = "portals and their credentials",
                .run = list_portals});
  registry.add({.name = "GET health",
                .method = http::Method::get,
                .path = "health",
                .help = "answers when the mock does",
                .run = health});
  registry.add({.name = "POST reset",
                .method = http::Method::post,
                .path = "reset",
                .help = "back to the state after start",
                .run = reset});
}

}  // namespace hubsim::control
