#include "scenarios/run/control_client.h"
#include "scenarios/run/mock_handle.h"

namespace hubsim::scenarios {

Result<std::unique_ptr<MockHandle>> attach_to_mock(const std::string& url) {
  auto mock = std::make_unique<MockHandle>();
  mock->url = url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
  mock->control_url = mock->url + "/_hubsim/v1";
  ControlClient control(mock->control_url);
  const auto clock = control.get("clock");
  if (!clock.ok()) {
    return Failure{"no mock answers at " + url + ": " + clock.error()};
  }
  if (clock->value("mode", "") != "real") {
    return Failure{"the mock at " + url +
                   " does not run on the real clock; start it without --clock"};
  }
  const auto reset = control.post("reset", Json::object());
  if (!reset.ok()) {
    return Failure{reset.error()};
  }
  const auto portals = control.get("portals");
  if (!portals.ok()) {
    return Failure{portals.error()};
  }
  const Json* results = json::find(*portals, "results");
  if (results == nullptr || results->empty()) {
    return Failure{"the mock at " + url + " has no portal"};
  }
  const Json& portal = results->front();
  const auto text = [&](const char* key) { return json::text_of(portal.value(key, Json(""))); };
  mock->portal_id = text("portal_id");
  mock->access_token = text("access_token");
  mock->app_id = text("app_id");
  mock->client_id = text("client_id");
  mock->client_secret = text("client_secret");
  return mock;
}

}  // namespace hubsim::scenarios
