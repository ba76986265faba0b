// Signatures HubSpot puts on what it sends to apps (behaviour reference 8.5, documented): v1 on app
// webhooks, v2 on workflow webhooks, v3 on both. The secret is the app's client secret, the body
// the raw bytes. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hubsim::hubspot {

/// What v2 and v3 are computed over.
struct SignedRequest {
  std::string_view method;
  /// The whole URI with scheme, host and query.
  std::string_view uri;
  std::string_view body;
};

/// SHA-256 of secret + body, hex.
[[nodiscard]] std::string signature_v1(std::string_view secret, std::string_view body);
/// SHA-256 of secret + METHOD + URI + body, hex.
[[nodiscard]] std::string signature_v2(std::string_view secret, const SignedRequest& request);
/// HMAC-SHA256 of METHOD + decoded URI + body + timestamp, base64.
[[nodiscard]] std::string signature_v3(std::string_view secret, const SignedRequest& request,
                                       std::int64_t timestamp_ms);

/// The URI with exactly the twelve escapes decoded that v3 decodes; all others stay.
[[nodiscard]] std::string decode_for_v3(std::string_view uri);

}  // namespace hubsim::hubspot
