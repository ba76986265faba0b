// What the OAuth operations share: form bodies, the errors of the token endpoints (behaviour
// reference 1.3), who the user is, and what is told about a token (1.2).
// Threads: pure over the context; the apps registry has its own mutex.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock_server/operations/support/answer.h"

namespace hubsim::operations {

inline constexpr std::chrono::seconds access_token_lifetime{1800};  ///< (1.1, D)
inline constexpr std::string_view oauth_scope = "oauth";
/// The user who installs apps in this mock.
inline constexpr std::string_view oauth_user = "ada.owner@example.com";
inline constexpr std::uint64_t oauth_user_id = 2506672;
/// A form is small; more is nobody's.
inline constexpr std::size_t max_form_bytes = std::size_t{64} * 1024;

/// v1 paths answer the older error bodies and know fewer grants.
[[nodiscard]] bool is_v1(const Context& context);

struct OauthError {
  std::string_view status;   ///< BAD_AUTH_CODE
  std::string_view message;  ///< as v1 says it
  std::string_view error;    ///< RFC 6749's word, v3 and later
  /// As v3 and later say it, where that is known to differ.
  std::string_view description = {};
};
inline constexpr OauthError bad_refresh_token{"BAD_REFRESH_TOKEN",
                                              "missing or invalid refresh token", "invalid_grant",
                                              "refresh token is invalid, expired or revoked"};
inline constexpr OauthError bad_auth_code{"BAD_AUTH_CODE", "missing or unknown auth code",
                                          "invalid_grant"};
inline constexpr OauthError expired_auth_code{"EXPIRED_AUTH_CODE", "auth code expired",
                                              "invalid_grant"};
inline constexpr OauthError bad_client_id{"BAD_CLIENT_ID", "missing or unknown client id",
                                          "invalid_client"};
inline constexpr OauthError bad_client_secret{"BAD_CLIENT_SECRET",
                                              "missing or invalid client secret", "invalid_client"};
inline constexpr OauthError mismatched_redirect{
    "MISMATCH_REDIRECT_URI_AUTH_CODE",
    "redirect URI does not match the one of the initial authorization call", "invalid_grant"};
inline constexpr OauthError bad_redirect{"BAD_REDIRECT_URI", "missing or invalid redirect URI",
                                         "invalid_request"};
inline constexpr OauthError bad_grant_type{"BAD_GRANT_TYPE", "missing or unknown grant type",
                                           "unsupported_grant_type"};
inline constexpr OauthError bad_scope{"BAD_SCOPE", "missing or unknown scope", "invalid_scope"};
inline constexpr OauthError bad_access_token{"BAD_ACCESS_TOKEN", "missing or invalid access token",
                                             "invalid_request"};

/// 400 in the form of the path's version.
[[nodiscard]] Reply fail(const Context& context, const OauthError& error);

/// The form of the body; a problem is answered (415, 413).
[[nodiscard]] std::optional<Reply> refuse_form(const Context& context);
[[nodiscard]] std::string form_value(const http::Query& form, std::string_view name);

/// "a b" as a list, each once, in order.
[[nodiscard]] portal::Scopes split_scopes(std::string_view text);
[[nodiscard]] std::string scopes_json(const portal::Scopes& scopes);
/// Every name is one the app may ask for.
[[nodiscard]] bool may_ask(const portal::App& app, const portal::Scopes& scopes);

/// The app the form names, if its secret is right.
[[nodiscard]] Result<portal::App, OauthError> client_of(const Context& context,
                                                        const http::Query& form);

/// "token":…,"user":…,…: what v1 and introspection tell about a token, with a comma before.
void append_token_info(std::string& out, const Context& context, const portal::AccessToken& token);
void append_refresh_info(std::string& out, const Context& context,
                         const portal::RefreshToken& token);

}  // namespace hubsim::operations
