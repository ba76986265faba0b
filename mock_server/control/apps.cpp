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

bool too_long(const config::Settings& settings, std::string_view list) {
  return settings.has(list) && settings.text_list(list).size() > max_listed;
}

CommandReply post_app(CommandCall& call) {
  static const config::Fields fields{
      {.name = "name", .help = "as people see it"},
      {.name = "scopes",
       .type = config::Type::text_list,
       .help = "what it may ask for",
       .default_value = std::string(portal::every_scope)},
      {.name = "redirect_uris", .type = config::Type::text_list, .help = "where codes may go"}};
  config::Problems problems;
  const Json& body = call.body.is_null() ? Json::object() : call.body;
  const auto settings = config::read_settings(fields, body, "", problems);
  if (!problems.empty() || too_long(settings, "scopes") || too_long(settings, "redirect_uris")) {
    return bad_request(
        R"(write {"name":"…","scopes":["…"],"redirect_uris":["…"]}, at most 1000 of each)",
        problems);
  }
  portal::Apps& apps = call.rig.world.apps();
  std::uint64_t last = 0;
  for (const portal::App& app : apps.list()) {
    last = std::max(last, app.id);
  }
  const std::uint64_t id = last + 1;
  portal::App app{
      .id = id,
      .name = settings.has("name") ? settings.text("name") : "app " + std::to_string(id),
      .client_id = "00000000-0000-4000-8000-c11d" + std::to_string(id),
      .client_secret = "00000000-0000-4000-8000-5ec2" + std::to_string(id),
      .scopes = settings.text_list("scopes")};
  if (settings.has("redirect_uris")) {
    app.redirect_uris = settings.text_list("redirect_uris");
  }
  if (!apps.add(app)) {
    return {.status = 409, .body = {{"error", "a developer account has at most 100 apps"}}};
  }
  return {.status = 201, .body = describe(apps, app)};
}

CommandReply put_app(CommandCall& call) {
  static const config::Fields fields{{.name = "scopes",
                                      .type = config::Type::text_list,
                                      .help = "what it is granted",
                                      .required = true}};
  config::Problems problems;
  const auto settings = config::read_settings(fields, call.body, "", problems);
  if (!problems.empty() || too_long(settings, "scopes")) {
    return bad_request(
        R"(write {"scopes":["crm.objects.contacts.read"]}, at most 1000, or ["*"] for all)",
        problems);
  }
  portal::Apps& apps = call.rig.world.apps();
  const auto id = parse_uint(call.tail);
  if (!id || !apps.set_scopes(*id, settings.text_list("scopes"))) {
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
