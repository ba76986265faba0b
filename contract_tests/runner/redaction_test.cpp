#include "contract_tests/runner/redaction.h"

#include <gtest/gtest.h>

#include <sstream>

namespace hubsim::contract {
namespace {

/// One case whose exchanges are recorded one after the other.
struct RecorderTest : ::testing::Test {
  std::string record(const std::string& target, const std::string& body,
                     const http::Response& response, const std::string& type = "") {
    http::Request request{.method = http::Method::post, .target = target, .body = body};
    request.headers = {{"Authorization", "Bearer pat-na1-secret-of-the-account"},
                       {"Content-Type", type.empty() ? "application/json" : type}};
    const std::size_t before = out.str().size();
    recorder.add({played, 0, request, response}, names);
    return out.str().substr(before);
  }
  static http::Response answer(std::string body) {
    http::Response response;
    response.body = std::move(body);
    return response;
  }

  Case played{.file = "contract_tests/cases/oauth/token.json",
              .name = "n",
              .version = "v3",
              .steps = json::parse(R"([{"call":"POST /x","form":{"code":"na1-wrong"}}])").value()};
  Variables names{{"token", "pat-na1-secret-of-the-account"},
                  {"client_secret", "00000000-secret-of-the-app"},
                  {"portal", "4455667"}};
  std::ostringstream out;
  Recorder recorder{out};
};

constexpr const char* form = "application/x-www-form-urlencoded";

TEST_F(RecorderTest, formsAndQueriesLoseTheirSecretsAndKeepTheRest) {
  const std::string line =
      record("/oauth/v1/token?hapikey=9f8e7d6c-key&limit=5",
             "grant_type=refresh_token&client_secret=00000000-secret-of-the-app&refresh_token="
             "na1-refresh-of-somebody&code=na1-wrong",
             answer("{}"), form);
  for (const char* secret : {"9f8e7d6c-key", "secret-of-the-app", "na1-refresh-of-somebody"}) {
    EXPECT_EQ(line.find(secret), std::string::npos) << secret << " in " << line;
  }
  const Json read = json::parse(line).value();
  EXPECT_EQ(read["query"], "hapikey=<redacted>&limit=5");
  EXPECT_EQ(read["request_body"],
            "grant_type=refresh_token&client_secret=<redacted>&refresh_token=<redacted>&"
            "code=na1-wrong")
      << "what the case says itself stays";
}

TEST_F(RecorderTest, aSecretThatWasMetIsGoneEverywhereFromThenOn) {
  const std::string first =
      record("/oauth/v1/token", "{}", answer(R"({"access_token":"CKissuedissued1234","n":1})"));
  EXPECT_EQ(first.find("CKissued"), std::string::npos) << first;
  const std::string second =
      record("/oauth/v1/access-tokens/CKissuedissued1234", "{}",
             answer(R"({"message":"CKissuedissued1234 is unknown","hub_id":4455667})"));
  EXPECT_EQ(second.find("CKissued"), std::string::npos) << second;
  EXPECT_EQ(second.find("4455667"), std::string::npos) << second;
  EXPECT_EQ(json::parse(second).value()["path"], "/oauth/v1/access-tokens/<redacted>");
}

TEST_F(RecorderTest, redirectsAndSignedAddressesLoseTheirCodes) {
  http::Response response = answer(
      R"({"url":"https://files.example.net/a.csv?X-Amz-Date=1&X-Amz-Signature=0123456789abcdef"})");
  response.headers = {{"Location", "https://example.org/cb?code=na1-aaaa-bbbb-cccc&state=s1"},
                      {"Set-Cookie", "session=abc"}};
  const Json line = json::parse(record("/oauth/authorize", "", response)).value();
  EXPECT_EQ(line["response_headers"]["location"],
            "https://example.org/cb?code=<redacted>&state=s1");
  EXPECT_FALSE(line["response_headers"].contains("set-cookie"));
  EXPECT_FALSE(line["request_headers"].contains("authorization"));
  EXPECT_EQ(line["response_body"]["url"],
            "https://files.example.net/a.csv?X-Amz-Date=1&X-Amz-Signature=<redacted>");
}

TEST_F(RecorderTest, codesOfErrorsStay) {
  const Json line = json::parse(record("/x", "{}", answer(R"({"errors":[{"code":"INVALID_INTEGER"}],
                                                  "code":"na1-code-of-somebody"})")))
                        .value();
  EXPECT_EQ(line["response_body"]["errors"][0]["code"], "INVALID_INTEGER");
  EXPECT_EQ(line["response_body"]["code"], "<redacted>");
}

TEST_F(RecorderTest, peopleAreReplacedAlikeEachTime) {
  const std::string body = R"({"properties":{"email":"marie@private.example","lastname":"Curie"}})";
  const Json a = json::parse(record("/x", "{}", answer(body))).value();
  const Json b = json::parse(record("/x", "{}", answer(body))).value();
  EXPECT_EQ(a["response_body"], b["response_body"]);
  EXPECT_EQ(out.str().find("marie"), std::string::npos);
  EXPECT_EQ(out.str().find("Curie"), std::string::npos);
}

}  // namespace
}  // namespace hubsim::contract
