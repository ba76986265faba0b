#include "hubspot/rules/signature.h"

#include <gtest/gtest.h>

namespace hubsim::hubspot {
namespace {

constexpr std::string_view secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
constexpr std::string_view body = "{'example_field':'example_value'}";
constexpr std::string_view uri = "https://www.example.com/webhook_uri";

// Behaviour reference 8.5; checked there against the SDKs' own tests.
TEST(SignatureV3, AnswersThePublishedVectors) {
  EXPECT_EQ(signature_v3(secret, {"POST", uri, body}, 1693657560000),
            "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=");
  EXPECT_EQ(signature_v3(secret, {"POST", uri, body}, 1700000300000),
            "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=");
}

// The documentation's samples for v1 and v2; the reference keeps their first digits.
TEST(SignatureV1, HashesSecretAndBody) {
  constexpr std::string_view sample =
      R"([{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,)"
      R"("subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,)"
      R"("changeSource":"CRM","changeFlag":"NEW","appId":54321}])";
  EXPECT_EQ(signature_v1(secret, sample).substr(0, 8), "232db261");
}

TEST(SignatureV2, HashesMethodUriAndBody) {
  EXPECT_EQ(signature_v2(secret, {"GET", uri, ""}).substr(0, 8), "eee2dddc");
  EXPECT_EQ(
      signature_v2(secret, {"POST", uri, R"({"example_field":"example_value"})"}).substr(0, 8),
      "9569219f");
}

TEST(SignatureV3, DecodesExactlyTwelveEscapes) {
  EXPECT_EQ(decode_for_v3("%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B"), ":/?@!$'()*,;");
  EXPECT_EQ(decode_for_v3("%3a%2f%2c"), ":/,");
  EXPECT_EQ(decode_for_v3("https://a.b/x%20y%2By?q=%25%3D%C3%A9"),
            "https://a.b/x%20y%2By?q=%25%3D%C3%A9");
  EXPECT_EQ(decode_for_v3("a%"), "a%");
  EXPECT_EQ(decode_for_v3("a%3"), "a%3");
  EXPECT_EQ(decode_for_v3("%%3A"), "%:");
}

TEST(SignatureV3, SignsTheDecodedUri) {
  EXPECT_EQ(signature_v3(secret, {"POST", "https://a.b/c?d=%40", "x"}, 1),
            signature_v3(secret, {"POST", "https://a.b/c?d=@", "x"}, 1));
  EXPECT_NE(signature_v3(secret, {"POST", "https://a.b/c?d=%20", "x"}, 1),
            signature_v3(secret, {"POST", "https://a.b/c?d= ", "x"}, 1));
}

}  // namespace
}  // namespace hubsim::hubspot
