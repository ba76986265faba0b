#include "mock_server/gateway/gateway.h"

#include <gtest/gtest.h>

namespace hubsim::gateway {
namespace {

using namespace std::chrono_literals;

class GatewayTest : public ::testing::Test {
 protected:
  explicit GatewayTest(WorldConfig config = {.tier = "starter"})
      : world_(std::move(config), hubspot::load_facts(), clock_), gateway_(world_) {}

  http::Request request(http::Method method, std::string target, std::string body = "") {
    return {.method = method,
            .target = std::move(target),
            .headers = {{"Authorization", "Bearer " + world_.main_app().access_token},
                        {"Accept", "application/json"},
                        {"Content-Type", "application/json"}},
            .body = std::move(body)};
  }
  Outcome call(http::Method method, std::string target, std::string body = "") {
    const http::Request made = request(method, std::move(target), std::move(body));
    return gateway_.handle(made.view());
  }
  Outcome create(const std::string& email) {
    return call(http::Method::post, "/crm/v3/objects/contacts",
                R"({"properties":{"email":")" + email + R"("}})");
  }
  void put_fault(const char* id, const char* rule) {
    const auto problems = world_.faults().put(id, json::parse(rule).value());
    ASSERT_TRUE(problems.empty()) << problems.front().pointer << problems.front().message;
  }
  Json last_record() {
    const Json page = world_.request_log().page(0, 10'000);
    return page["results"].back();
  }

  ManualClock clock_{Instant(1'700'000'000s)};
  World world_;
  Gateway gateway_;
};

TEST_F(GatewayTest, EveryAnswerNamesItsCorrelationId) {
  const Outcome ok = create("a@example.org");
  EXPECT_EQ(ok.response.status, 201);
  const auto id = ok.response.header("x-hubspot-correlation-id");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->size(), 36U);
  EXPECT_EQ((*id)[14], '7');
  const Outcome missing = call(http::Method::get, "/crm/v3/objects/contacts/12345");
  EXPECT_EQ(missing.response.status, 404);
  EXPECT_EQ(missing.response.header("x-hubspot-notfound"), "true");
  EXPECT_NE(missing.response.body.find(*missing.response.header("x-hubspot-correlation-id")),
            std::string::npos);
}

TEST_F(GatewayTest, BothVersionsAreServedByTheSameCode) {
  ASSERT_EQ(create("a@example.org").response.status, 201);
  const Outcome v3 = call(http::Method::get, "/crm/v3/objects/contacts");
  const Outcome dated = call(http::Method::get, "/crm/objects/2026-03/contacts");
  EXPECT_EQ(v3.response.status, 200);
  EXPECT_EQ(v3.response.body, dated.response.body);
}

TEST_F(GatewayTest, CredentialsComeBeforeEverythingElse) {
  http::Request unknown = request(http::Method::get, "/crm/v3/objects/butterflies");
  unknown.headers[0].second = "Bearer nonsense";
  const Outcome refused = gateway_.handle(unknown.view());
  EXPECT_EQ(refused.response.status, 401);
  EXPECT_FALSE(refused.response.header("X-HubSpot-RateLimit-Max"));
  EXPECT_EQ(json::parse(refused.response.body)->at("category"), "INVALID_AUTHENTICATION");
}

TEST_F(GatewayTest, BurstLimitAnswersAsTheGatewayDoesAndRecovers) {
  for (int i = 0; i < 100; ++i) {
    const Outcome outcome = call(http::Method::get, "/crm/v3/objects/contacts");
    ASSERT_EQ(outcome.response.status, 200);
    EXPECT_EQ(outcome.response.header("X-HubSpot-RateLimit-Remaining"), std::to_string(99 - i));
  }
  const Outcome limited = call(http::Method::get, "/crm/v3/objects/contacts");
  EXPECT_EQ(limited.response.status, 429);
  EXPECT_EQ(json::parse(limited.response.body)->at("policyName"), "TEN_SECONDLY_ROLLING");
  EXPECT_EQ(last_record()["limited_by"], "TEN_SECONDLY_ROLLING");
  EXPECT_NE(last_record()["key"], "");
  clock_.set(clock_.now() + 10s + 1ms);
  EXPECT_EQ(call(http::Method::get, "/crm/v3/objects/contacts").response.status, 200);
}

TEST_F(GatewayTest, SearchHasItsOwnLimitAndClosesTheConnection) {
  int refused = 0;
  bool closed = false;
  for (int i = 0; i < 6; ++i) {
    const Outcome outcome = call(http::Method::post, "/crm/v3/objects/contacts/search", "{}");
    EXPECT_FALSE(outcome.response.header("X-HubSpot-RateLimit-Max"));
    refused += outcome.response.status == 429 ? 1 : 0;
    closed = outcome.close_connection;
  }
  EXPECT_EQ(refused, 1);
  EXPECT_TRUE(closed);
}

TEST_F(GatewayTest, AnUnknownCallIsLoggedWithWhatItIsNearTo) {
  EXPECT_EQ(call(http::Method::get, "/crm/v3/owner").response.status, 404);
  EXPECT_EQ(last_record()["note"],
            "no such operation; near: GET /crm/v3/owners ('owner' for 'owners')");
  EXPECT_EQ(call(http::Method::put, "/crm/v3/owners").response.status, 405);
  EXPECT_EQ(last_record()["note"], "no such operation; near: GET /crm/v3/owners (method GET)");
  EXPECT_EQ(call(http::Method::get, "/crm/v3/owners").response.status, 200);
  EXPECT_EQ(last_record()["note"], "");
}

TEST_F(GatewayTest, TheGradeIsNamedOnlyWhenAskedFor) {
  EXPECT_FALSE(call(http::Method::get, "/crm/v3/owners").response.header("x-hubsim-grade"));
  ASSERT_TRUE(world_.portal().options().set_text("http.grade_header=on").ok());
  EXPECT_EQ(call(http::Method::get, "/crm/v3/owners").response.header("x-hubsim-grade"),
            "modelled");
}

TEST_F(GatewayTest, CommitThenFailCommits) {
  put_fault("gw", R"({"kind":"status","status":502,"commit":"100%"})");
  const Outcome outcome = create("a@example.org");
  EXPECT_EQ(outcome.response.status, 502);
  EXPECT_NE(outcome.response.body.find("<html>"), std::string::npos);
  EXPECT_EQ(world_.portal().last_sequence(), 1U);
  const Json record = last_record();
  EXPECT_EQ(record["committed"], true);
  EXPECT_EQ(record["faults"], Json::array({"gw"}));
  EXPECT_EQ(record["key"], "a@example.org");
}

TEST_F(GatewayTest, FailBeforeCommitDoesNotCommit) {
  put_fault("gw", R"({"kind":"status","status":502})");
  EXPECT_EQ(create("a@example.org").response.status, 502);
  EXPECT_EQ(world_.portal().last_sequence(), 0U);
  EXPECT_EQ(last_record()["committed"], false);
}

TEST_F(GatewayTest, FaultsDoNotDependOnTheOrderOfOtherCalls) {
  put_fault("half", R"({"kind":"status","status":503,"share":"50%",
                        "match":{"operation":["crm.objects.create"]}})");
  std::vector<int> forwards;
  for (int i = 0; i < 30; ++i) {
    forwards.push_back(create("p" + std::to_string(i) + "@example.org").response.status);
  }
  world_.reset();
  put_fault("half", R"({"kind":"status","status":503,"share":"50%",
                        "match":{"operation":["crm.objects.create"]}})");
  std::vector<int> backwards(30);
  for (int i = 29; i >= 0; --i) {
    (void)call(http::Method::get, "/crm/v3/owners");
    backwards[static_cast<std::size_t>(i)] =
        create("p" + std::to_string(i) + "@example.org").response.status;
  }
  EXPECT_EQ(forwards, backwards);
}

TEST_F(GatewayTest, PartialBatchFailsInputsAndCommitsTheRest) {
  put_fault("partial", R"({"kind":"partial_batch","share":"50%"})");
  std::string body = R"({"inputs":[)";
  for (int i = 0; i < 20; ++i) {
    const std::string n = std::to_string(i);
    body += (i > 0 ? "," : "") + (R"({"objectWriteTraceId":"t)" + n) +
            R"(","properties":{"email":"p)" + n + R"(@example.org"}})";
  }
  body += "]}";
  const Outcome outcome = call(http::Method::post, "/crm/v3/objects/contacts/batch/create", body);
  EXPECT_EQ(outcome.response.status, 207);
  const Json answer = json::parse(outcome.response.body).value();
  EXPECT_GT(answer["results"].size(), 0U);
  EXPECT_LT(answer["results"].size(), 20U);
  EXPECT_EQ(answer["results"].size(), world_.portal().last_sequence());
}

TEST_F(GatewayTest, ScopesAreCheckedBeforeLimits) {
  EXPECT_EQ(call(http::Method::get, "/no/such/path").response.status, 404);
  EXPECT_EQ(call(http::Method::put, "/crm/v3/owners").response.status, 405);
}

TEST_F(GatewayTest, TheSameSeedGivesTheSameBytes) {
  World other({.tier = "starter"}, hubspot::load_facts(), clock_);
  Gateway twin(other);
  for (const char* target : {"/crm/v3/objects/contacts", "/crm/v3/owners", "/nowhere"}) {
    const http::Request made = request(http::Method::get, target);
    const Outcome a = gateway_.handle(made.view());
    const Outcome b = twin.handle(made.view());
    EXPECT_EQ(a.response.body, b.response.body);
    EXPECT_EQ(a.response.header_lines, b.response.header_lines);
  }
}

}  // namespace
}  // namespace hubsim::gateway
