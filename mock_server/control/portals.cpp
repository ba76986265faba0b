// The portals of this mock and the credentials that open them: list, make (empty or a fork), take
// away, reset; health.
#include "mock_server/control/automation_link.h"
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

Json describe(gateway::World& world, gateway::Account& account) {
  const gateway::AppAccess& app = world.main_app(account);
  const gateway::Account::Access& access = account.access();
  const std::lock_guard lock(account.mutex);
  return {{"portal_id", account.portal_id()},
          {"tier", account.portal().config().tier},
          {"access_token", app.access_token},
          {"app_id", app.caller.app_id},
          {"client_id", app.client_id},
          {"client_secret", app.client_secret},
          {"developer_api_key", app.developer_api_key},
          {"private_app_token", access.private_app.access_token},
          {"oauth_access_token", access.oauth_app.access_token}};
}

CommandReply list_portals(CommandCall& call) {
  Json results = Json::array();
  for (const gateway::AccountPtr& account : call.rig.world.accounts()) {
    results.push_back(describe(call.rig.world, *account));
  }
  return {.body = {{"results", std::move(results)}}};
}

bool is_tier(gateway::World& world, const std::string& tier) {
  const auto portal = world.pin();
  const auto& limits = portal->facts().private_app_limits;
  return std::any_of(limits.begin(), limits.end(),
                     [&](const auto& known) { return known.tier == tier; });
}

CommandReply make_portal(CommandCall& call) {
  static const config::Fields fields{{.name = "tier", .help = "free, starter, …"},
                                     {.name = "fork", .help = "id of the portal to copy"}};
  config::Problems problems;
  const Json& body = call.body.is_null() ? Json::object() : call.body;
  const auto settings = config::read_settings(fields, body, "", problems);
  if (!problems.empty()) {
    return bad_request(R"(write {"tier":"free"}, or {"fork":ID}, or nothing)", problems);
  }
  gateway::World& world = call.rig.world;
  gateway::World::Wish wish;
  if (settings.has("fork")) {
    const auto id = parse_uint(settings.text("fork"));
    wish.fork_of = id ? world.find_account(*id) : nullptr;
    if (!wish.fork_of) {
      return {.status = 404,
              .body = {{"error", "no portal '" + settings.text("fork") +
                                     "' to fork; GET portals lists them"}}};
    }
  }
  if (settings.has("tier")) {
    wish.tier = settings.text("tier");
    if (wish.fork_of || !is_tier(world, wish.tier)) {
      return bad_request(
          "tier is free, starter, professional or enterprise, and a fork has that "
          "of its origin");
    }
  }
  const auto made = world.add_account(wish);
  if (!made.ok()) {
    return {.status = 409, .body = {{"error", made.error()}}};
  }
  return {.status = 201, .body = describe(world, **made)};
}

CommandReply remove_portal(CommandCall& call) {
  const auto id = parse_uint(call.tail);
  if (!id || !call.rig.world.remove_account(*id)) {
    return {.status = 404,
            .body = {{"error", "no portal '" + call.tail + "' to remove; the first one stays"}}};
  }
  return {.status = 204};
}

CommandReply health(CommandCall& call) {
  const auto up = call.rig.runtime.clock().now() - call.rig.started;
  return {.body = {{"status", "ok"},
                   {"portal_id", call.account.portal_id()},
                   {"uptime_ms", std::chrono::floor<std::chrono::milliseconds>(up).count()}}};
}

CommandReply reset(CommandCall& call) {
  if (call.query.first("portal")) {
    call.rig.world.reset(call.account);
    return {.status = 204, .body = nullptr};
  }
  Rig& rig = call.rig;
  // In one go where timers fire and answers arrive, clock first: what comes after begins at its
  // start.
  const bool done = rig.runtime.run_there([&rig] {
    rig.runtime.restart();
    rig.world.reset();
    rig.emitter.reset();
    if (rig.automation != nullptr) {
      rig.automation->reset();
    }
  });
  if (!done) {
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
  registry.add({.name = "POST portals",
                .method = http::Method::post,
                .path = "portals",
                .help = "makes a portal: empty, or {\"fork\":ID}",
                .run = make_portal});
  registry.add({.name = "DELETE portals",
                .method = http::Method::del,
                .path = "portals",
                .takes_tail = true,
                .help = "takes a portal away",
                .run = remove_portal});
  registry.add({.name = "GET health",
                .method = http::Method::get,
                .path = "health",
                .help = "answers when the mock does",
                .run = health});
  registry.add({.name = "POST reset",
                .method = http::Method::post,
                .path = "reset",
                .help = "back to the state after start; ?portal=ID: that portal alone",
                .run = reset});
}

}  // namespace hubsim::control
