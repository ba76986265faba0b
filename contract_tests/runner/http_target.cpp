#include "contract_tests/runner/http_target.h"

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::contract {

namespace {

constexpr std::string_view control_prefix = "/_hubsim/v1/";
constexpr std::string_view plain_tier = "enterprise";
/// What an app may ask for itself: all that cases call in its name needs no more.
constexpr std::string_view app_scopes =
    "developer.webhooks_journal.read developer.webhooks_journal.snapshots.read "
    "developer.webhooks_journal.snapshots.write developer.webhooks_journal.subscriptions.read "
    "developer.webhooks_journal.subscriptions.write";
/// A new one is asked for before the old one ends, at 30 minutes.
constexpr Duration app_token_use = std::chrono::minutes(25);

bool has_step_with(const Case& what, std::string_view key) {
  for (const Json& step : what.steps) {
    if (step.contains(key)) {
      return true;
    }
  }
  return false;
}

bool uses_name(const Case& what, const std::string& name) {
  return json::dump(what.steps).find("${" + name + "}") != std::string::npos;
}

/// The first ${name} of a portal's own names that a case uses and the target does not know.
std::string unknown_name(const Case& what, const Variables& names) {
  for (const char* name : {"portal", "app", "app_token", "client_id", "client_secret", "hapikey"}) {
    if (!names.contains(name) && uses_name(what, name)) {
      return "${" + std::string(name) + "}";
    }
  }
  return "";
}

std::string text_at(const Json& object, const char* key) {
  const Json* value = json::find(object, key);
  return value != nullptr ? json::text_of(*value) : "";
}

}  // namespace

HttpTarget::HttpTarget(std::string base_url, std::string token) : base_url_(std::move(base_url)) {
  names_["token"] = std::move(token);
}

Status<> HttpTarget::connect() {
  const auto answer = client_.get(base_url_ + std::string(control_prefix) + "health");
  if (!answer.ok()) {
    return Failure{base_url_ + " does not answer: " + answer.error_text};
  }
  const auto health = json::parse(answer.body);
  hubsim_ = answer.status == 200 && health && health->contains("uptime_ms");
  if (hubsim_) {
    return learn_from_hubsim();
  }
  learn_from_hubspot();
  return Done{};
}

Status<> HttpTarget::learn_from_hubsim() {
  // Only the first portal and its two apps are left after this, as before each case.
  const auto reset = control("POST", "reset", Json::object());
  const auto clock = control("GET", "clock", {});
  const auto portals = control("GET", "portals", {});
  const auto apps = control("GET", "apps", {});
  for (const auto* answer : {&reset, &clock, &portals, &apps}) {
    if (!answer->ok()) {
      return Failure{answer->error()};
    }
  }
  manual_clock_ = text_at(*clock, "mode") == "manual";
  on_time_ = clock->value("now_ms", std::int64_t{0}) == to_unix_ms(start_of_cases);
  const Json& portal = portals->at("results").at(0);
  tier_ = text_at(portal, "tier");
  for (const Json& app : apps->at("results")) {
    const bool is_private = app.value("private_app", false);
    apps_[is_private ? "private" : "oauth"] = {
        {"token", text_at(portal, is_private ? "private_app_token" : "oauth_access_token")},
        {"app_token", ""},
        {"portal", text_at(portal, "portal_id")},
        {"app", text_at(app, "app_id")},
        {"client_id", text_at(app, "client_id")},
        {"client_secret", text_at(app, "client_secret")},
        {"hapikey", text_at(portal, "developer_api_key")}};
  }
  names_ = apps_["private"];
  return Done{};
}

void HttpTarget::learn_from_hubspot() {
  net::ClientRequest request{.url = base_url_ + "/account-info/v3/details"};
  request.headers.emplace_back("Authorization", "Bearer " + names_.at("token"));
  const auto answer = client_.send(std::move(request));
  const auto details = json::parse(answer.body);
  if (answer.ok() && answer.status == 200 && details && details->contains("portalId")) {
    names_["portal"] = json::text_of(details->at("portalId"));
  }
}

Result<Json> HttpTarget::control(const std::string& method, const std::string& path,
                                 const Json& body) {
  const auto answer = client_.send_json(method, base_url_ + std::string(control_prefix) + path,
                                        body.is_null() ? std::string() : json::dump(body));
  if (!answer.ok()) {
    return Failure{path + ": " + answer.error_text};
  }
  if (answer.status < 300 && answer.body.empty()) {
    return Json();
  }
  auto parsed = json::parse(answer.body);
  if (answer.status >= 300 || !parsed) {
    return Failure{path + " answers " + std::to_string(answer.status) + ": " + answer.body};
  }
  return std::move(parsed).value();
}

std::string HttpTarget::refusal(const Case& what) {
  const bool timed = has_step_with(what, "advance") || has_step_with(what, "pace");
  if (timed && !manual_clock_) {
    return "needs a clock to advance";
  }
  if (what.options.is_object() && !hubsim_) {
    return "needs hubsim's options";
  }
  if (what.scopes.is_array() && !hubsim_) {
    return "needs an app with other scopes";
  }
  const std::string tier = what.tier.empty() ? std::string(plain_tier) : what.tier;
  if (hubsim_ ? tier != tier_ : !what.tier.empty()) {
    return "needs an account of tier " + tier;
  }
  if (!hubsim_ && !what.app.empty()) {
    return "needs another app";
  }
  const std::string name = unknown_name(what, names_);
  return name.empty() ? "" : "needs to know " + name;
}

Status<> HttpTarget::begin(const Case& what) {
  created_.clear();
  return hubsim_ ? prepare_hubsim(what) : Status<>(Done{});
}

Status<> HttpTarget::prepare_hubsim(const Case& what) {
  names_ = apps_[what.app.empty() ? "private" : what.app];
  uses_app_token_ = uses_name(what, "app_token");
  auto done = control("POST", "reset", Json::object());
  if (done.ok()) {
    done = control("POST", "webhooks/hold", Json::object());
  }
  if (done.ok() && what.options.is_object()) {
    done = control("PUT", "options", what.options);
  }
  if (done.ok() && what.scopes.is_array()) {
    done = control("PUT", "apps/" + names_["app"], {{"scopes", what.scopes}});
  }
  if (!done.ok()) {
    return Failure{done.error()};
  }
  return uses_app_token_ ? get_app_token() : Status<>(Done{});
}

Status<> HttpTarget::get_app_token() {
  net::ClientRequest request{.url = base_url_ + "/oauth/2026-03/token", .method = "POST"};
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.body = "grant_type=client_credentials&client_id=" + percent_encode(names_["client_id"]) +
                 "&client_secret=" + percent_encode(names_["client_secret"]) +
                 "&scope=" + percent_encode(app_scopes);
  const auto answer = client_.send(std::move(request));
  const auto body = json::parse(answer.body);
  if (!answer.ok() || answer.status != 200 || !body) {
    return Failure{"no client-credentials token: " +
                   (answer.ok() ? answer.body : answer.error_text)};
  }
  names_["app_token"] = text_at(*body, "access_token");
  app_token_age_ = Duration(0);
  return Done{};
}

Status<> HttpTarget::advance(Duration by) {
  if (!manual_clock_ || by == Duration(0)) {
    return Done{};
  }
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(by).count();
  const auto advanced = control("POST", "clock/advance", {{"by", std::to_string(ms) + "ms"}});
  if (!advanced.ok()) {
    return Failure{advanced.error()};
  }
  app_token_age_ += by;
  const bool renew = uses_app_token_ && app_token_age_ > app_token_use;
  return renew ? get_app_token() : Status<>(Done{});
}

Result<http::Response> HttpTarget::call(const http::Request& request) {
  net::ClientRequest sent{.url = base_url_ + request.target,
                          .method = std::string(http::method_name(request.method))};
  sent.headers = request.headers;
  sent.body = request.body;
  auto answer = client_.send(std::move(sent));
  if (!answer.ok()) {
    return Failure{answer.error_text};
  }
  http::Response response{.status = answer.status, .headers = std::move(answer.headers)};
  response.body = std::move(answer.body);
  remember_creation(request, response);
  return response;
}

void HttpTarget::remember_creation(const http::Request& request, const http::Response& response) {
  const auto body = json::parse(response.body);
  if (!hubsim_ && request.method == http::Method::post && response.status == 201 && body &&
      body->is_object() && body->contains("id") && body->contains("properties")) {
    created_.push_back(request.target + "/" + json::text_of(body->at("id")));
  }
}

void HttpTarget::end() {
  for (const std::string& target : created_) {
    net::ClientRequest request{.url = base_url_ + target, .method = "DELETE"};
    request.headers.emplace_back("Authorization", "Bearer " + names_.at("token"));
    (void)client_.send(std::move(request));
  }
  created_.clear();
}

}  // namespace hubsim::contract
