// The token endpoint: an authorisation code, a refresh token or the app's own secret for an access
// token (behaviour reference 1.2; errors 1.3).
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/oauth/oauth.h"
#include "mock_server/portal/webhooks/journal.h"

namespace hubsim::operations {

namespace {

using hubspot::Credential;
using hubspot::Option;

portal::AccessTokenPtr issue(Context& context, portal::Caller caller, std::string refresh_token) {
  const bool ends = context.portal.options().on(Option::auth_token_expiry);
  return context.apps.issue(
      {.token = "",
       .caller = std::move(caller),
       .issued_at = context.now,
       .expires_at = ends ? std::optional(context.now + access_token_lifetime) : std::nullopt,
       .refresh_token = std::move(refresh_token)},
      context.random);
}

/// v1's four members; later versions add what introspection tells.
Reply granted(const Context& context, const portal::AccessToken& token) {
  std::string body = R"({"token_type":"bearer",)";
  if (!token.refresh_token.empty()) {
    body += R"("refresh_token":)";
    json::append_string(body, token.refresh_token);
    body += ',';
  }
  body += R"("access_token":)";
  json::append_string(body, token.token);
  body += R"(,"expires_in":)" + std::to_string(access_token_lifetime.count());
  if (!is_v1(context)) {
    if (token.caller.credential == Credential::oauth) {
      body += R"(,"hub_id":)" + std::to_string(token.caller.portal_id);
    }
    body += R"(,"scopes":)" + scopes_json(token.caller.scopes);
    if (token.caller.credential == Credential::oauth) {
      body += R"(,"user_id":)" + std::to_string(token.caller.user_id);
    }
    body += R"(,"token_use":"access_token")";
  }
  return answer(body + "}");
}

Reply for_user(Context& context, const portal::RefreshToken& refresh) {
  const portal::Caller caller{.app_id = refresh.app_id,
                              .private_app = false,
                              .scopes = refresh.scopes,
                              .credential = Credential::oauth,
                              .portal_id = refresh.portal_id,
                              .user_id = refresh.user_id};
  return granted(context, *issue(context, caller, refresh.token));
}

Reply by_code(Context& context, const http::Query& form, const portal::App& app) {
  const std::string redirect = form_value(form, "redirect_uri");
  if (redirect.empty()) {
    return fail(context, bad_redirect);
  }
  const std::string text = form_value(form, "code");
  const auto code =
      context.apps.take_code(text, context.portal.options().on(Option::oauth_code_single_use));
  if (!code || code->app_id != app.id) {
    return fail(context, bad_auth_code);
  }
  if (code->expires_at <= context.now) {
    return fail(context, expired_auth_code);
  }
  if (redirect != code->redirect_uri &&
      context.portal.options().on(Option::oauth_redirect_checked)) {
    return fail(context, mismatched_redirect);
  }
  portal::RefreshToken refresh{.token = "",
                               .app_id = app.id,
                               .portal_id = code->portal_id,
                               .user_id = code->user_id,
                               .scopes = code->scopes};
  const bool is_new = !context.apps.installed(app.id, code->portal_id);
  refresh.token = context.apps.refresh_token_for(refresh, context.random);
  Reply reply = for_user(context, refresh);
  // A call without credentials reaches the first portal; the journal tells of that one's apps.
  if (is_new && code->portal_id == context.portal.config().portal_id) {
    portal::Journal::on_app_lifecycle(context.portal, app.id, true, context.now);
  }
  return reply;
}

Reply by_refresh_token(Context& context, const http::Query& form, const portal::App& app) {
  auto refresh = context.apps.find_refresh_token(form_value(form, "refresh_token"));
  if (!refresh || refresh->app_id != app.id) {
    return fail(context, bad_refresh_token);
  }
  if (!context.portal.options().on(Option::oauth_refresh_keeps_token)) {
    context.apps.revoke_refresh_token(refresh->token, false);
    refresh->token = context.apps.refresh_token_for(*refresh, context.random);
  }
  return for_user(context, *refresh);
}

/// For what belongs to the app itself: the webhooks journal and its like.
Reply by_client(Context& context, const http::Query& form, const portal::App& app) {
  const portal::Scopes scopes = split_scopes(form_value(form, "scope"));
  if (!may_ask(app, scopes)) {
    return fail(context, bad_scope);
  }
  const portal::Caller caller{.app_id = app.id,
                              .private_app = false,
                              .scopes = scopes,
                              .credential = Credential::client_credentials,
                              .portal_id = context.apps.developer_portal()};
  return granted(context, *issue(context, caller, ""));
}

Reply run_token(Context& context) {
  if (auto refusal = refuse_form(context)) {
    return std::move(*refusal);
  }
  const http::Query form(context.request.body);
  const std::string grant = form_value(form, "grant_type");
  const bool is_client = grant == "client_credentials" && !is_v1(context);
  if (grant != "authorization_code" && grant != "refresh_token" && !is_client) {
    return fail(context, bad_grant_type);
  }
  const auto app = client_of(context, form);
  if (!app.ok()) {
    return fail(context, app.error());
  }
  if (is_client) {
    return by_client(context, form, *app);
  }
  return grant == "refresh_token" ? by_refresh_token(context, form, *app)
                                  : by_code(context, form, *app);
}

/// Retries of one refresh are one key; codes are new each time.
std::string key_token(Context& context) {
  const http::Query form(context.request.body.substr(0, max_form_bytes));
  return form_value(form, "client_id") + " " + form_value(form, "grant_type") + " " +
         form_value(form, "refresh_token");
}

}  // namespace

void register_oauth_token(OperationRegistry& registry);
void register_oauth_token(OperationRegistry& registry) {
  registry.add({"oauth.token", run_token, key_token});
}

}  // namespace hubsim::operations
