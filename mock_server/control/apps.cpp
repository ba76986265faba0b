// The developer account's apps: what they are, what they are granted, where they are installed;
// new OAuth apps.
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

constexpr std::size_t max_listed = 1000;

Json describe(portal::Apps& apps, const portal::App& app) {
  return {{"app_id", app.id},
          {"name", app.name},
          {"private_app", app.private_app},
          {"client_id", app.client_id},
          {"client_secret", app.client_secret},
          {"scopes", app.scopes},
          {"redirect_uris", app.redirect_uris},
          {"portals", apps.portals_of(app.id)}};
}

CommandReply list_apps(CommandCall& call) {
  portal::Apps& apps = call.rig.world.apps();
  Json results = Json::array();
  for (const portal::App& app : apps.list()) {
    results.push_back(describe(apps, app));
  }
  return {.body = {{"results", std::move(results)}}};
}

/// A member that is a list of texts; nothing when it is something else. Absent: `fallback`.
std::optional<std::vector<std::string>> texts(const Json& body, std::string_view name,
                                              std::vector<std::string> fallback) {
  const Json* list = json::find(body, name);
  if (list == nullptr) {
    return fallback;
  }
  if (!list->is_array() || list->size() > max_listed) {
    return std::nullopt;
  }
  std::vector<std::string> read;
  for (const Json& item : *list) {
    read.push_back(json::text_of(item));
  }
  return read;
}

CommandReply post_app(CommandCall& call) {
  portal::Apps& apps = call.rig.world.apps();
  const auto scopes = texts(call.body, "scopes", {std::string(portal::every_scope)});
  const auto redirects = texts(call.body, "redirect_uris", {});
  if (!scopes || !redirects) {
    return bad_request(R"(write {"name":"…","scopes":["…"],"redirect_uris":["…"]})");
  }
  std::uint64_t last = 0;
  for (const portal::App& app : apps.list()) {
    last = std::max(last, app.id);
  }
  const std::uint64_t id = last + 1;
  const Json* name = json::find(call.body, "name");
  portal::App app{.id = id,
                  .name = name != nullptr ? json::text_of(*name) : "app " + std::to_string(id),
                  .client_id = "00000000-0000-4000-8000-c11d" + std::to_string(id),
                  .client_secret = "00000000-0000-4000-8000-5ec2" + std::to_string(id),
                  .scopes = *scopes,
                  .redirect_uris = *redirects};
  if (!apps.add(app)) {
    return {.status = 409, .body = {{"error", "a developer account has at most 100 apps"}}};
  }
  return {.status = 201, .body = describe(apps, app)};
}

CommandReply put_app(CommandCall& call) {
  portal::Apps& apps = call.rig.world.apps();
  const auto id = parse_uint(call.tail);
  const auto scopes = texts(call.body, "scopes", {});
  if (!scopes || json::find(call.body, "scopes") == nullptr) {
    return bad_request(R"(write {"scopes":["crm.objects.contacts.read"]}, or ["*"] for all)");
  }
  if (!id || !apps.set_scopes(*id, *scopes)) {
    return {.status = 404, .body = {{"error", "no app '" + call.tail + "'; GET apps lists them"}}};
  }
  return {.body = describe(apps, apps.find(*id).value())};
}

}  // namespace

void register_command_apps(CommandRegistry& registry) {
  registry.add({.name = "GET apps",
                .method = http::Method::get,
                .path = "apps",
                .help = "apps with their scopes and where they are installed",
                .run = list_apps});
  registry.add({.name = "POST apps",
                .method = http::Method::post,
                .path = "apps",
                .help = "makes an OAuth app",
                .run = post_app});
  registry.add({.name = "PUT apps",
                .method = http::Method::put,
                .path = "apps",
                .takes_tail = true,
                .help = "changes what an app is granted",
                .run = put_app});
}

}  // namespace hubsim::control
