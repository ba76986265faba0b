#include "mock_server/gateway/credentials.h"

#include <array>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::gateway {

namespace {

using hubspot::ApiError;
using hubspot::Credential;
using CallerPtr = std::shared_ptr<const portal::Caller>;
using Identified = Result<CallerPtr, ApiError>;

constexpr std::string_view bearer = "Bearer ";
constexpr std::string_view app_parameter = "appId";
/// Parameters that name the portal of a call without credentials: form submissions, addresses of
/// files.
constexpr std::array<std::string_view, 2> portal_parameters{"portalId", "exportPortalId"};

const std::string* param(const hubspot::Route& route, std::string_view name) {
  for (const auto& [key, value] : route.params) {
    if (key == name) {
      return &value;
    }
  }
  return nullptr;
}

/// What a credential that is real, but not for this call, is told (1.4, R 2026-04).
ApiError wrong_kind(const hubspot::OperationRow& row) {
  switch (row.refusal) {
    case hubspot::Refusal::developer_key:
      return hubspot::developer_key_required();
    case hubspot::Refusal::not_public:
      return hubspot::scope_not_public();
    case hubspot::Refusal::credentials:
      break;
  }
  return hubspot::missing_credentials();
}

/// The developer account speaks for each of its apps; the path names which.
Identified by_developer_key(const CredentialCheck& check, const portal::Apps& apps) {
  auto caller =
      std::make_shared<portal::Caller>(portal::Caller{.private_app = false,
                                                      .scopes = {std::string(portal::every_scope)},
                                                      .credential = Credential::developer_key,
                                                      .portal_id = apps.developer_portal()});
  if (const std::string* text = param(check.route, app_parameter)) {
    const auto id = parse_uint(*text);
    if (!id) {
      return Failure{hubspot::bad_path_parameter(app_parameter)};
    }
    if (!apps.find(*id)) {
      return Failure{wrong_kind(*check.route.row)};
    }
    caller->app_id = *id;
  }
  return CallerPtr(std::move(caller));
}

Identified by_token(const CredentialCheck& check, const portal::Apps& apps) {
  const std::string_view text = bearer_token(check.request);
  const portal::AccessTokenPtr token = text.empty() ? nullptr : apps.find_token(text);
  if (!token) {
    return Failure{hubspot::missing_credentials()};
  }
  if (token->expires_at && *token->expires_at <= check.now) {
    return Failure{hubspot::expired_token(time_ago(check.now - *token->expires_at),
                                          format_iso8601(*token->expires_at))};
  }
  const hubspot::OperationRow& row = *check.route.row;
  if (!row.takes(token->caller.credential)) {
    return Failure{wrong_kind(row)};
  }
  if (token->caller.credential == Credential::client_credentials) {
    const std::string* wanted = param(check.route, app_parameter);
    if (wanted != nullptr && *wanted != std::to_string(token->caller.app_id)) {
      return Failure{hubspot::missing_credentials()};
    }
  }
  return CallerPtr(token, &token->caller);
}

/// Who needs no credentials: in the portal of the path, where it names one, else the developer's.
/// What may be called either way (HubDB's public tables) names its portal in the query.
Identified nobody(const CredentialCheck& check, const portal::Apps& apps) {
  const std::string* named = nullptr;
  for (const std::string_view name : portal_parameters) {
    named = named == nullptr ? param(check.route, name) : named;
  }
  auto portal = named != nullptr ? parse_uint(*named) : std::nullopt;
  if (check.route.row->takes(Credential::private_app)) {
    portal = parse_uint(check.query.first(portal_parameters.front()).value_or(""));
    if (!portal) {
      return Failure{hubspot::missing_credentials()};
    }
  }
  return CallerPtr(std::make_shared<portal::Caller>(
      portal::Caller{.private_app = false,
                     .credential = Credential::none,
                     .portal_id = portal.value_or(apps.developer_portal())}));
}

}  // namespace

std::string_view bearer_token(const http::RequestView& request) noexcept {
  const std::string_view header = request.header("authorization").value_or("");
  const bool is_bearer = header.size() > bearer.size() &&
                         equals_ignoring_case(header.substr(0, bearer.size()), bearer);
  return is_bearer ? trim(header.substr(bearer.size())) : std::string_view();
}

std::string time_ago(Duration passed) {
  struct Unit {
    Duration length;
    std::string_view name;
  };
  using namespace std::chrono_literals;
  static constexpr std::array<Unit, 3> units{{{24h, "day"}, {1h, "hour"}, {1min, "minute"}}};
  for (const Unit& unit : units) {
    if (passed >= 2 * unit.length) {
      return std::to_string(passed / unit.length) + " " + std::string(unit.name) + "(s)";
    }
  }
  return std::to_string(passed / Duration(1s)) + " second(s)";
}

Identified identify(const CredentialCheck& check, const portal::Apps& apps) {
  const hubspot::OperationRow& row = *check.route.row;
  if (row.takes(Credential::developer_key)) {
    const auto key = check.query.first("hapikey");
    if (key && apps.is_developer_key(*key)) {
      return by_developer_key(check, apps);
    }
    if (key) {
      return Failure{hubspot::missing_credentials()};
    }
  }
  const bool has_token = !bearer_token(check.request).empty();
  if (row.takes(Credential::none) && !(has_token && row.takes(Credential::private_app))) {
    return nobody(check, apps);
  }
  return by_token(check, apps);
}

}  // namespace hubsim::gateway
