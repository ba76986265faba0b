// The authorize page, where a user grants an app what it asks for, and the end of an installation
// (behaviour reference 1.2). HubSpot's page is in its own UI; this one grants at once, asks with a
// link, or refuses (option oauth.consent).
#include <algorithm>

#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/oauth/oauth.h"
#include "mock_server/portal/webhooks/journal.h"

namespace hubsim::operations {

namespace {

using hubspot::Option;

constexpr std::string_view html = "text/html;charset=utf-8";
constexpr std::string_view granted_parameter = "hubsim_consent=granted";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const std::string_view special = c == '&'   ? "&amp;"
                                     : c == '<' ? "&lt;"
                                     : c == '>' ? "&gt;"
                                     : c == '"' ? "&quot;"
                                                : "";
    out += special.empty() ? std::string(1, c) : std::string(special);
  }
  return out;
}

Reply page(int status, std::string_view title, const std::string& content) {
  return {.status = status,
          .body = "<!DOCTYPE html>\n<html lang=en><meta charset=utf-8><title>" +
                  std::string(title) + "</title><body><h1>" + std::string(title) + "</h1>" +
                  content + "</body></html>\n",
          .content_type = std::string(html)};
}

Reply refused(const std::string& why) {
  return page(400, "Authorization failed", "<p>" + escaped(why) + "</p>");
}

bool may_redirect(const portal::App& app, const std::string& uri) {
  const bool is_http = uri.starts_with("http://") || uri.starts_with("https://");
  const bool printable =
      std::all_of(uri.begin(), uri.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  const bool known =
      app.redirect_uris.empty() ||
      std::find(app.redirect_uris.begin(), app.redirect_uris.end(), uri) != app.redirect_uris.end();
  return is_http && printable && known;
}

/// The portal in the path, or the first.
std::optional<std::uint64_t> portal_of(const Context& context) {
  const std::string_view named = context.param("portalId");
  return named.empty() ? std::optional(context.apps.developer_portal()) : parse_uint(named);
}

/// What is granted: all that is asked for, the optional ones the app may have, and `oauth`.
std::optional<portal::Scopes> scopes_of(const Context& context, const portal::App& app) {
  portal::Scopes granted = split_scopes(context.query.first("scope").value_or(""));
  if (!may_ask(app, granted)) {
    return std::nullopt;
  }
  if (granted.empty()) {
    granted = app.scopes;
  }
  for (const std::string& scope :
       split_scopes(context.query.first("optional_scope").value_or(""))) {
    if (may_ask(app, {scope}) && !portal::grants(granted, scope)) {
      granted.push_back(scope);
    }
  }
  if (!portal::grants(granted, oauth_scope)) {
    granted.emplace_back(oauth_scope);
  }
  return granted;
}

Reply grant(Context& context, const portal::App& app, std::uint64_t portal_id,
            portal::Scopes scopes) {
  const std::string redirect(context.query.first("redirect_uri").value_or(""));
  const auto lifetime = parse_duration(context.portal.options().value(Option::oauth_code_lifetime));
  const std::string code = context.apps.add_code({.code = "",
                                                  .app_id = app.id,
                                                  .portal_id = portal_id,
                                                  .user_id = oauth_user_id,
                                                  .redirect_uri = redirect,
                                                  .scopes = std::move(scopes),
                                                  .expires_at = context.now + lifetime.value()},
                                                 context.random);
  std::string location = redirect;
  location += redirect.find('?') == std::string::npos ? '?' : '&';
  location += "code=" + percent_encode(code);
  if (const auto state = context.query.first("state")) {
    location += "&state=" + percent_encode(*state);
  }
  return {.status = 302, .body = "", .location = location, .content_type = std::string(html)};
}

Reply ask(const Context& context, const portal::App& app, const portal::Scopes& scopes) {
  const std::string link = std::string(context.request.path) + "?" +
                           std::string(context.request.query) + "&" +
                           std::string(granted_parameter);
  return page(200, "Connect " + app.name,
              "<p>It asks for: " + escaped(join(scopes, ", ")) + "</p><p><a href=\"" +
                  escaped(link) + "\">Connect app</a></p>");
}

Reply run_authorize(Context& context) {
  const auto app = context.apps.find_client(context.query.first("client_id").value_or(""));
  if (!app) {
    return refused("missing or unknown client id");
  }
  if (!may_redirect(*app, std::string(context.query.first("redirect_uri").value_or("")))) {
    return refused("the redirect URL doesn't match the app's registered redirect URL");
  }
  auto scopes = scopes_of(context, *app);
  if (!scopes) {
    return refused(
        "there is a mismatch between the scopes in the install URL and those of the app");
  }
  const auto portal_id = portal_of(context);
  if (!portal_id) {
    return refused("unknown account");
  }
  const std::string_view consent = context.portal.options().value(Option::oauth_consent);
  if (consent == "deny") {
    return page(403, "Authorization denied", "<p>The user did not grant access.</p>");
  }
  if (consent == "page" && context.query.first("hubsim_consent") != "granted") {
    return ask(context, *app, *scopes);
  }
  return grant(context, *app, *portal_id, std::move(*scopes));
}

/// The caller's own app leaves the caller's account.
Reply run_uninstall(Context& context) {
  const bool was_installed =
      context.apps.uninstall(context.caller.app_id, context.caller.portal_id,
                             context.portal.options().on(Option::oauth_uninstall_ends_access));
  if (was_installed) {
    portal::Journal::on_app_lifecycle(context.portal, context.caller.app_id, false, context.now);
  }
  return no_content();
}

std::string key_client(Context& context) {
  return std::string(context.query.first("client_id").value_or(""));
}
std::string key_app(Context& context) { return std::to_string(context.caller.app_id); }

}  // namespace

void register_oauth_authorize(OperationRegistry& registry);
void register_oauth_authorize(OperationRegistry& registry) {
  registry.add({"oauth.authorize", run_authorize, key_client});
  registry.add({"crm.app_uninstalls.delete", run_uninstall, key_app});
}

}  // namespace hubsim::operations
