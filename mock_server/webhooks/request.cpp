#include "mock_server/webhooks/request.h"

#include "common/time/format.h"
#include "hubspot/rules/signature.h"

namespace hubsim::webhooks {

namespace {

constexpr std::string_view user_agent =
    "HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client) - "
    "WebhooksExecutorDaemon-executor";
constexpr std::size_t usual_event_bytes = 320;

std::string render_body(const std::vector<Event>& events, const RequestFacts& facts) {
  std::string body;
  body.reserve(usual_event_bytes * events.size());
  for (const Event& event : events) {
    body.push_back(body.empty() ? '[' : ',');
    append_event_json(body, event, facts.portal_id, facts.attempt);
  }
  body.push_back(']');
  return body;
}

}  // namespace

DeliveryRequest render_request(const AppSettings& settings, const std::vector<Event>& events,
                               const RequestFacts& facts) {
  const bool stale = facts.forged == faults::Forgery::stale_timestamp;
  const std::int64_t timestamp = to_unix_ms(stale ? facts.signed_at - stale_age : facts.signed_at);
  const std::string secret = facts.forged == faults::Forgery::wrong_secret
                                 ? "not-" + settings.client_secret
                                 : settings.client_secret;
  std::string body = render_body(events, facts);
  std::string v1 = hubspot::signature_v1(secret, body);
  std::string v3 = hubspot::signature_v3(secret, {"POST", settings.target_url, body}, timestamp);
  const auto timeout_ms = settings.timeout / std::chrono::milliseconds(1);
  return {.url = settings.target_url,
          .headers = {{"accept", "*/*"},
                      {"content-type", "application/json"},
                      {"user-agent", std::string(user_agent)},
                      {"x-hubspot-request-timestamp", std::to_string(timestamp)},
                      {"x-hubspot-signature", std::move(v1)},
                      {"x-hubspot-signature-v3", std::move(v3)},
                      {"x-hubspot-signature-version", "v1"},
                      {"x-hubspot-timeout-millis", std::to_string(timeout_ms)}},
          .body = std::move(body),
          .timeout = settings.timeout};
}

}  // namespace hubsim::webhooks
