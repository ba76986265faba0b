#include "mock_server/webhooks/request.h"

#include <algorithm>

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
  // The events over and over until there are too many.
  const bool oversized = facts.malformed == faults::Malformation::oversized;
  const std::size_t count = oversized ? std::max(oversized_batch, events.size()) : events.size();
  body.reserve(usual_event_bytes * count);
  for (std::size_t i = 0; i < count; ++i) {
    body.push_back(body.empty() ? '[' : ',');
    append_event_json(body, events[i % events.size()], {facts.attempt, facts.creation_flag});
  }
  body.push_back(']');
  if (facts.malformed == faults::Malformation::truncated) {
    body.resize(body.size() / 2);
  }
  return body;
}

/// Another first character, valid in hex and base64: it looks right and is not.
void damage(std::string& signature) { signature[0] = signature[0] == 'a' ? 'b' : 'a'; }

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
  if (facts.forged == faults::Forgery::wrong_signature) {
    damage(v1);
    damage(v3);
  }
  const Duration timeout = settings.timeout.value_or(default_timeout);
  const auto timeout_ms = timeout / std::chrono::milliseconds(1);
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
          .timeout = timeout,
          .tls = settings.tls};
}

}  // namespace hubsim::webhooks
