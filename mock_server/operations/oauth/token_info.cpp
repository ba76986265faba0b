// What is known of a token, and its end: introspection and revocation by form (v3 and dated), by
// path (v1) (behaviour reference 1.2).
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/oauth/oauth.h"

namespace hubsim::operations {

namespace {

using hubspot::Option;

portal::AccessTokenPtr live_token(const Context& context, std::string_view text) {
  auto token = context.apps.find_token(text);
  const bool ended = token && token->expires_at && *token->expires_at <= context.now;
  return ended ? nullptr : token;
}

Reply unknown_token(const Context& context, const OauthError& error) {
  if (context.portal.options().is(Option::oauth_unknown_token_info, "400")) {
    return fail(context, error);
  }
  return fail(context, hubspot::object_not_found());
}

Reply run_access(Context& context) {
  const auto token = live_token(context, context.param("token"));
  if (!token || token->caller.credential != hubspot::Credential::oauth) {
    return unknown_token(context, bad_access_token);
  }
  std::string body = "{";
  append_token_info(body, context, *token);
  return answer(body + "}");
}

Reply run_refresh(Context& context) {
  const auto token = context.apps.find_refresh_token(context.param("token"));
  if (!token) {
    return unknown_token(context, bad_refresh_token);
  }
  std::string body = "{";
  append_refresh_info(body, context, *token);
  return answer(body + "}");
}

bool ends_access_too(const Context& context) {
  return context.portal.options().on(Option::oauth_revoke_ends_access);
}

Reply run_delete_refresh(Context& context) {
  if (!context.apps.revoke_refresh_token(context.param("token"), ends_access_too(context))) {
    return unknown_token(context, bad_refresh_token);
  }
  return no_content();
}

/// `,"client_id":…`: what introspection adds to what v1 tells.
void append_client(std::string& body, const portal::App& app, std::string_view use) {
  body += R"(,"client_id":)";
  json::append_string(body, app.client_id);
  body += R"(,"is_private_distribution":)";
  body += app.privately_distributed ? "true" : "false";
  body += R"(,"token_use":")" + std::string(use) + R"(","active":true})";
}

Reply inactive() { return answer(R"({"active":false})"); }

/// The hint says where to look first; a token that is of the other kind is found all the same.
Reply introspect(const Context& context, const std::string& text, const portal::App& app) {
  std::string body = "{";
  const auto access = live_token(context, text);
  if (access && access->caller.app_id == app.id) {
    append_token_info(body, context, *access);
    append_client(body, app, "access_token");
    return answer(body);
  }
  const auto refresh = context.apps.find_refresh_token(text);
  if (!refresh || refresh->app_id != app.id) {
    return inactive();
  }
  body += R"("app_id":)" + std::to_string(app.id) + ",";
  append_refresh_info(body, context, *refresh);
  // append_refresh_info names the client; the rest is introspection's.
  body += R"(,"is_private_distribution":)";
  body += app.privately_distributed ? "true" : "false";
  body += R"(,"token_use":"refresh_token","active":true})";
  return answer(body);
}

struct TokenForm {
  portal::App app;
  std::string token;
};
Result<TokenForm, Reply> read_form(const Context& context) {
  if (auto refusal = refuse_form(context)) {
    return Failure{std::move(*refusal)};
  }
  const http::Query form(context.request.body);
  auto app = client_of(context, form);
  if (!app.ok()) {
    return Failure{fail(context, app.error())};
  }
  return TokenForm{std::move(*app), form_value(form, "token")};
}

Reply run_introspect(Context& context) {
  const auto form = read_form(context);
  return form.ok() ? introspect(context, form->token, form->app) : form.error();
}

/// Unknown tokens are revoked already (RFC 7009).
Reply run_revoke(Context& context) {
  const auto form = read_form(context);
  if (!form.ok()) {
    return form.error();
  }
  const auto refresh = context.apps.find_refresh_token(form->token);
  const auto access = context.apps.find_token(form->token);
  if (refresh && refresh->app_id == form->app.id) {
    context.apps.revoke_refresh_token(form->token, ends_access_too(context));
  } else if (access && access->caller.app_id == form->app.id) {
    context.apps.revoke_access_token(form->token);
  }
  return context.portal.options().is(Option::oauth_revoke_status, "200") ? answer("")
                                                                         : no_content();
}

std::string key_path(Context& context) { return std::string(context.request.path); }

}  // namespace

void register_oauth_token_info(OperationRegistry& registry);
void register_oauth_token_info(OperationRegistry& registry) {
  registry.add({"oauth.introspect", run_introspect, key_path});
  registry.add({"oauth.revoke", run_revoke, key_path});
  registry.add({"oauth.access_tokens.read", run_access, key_path});
  registry.add({"oauth.refresh_tokens.read", run_refresh, key_path});
  registry.add({"oauth.refresh_tokens.delete", run_delete_refresh, key_path});
}

}  // namespace hubsim::operations
