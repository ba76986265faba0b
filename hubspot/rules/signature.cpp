#include "hubspot/rules/signature.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "common/base/text.h"
#include "common/crypto/digest.h"

namespace hubsim::hubspot {

namespace {

struct Escape {
  std::string_view hex;
  char plain;
};
// The escapes HubSpot lists; letters of either case (behaviour reference 8.5).
constexpr std::array<Escape, 12> decoded_escapes{{{"3A", ':'},
                                                  {"2F", '/'},
                                                  {"3F", '?'},
                                                  {"40", '@'},
                                                  {"21", '!'},
                                                  {"24", '$'},
                                                  {"27", '\''},
                                                  {"28", '('},
                                                  {"29", ')'},
                                                  {"2A", '*'},
                                                  {"2C", ','},
                                                  {"3B", ';'}}};

std::string concatenate(std::initializer_list<std::string_view> parts) {
  std::size_t length = 0;
  for (const std::string_view part : parts) {
    length += part.size();
  }
  std::string whole;
  whole.reserve(length);
  for (const std::string_view part : parts) {
    whole += part;
  }
  return whole;
}

}  // namespace

std::string signature_v1(std::string_view secret, std::string_view body) {
  return crypto::sha256_hex(concatenate({secret, body}));
}

std::string signature_v2(std::string_view secret, const SignedRequest& request) {
  return crypto::sha256_hex(concatenate({secret, request.method, request.uri, request.body}));
}

std::string signature_v3(std::string_view secret, const SignedRequest& request,
                         std::int64_t timestamp_ms) {
  const std::string uri = decode_for_v3(request.uri);
  const std::string timestamp = std::to_string(timestamp_ms);
  return crypto::hmac_sha256_base64(secret,
                                    concatenate({request.method, uri, request.body, timestamp}));
}

std::string decode_for_v3(std::string_view uri) {
  std::string decoded;
  decoded.reserve(uri.size());
  for (std::size_t i = 0; i < uri.size(); ++i) {
    const auto hex = uri[i] == '%' ? uri.substr(i + 1, 2) : std::string_view();
    const auto* found =
        std::find_if(decoded_escapes.begin(), decoded_escapes.end(),
                     [&](const Escape& escape) { return equals_ignoring_case(escape.hex, hex); });
    if (found == decoded_escapes.end()) {
      decoded.push_back(uri[i]);
      continue;
    }
    decoded.push_back(found->plain);
    i += 2;
  }
  return decoded;
}

}  // namespace hubsim::hubspot
