#include "loadgen/drivers/own_app.h"

#include "common/base/text.h"
#include "common/json/json.h"
#include "common/net/blocking_client.h"

namespace hubsim::loadgen {

namespace {

constexpr const char* redirect_uri = "http://localhost/hubsim-driver";

std::string what_came(const net::ClientResult& answer) {
  return answer.ok() ? "status " + std::to_string(answer.status) : answer.error_text;
}

/// A text member of a JSON answer; empty where it is not there.
std::string member(const net::ClientResult& answer, const char* name) {
  const auto body = json::parse(answer.body);
  const Json* found = body.ok() ? json::find(*body, name) : nullptr;
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

/// The code that the authorize page sends back with its redirect.
std::string code_of(const net::ClientResult& answer) {
  const std::string* location = answer.header("Location");
  const std::size_t at = location == nullptr ? std::string::npos : location->find("code=");
  if (answer.status != 302 || at == std::string::npos) {
    return "";
  }
  const std::string code = location->substr(at + 5);
  return code.substr(0, code.find('&'));
}

}  // namespace

Result<std::string> install_own_app(const std::string& control_url, const std::string& api,
                                    const std::string& name) {
  net::BlockingHttpClient client;
  const auto made =
      client.send_json("POST", control_url + "/apps", json::dump(Json{{"name", name}}));
  const std::string id = member(made, "client_id");
  const std::string secret = member(made, "client_secret");
  if (id.empty() || secret.empty()) {
    return Failure{"cannot make an app of its own at " + control_url + ": " + what_came(made)};
  }
  const std::string redirect = percent_encode(redirect_uri);
  const auto asked =
      client.get(api + "/oauth/authorize?client_id=" + id + "&redirect_uri=" + redirect);
  const std::string code = code_of(asked);
  if (code.empty()) {
    return Failure{"its app was not installed: " + what_came(asked) +
                   " of the authorize page (option oauth.consent?)"};
  }
  net::ClientRequest request;
  request.method = "POST";
  request.url = api + "/oauth/v1/token";
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.body = "grant_type=authorization_code&client_id=" + id + "&client_secret=" + secret +
                 "&redirect_uri=" + redirect + "&code=" + code;
  const auto granted = client.send(std::move(request));
  std::string token = member(granted, "access_token");
  if (token.empty()) {
    return Failure{"its app got no token: " + what_came(granted)};
  }
  return token;
}

}  // namespace hubsim::loadgen
