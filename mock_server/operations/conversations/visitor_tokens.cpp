// Visitor identification: a token that tells the chat widget who the visitor is, good for twelve
// hours (behaviour reference 7). A JWT in form: HubSpot's own signature cannot be made here.
#include "common/crypto/digest.h"
#include "common/time/format.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

constexpr std::chrono::hours lifetime{12};  // D
constexpr Field token_fields[] = {{"email", Field::Kind::text, true}, {"firstName"}, {"lastName"}};

std::string base64url(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) {
      out += digits[(bits >> (held - 6)) & 63U];
    }
  }
  if (held > 0) {
    out += digits[(bits << (6 - held)) & 63U];
  }
  return out;
}

Reply run_create(Context& context) {
  const auto body = read_fields(context, token_fields);
  if (!body) {
    return fail(context, body.error());
  }
  const std::string email = body->at("email");
  if (email.find('@') == std::string::npos) {
    return fail(context, choices::validation("Email address " + email + " is invalid"));  // U
  }
  const auto seconds = [](Instant at) { return to_unix_ms(at) / 1000; };
  Json claims = {{"portalId", context.portal.config().portal_id},
                 {"email", email},
                 {"iat", seconds(context.now)},
                 {"exp", seconds(context.now + lifetime)}};
  claims.update(*body);
  const std::string head = base64url(R"({"alg":"HS256","typ":"JWT"})");
  const std::string signed_part = head + "." + base64url(json::dump(claims));
  const std::string seal = base64url(crypto::sha256_hex(signed_part));
  return answer(json::dump({{"token", signed_part + "." + seal}}));
}

}  // namespace

void register_conversations_visitor_tokens(OperationRegistry& registry);
void register_conversations_visitor_tokens(OperationRegistry& registry) {
  registry.add({"visitor_identification.tokens.create", run_create, path_key});
}

}  // namespace hubsim::operations
