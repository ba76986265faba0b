// The webhooks management API and the journal, fed with bytes: the first byte chooses the call, the
// rest is its body, or a subscription as the control API writes it. Whatever the bytes were, the
// answer has a known status and well-formed JSON, and what was accepted can be read back.
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "common/base/assert.h"
#include "mock_server/gateway/gateway.h"
#include "mock_server/webhooks/settings.h"

namespace {

using hubsim::http::Method;

constexpr std::string_view app_token = "client-credentials-of-the-fuzzer";

struct Call {
  Method method;
  std::string_view path;
};
constexpr std::array<Call, 9> calls{{
    {Method::put, "/webhooks/v3/{app}/settings"},
    {Method::post, "/webhooks/2026-03/{app}/subscriptions"},
    {Method::patch, "/app-webhooks/2026-09/{app}/subscriptions/4578255"},
    {Method::post, "/webhooks/v3/{app}/subscriptions/batch/update"},
    {Method::post, "/webhooks-journal/subscriptions/2026-03"},
    {Method::post, "/webhooks-journal/subscriptions/2026-03/filters"},
    {Method::post, "/webhooks-journal/snapshots/2026-03/crm"},
    {Method::post, "/webhooks-journal/journal/2026-03/batch/read"},
    {Method::get, "/_files/webhooks-journal/{app}/x"},
}};

class Harness {
 public:
  Harness() : world_({.limits_on = false}, facts(), clock_), gateway_(world_) {
    hubsim::portal::Caller caller = world_.main_app().caller;
    app_ = std::to_string(caller.app_id);
    caller.credential = hubsim::hubspot::Credential::client_credentials;
    world_.apps().put_token(
        {.token = std::string(app_token), .caller = caller, .issued_at = clock_.now()});
    ask({Method::post, "/webhooks-journal/subscriptions/2026-03"},
        R"({"subscriptionType":"OBJECT","portalId":)" + std::to_string(caller.portal_id) +
            R"(,"objectTypeId":"0-1","actions":["CREATE"]})");
  }

  void ask(const Call& call, std::string body) {
    std::string target(call.path);
    if (const auto at = target.find("{app}"); at != std::string::npos) {
      target.replace(at, 5, app_);
    }
    const hubsim::http::Request request{
        .method = call.method,
        .target = std::move(target),
        .headers = {{"authorization", "Bearer " + std::string(app_token)},
                    {"accept", "application/json"}},
        .body = std::move(body)};
    const auto response = gateway_.handle(request.view()).response;
    static const std::set<int> known{200, 201, 204, 207, 400, 403, 404};
    HUBSIM_ASSERT(known.contains(response.status));
    if (response.header("content-type") == "application/json;charset=utf-8") {
      HUBSIM_ASSERT(hubsim::json::parse(response.body).ok());
    }
  }

 private:
  static std::shared_ptr<const hubsim::hubspot::Facts> facts() {
    static const auto loaded = hubsim::hubspot::load_facts();
    return loaded;
  }

  hubsim::ManualClock clock_{hubsim::Instant(std::chrono::seconds(1'700'000'000))};
  hubsim::gateway::World world_;
  hubsim::gateway::Gateway gateway_;
  std::string app_;
};

/// A text that is a subscription is written as it was read.
void check_subscription(std::string_view text) {
  const auto parsed = hubsim::webhooks::parse_subscription(text);
  if (parsed.ok()) {
    const auto again =
        hubsim::webhooks::parse_subscription(hubsim::webhooks::format_subscription(*parsed));
    HUBSIM_ASSERT(again.ok() && again->same_as(*parsed));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  static Harness harness;
  const std::string body(data + 1, data + size);
  check_subscription(body);
  harness.ask(calls[data[0] % calls.size()], body);
  return 0;
}
