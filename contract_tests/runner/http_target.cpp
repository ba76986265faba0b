#include "contract_tests/runner/http_target.h"

namespace hubsim::contract {

namespace {

constexpr std::string_view control_prefix = "/_hubsim/v1/";
constexpr std::string_view plain_tier = "enterprise";

bool has_step_with(const Case& what, std::string_view key) {
  for (const Json& step : what.steps) {
    if (step.contains(key)) {
      return true;
    }
  }
  return false;
}

/// The first ${name} of a portal's own names that a case uses and the target does not know.
std::string unknown_name(const Case& what, const Variables& names) {
  const std::string text = json::dump(what.steps);
  for (const char* name : {"portal", "app", "app_token", "client_id", "client_secret", "hapikey"}) {
    const std::string used = std::string("${") + name + "}";
    if (!names.contains(name) && text.find(used) != std::string::npos) {
      return used;
    }
  }
  return "";
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
  hubsim_ ? learn_from_hubsim() : learn_from_hubspot();
  return Done{};
}

void HttpTarget::learn_from_hubsim() {
  if (const auto clock = control("GET", "clock", {}); clock.ok()) {
    manual_clock_ = clock->value("mode", "") == "manual";
  }
  const auto portals = control("GET", "portals", {});
  if (!portals.ok()) {
    return;
  }
  const Json& portal = portals->at("results").at(0);
  tier_ = portal.value("tier", "");
  for (const auto& [name, key] : {std::pair{"portal", "portal_id"},
                                  {"app", "app_id"},
                                  {"client_id", "client_id"},
                                  {"client_secret", "client_secret"},
                                  {"hapikey", "developer_api_key"}}) {
    if (portal.contains(key)) {
      names_[name] = json::text_of(portal.at(key));
    }
  }
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

std::string HttpTarget::refusal(const Case& what) const {
  const bool timed = has_step_with(what, "advance") || has_step_with(what, "pace");
  if (timed && !manual_clock_) {
    return "needs a clock to advance";
  }
  if (what.options.is_object() && !hubsim_) {
    return "needs hubsim's options";
  }
  if (what.scopes.is_array()) {
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
  if (!hubsim_) {
    return Done{};
  }
  const auto reset = control("POST", "reset", Json::object());
  if (!reset.ok()) {
    return Failure{reset.error()};
  }
  if (!what.options.is_object()) {
    return Done{};
  }
  const auto set = control("PUT", "options", what.options);
  return set.ok() ? Status<>(Done{}) : Failure{set.error()};
}

Status<> HttpTarget::advance(Duration by) {
  if (!manual_clock_ || by == Duration(0)) {
    return Done{};
  }
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(by).count();
  const auto advanced = control("POST", "clock/advance", {{"by", std::to_string(ms) + "ms"}});
  return advanced.ok() ? Status<>(Done{}) : Failure{advanced.error()};
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
