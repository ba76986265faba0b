#include "mock_server/operations/oauth/oauth.h"

#include <algorithm>

#include "common/crypto/digest.h"
#include "common/time/format.h"

namespace hubsim::operations {

namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view hub_domain = "hubsim.example.com";

void append_pair(std::string& out, std::string_view name, std::string_view text) {
  json::append_string(out, name);
  out += ':';
  json::append_string(out, text);
}

Reply page(const hubspot::ErrorPage& page) {
  return {.status = page.status, .body = page.body, .content_type = page.content_type};
}

std::string client_id_of(const Context& context, std::uint64_t app_id) {
  const auto app = context.apps.find(app_id);
  return app ? app->client_id : "";
}

/// Opaque to clients; keys and their order as documented (1.2).
void append_signed(std::string& out, const Context& context, const portal::AccessToken& token) {
  const auto app = context.apps.find(token.caller.app_id);
  const std::string secret = app ? app->client_secret : "";
  const std::string scopes = join(token.caller.scopes, " ");
  const auto number = [&](std::string_view name, std::int64_t value) {
    json::append_string(out, name);
    out.append(":").append(std::to_string(value)).append(",");
  };
  const auto text = [&](std::string_view name, std::string_view value) {
    append_pair(out, name, value);
    out += ',';
  };
  out += R"("signed_access_token":{)";
  number("expiresAt", to_unix_ms(token.expires_at.value_or(context.now + access_token_lifetime)));
  text("scopes", crypto::sha256_base64(scopes));
  number("hubId", static_cast<std::int64_t>(token.caller.portal_id));
  number("userId", static_cast<std::int64_t>(token.caller.user_id));
  number("appId", static_cast<std::int64_t>(token.caller.app_id));
  text("signature", crypto::hmac_sha256_base64(secret, token.token));
  text("scopeToScopeGroupPks", crypto::sha256_base64("groups " + scopes));
  text("newSignature", crypto::hmac_sha256_base64(secret, token.token + scopes));
  text("hublet", "na1");
  text("trialScopes", "");
  text("trialScopeToScopeGroupPks", "");
  out += R"("isUserLevel":false)";
  if (!is_v1(context)) {
    out += R"(,"appInstallId":)" + std::to_string(token.caller.app_id) + R"(,"installingUserId":)" +
           std::to_string(token.caller.user_id) + R"(,"isPrivateDistribution":)" +
           (app && app->privately_distributed ? "true" : "false") + R"(,"isServiceAccount":false)";
  }
  out += '}';
}

}  // namespace

bool is_v1(const Context& context) { return context.request.path.starts_with("/oauth/v1/"); }

Reply fail(const Context& context, const OauthError& error) {
  std::string body = "{";
  if (is_v1(context)) {
    append_pair(body, "status", error.status);
    body += ',';
    append_pair(body, "message", error.message);
    body += ',';
    append_pair(body, "correlationId", context.correlation_id);
  } else {
    const std::string_view text = error.description.empty() ? error.message : error.description;
    append_pair(body, "error", error.error);
    body += ',';
    append_pair(body, "error_description", text);
    body += ',';
    append_pair(body, "status", error.status);
    body += ',';
    append_pair(body, "message", text);
  }
  return answer(body + "}", 400);
}

std::optional<Reply> refuse_form(const Context& context) {
  const std::string_view type = context.request.header("content-type").value_or(form_type);
  if (!context.request.body.empty() && !to_lower(type).starts_with(form_type)) {
    return page(hubspot::unsupported_media_type());
  }
  if (context.request.body.size() > max_form_bytes) {
    return page({413, std::string(hubspot::jetty_content_type),
                 hubspot::jetty_page(413, "Request Entity Too Large",
                                     "HTTP 413 Request Entity Too Large")});
  }
  return std::nullopt;
}

std::string form_value(const http::Query& form, std::string_view name) {
  return std::string(form.first(name).value_or(""));
}

portal::Scopes split_scopes(std::string_view text) {
  portal::Scopes scopes;
  while (!text.empty()) {
    const auto blank = text.find_first_of(" ,");
    const std::string scope(text.substr(0, blank));
    if (!scope.empty() && std::find(scopes.begin(), scopes.end(), scope) == scopes.end()) {
      scopes.push_back(scope);
    }
    text = blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
  }
  return scopes;
}

std::string scopes_json(const portal::Scopes& scopes) {
  std::string out = "[";
  for (const std::string& scope : scopes) {
    out += out.size() > 1 ? "," : "";
    json::append_string(out, scope);
  }
  return out + "]";
}

bool may_ask(const portal::App& app, const portal::Scopes& scopes) {
  return std::all_of(scopes.begin(), scopes.end(), [&](const std::string& scope) {
    return scope != portal::every_scope &&
           (scope == oauth_scope || portal::grants(app.scopes, scope));
  });
}

Result<portal::App, OauthError> client_of(const Context& context, const http::Query& form) {
  auto app = context.apps.find_client(form_value(form, "client_id"));
  if (!app) {
    return Failure{bad_client_id};
  }
  if (app->client_secret != form_value(form, "client_secret")) {
    return Failure{bad_client_secret};
  }
  return std::move(*app);
}

void append_token_info(std::string& out, const Context& context, const portal::AccessToken& token) {
  const std::string user(token.caller.credential == hubspot::Credential::oauth ? oauth_user : "");
  append_pair(out, "token", token.token);
  out += ',';
  append_pair(out, "user", user);
  out += ',';
  append_pair(out, "hub_domain", hub_domain);
  out += R"(,"scopes":)" + scopes_json(token.caller.scopes) + ",";
  append_signed(out, context, token);
  const auto left = token.expires_at ? *token.expires_at - context.now : access_token_lifetime;
  out += R"(,"hub_id":)" + std::to_string(token.caller.portal_id) + R"(,"app_id":)" +
         std::to_string(token.caller.app_id) + R"(,"expires_in":)" +
         std::to_string(std::chrono::floor<std::chrono::seconds>(left).count()) + R"(,"user_id":)" +
         std::to_string(token.caller.user_id) + R"(,"token_type":"access")";
}

void append_refresh_info(std::string& out, const Context& context,
                         const portal::RefreshToken& token) {
  append_pair(out, "token", token.token);
  out += ',';
  append_pair(out, "user", oauth_user);
  out += ',';
  append_pair(out, "hub_domain", hub_domain);
  out += R"(,"scopes":)" + scopes_json(token.scopes) + R"(,"hub_id":)" +
         std::to_string(token.portal_id) + ",";
  append_pair(out, "client_id", client_id_of(context, token.app_id));
  out += R"(,"user_id":)" + std::to_string(token.user_id) + R"(,"token_type":"refresh")";
}

}  // namespace hubsim::operations
