// Custom actions and workflow webhooks, from definition to the end of their run: what their URL
// gets, how answers, retries, callbacks and expiry decide, and how an enrolment goes on.
#include <gtest/gtest.h>

#include "hubspot/rules/signature.h"
#include "mock_server/control/control_test_rig.h"

namespace hubsim::control {
namespace {

using http::Method;
using webhooks::DeliveryRequest;
using webhooks::DeliveryResult;

constexpr const char* action_url = "http://127.0.0.1:3000/action";

struct AutomationTest : ::testing::Test, ControlRig {
  AutomationTest() {
    const Json account = get("portals")["results"][0];
    token = account["access_token"];
    app = std::to_string(account["app_id"].get<std::uint64_t>());
    key = account["developer_api_key"];
    secret = account["client_secret"];
    contact = crm(token, Method::post, "/crm/v3/objects/contacts",
                  R"({"properties":{"email":"ada@example.org","firstname":"Ada"}})", 201)["id"];
  }

  std::string define(const std::string& published = "true") {
    const std::string body = R"({"actionUrl":")" + std::string(action_url) + R"(","published":)" +
                             published +
                             R"(,"objectTypes":["CONTACT"],"inputFields":[],"functions":[],)"
                             R"("labels":{"en":{"actionName":"Widget"}},)"
                             R"("objectRequestOptions":{"properties":["firstname"]}})";
    return crm("", Method::post, "/automation/v4/actions/" + app + "?hapikey=" + key, body,
               201)["id"];
  }

  /// By hand; answers the callback id.
  std::string run(const std::string& definition) {
    return post("automation/run",
                R"({"definition_id":")" + definition + R"(","object_id":")" + contact +
                    R"(","input_fields":{"widget":"W"}})",
                201)["callback_id"];
  }
  Json state(const std::string& callback) { return get("automation/runs/" + callback); }

  void answer_with(int status, std::string body = "") {
    answer = [status, body](const DeliveryRequest&) {
      return DeliveryResult{.status = status, .body = body};
    };
  }
  void block(const std::string& duration) {
    answer_with(200, R"({"outputFields":{"hs_execution_state":"BLOCK",)"
                     R"("hs_expiration_duration":")" +
                         duration + R"("}})");
  }
  void complete(const std::string& callback, const std::string& fields, int expected = 204) {
    (void)crm(token, Method::post, "/automation/v4/actions/callbacks/" + callback + "/complete",
              R"({"outputFields":)" + fields + "}", expected);
  }

  static std::string header(const DeliveryRequest& request, std::string_view name) {
    for (const auto& [key, value] : request.headers) {
      if (key == name) {
        return value;
      }
    }
    return "";
  }

  std::string token;
  std::string app;
  std::string key;
  std::string secret;
  std::string contact;
};

// Found in a review: without a gap this held the portal's lock for good.
TEST_F(AutomationTest, AWorkflowThatSetsItselfOffGoesOnWithTheClock) {
  (void)crm(
      token, Method::post, "/automation/v4/flows",
      R"({"type":"PLATFORM_FLOW","isEnabled":true,"objectTypeId":"0-2","startActionId":"1",)"
      R"("actions":[{"type":"SINGLE_CONNECTION","actionId":"1","actionTypeVersion":0,)"
      R"("actionTypeId":"0-14","fields":{"object_type_id":"0-2","properties":[)"
      R"({"targetProperty":"name","value":{"type":"STATIC_VALUE","staticValue":"again"}}]}}],)"
      R"("enrollmentCriteria":{"type":"EVENT_BASED","shouldReEnroll":true,)"
      R"("listMembershipFilterBranches":[],"eventFilterBranches":[{"filterBranchType":)"
      R"("UNIFIED_EVENTS","filterBranchOperator":"AND","eventTypeId":"4-1463224",)"
      R"("operator":"HAS_COMPLETED","filterBranches":[],"filters":[]}]}})",
      200);
  (void)crm(token, Method::post, "/crm/v3/objects/companies", R"({"properties":{"name":"one"}})",
            201);
  const auto companies = [&] {
    return crm(token, Method::get, "/crm/v3/objects/companies?limit=100", "", 200)["results"]
        .size();
  };
  const auto before = companies();
  advance("5s");
  EXPECT_GE(companies(), before + 4);
  EXPECT_LE(companies(), before + 6);
}

TEST_F(AutomationTest, TheActionsUrlGetsASignedRequestAboutTheRecord) {
  answer_with(200, R"({"outputFields":{"size":"L","hs_execution_state":"SUCCESS"}})");
  const std::string callback = run(define());
  EXPECT_EQ(state(callback)["state"], "READY");
  advance("1s");
  ASSERT_EQ(transport.requests.size(), 1U);
  const DeliveryRequest& request = transport.requests.front();
  EXPECT_EQ(request.url, action_url);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.connect_timeout, webhooks::call_connect_timeout);
  EXPECT_EQ(request.timeout, webhooks::call_timeout);
  EXPECT_EQ(header(request, "x-hubspot-signature-version"), "v2");
  EXPECT_EQ(header(request, "x-hubspot-signature"),
            hubspot::signature_v2(secret, {"POST", action_url, request.body}));
  const Json body = json::parse(request.body).value();
  EXPECT_EQ(body["callbackId"], callback);
  EXPECT_EQ(body["object"]["objectId"], std::stoull(contact));
  EXPECT_EQ(body["object"]["objectType"], "CONTACT");
  EXPECT_EQ(body["object"]["properties"]["firstname"], "Ada");
  EXPECT_EQ(body["inputFields"]["widget"], "W");
  const Json shown = state(callback);
  EXPECT_EQ(shown["state"], "SUCCEEDED");
  EXPECT_EQ(shown["output_fields"]["size"], "L");
  ASSERT_EQ(shown["requests"].size(), 1U);
  EXPECT_EQ(shown["requests"][0]["status"], 200);
}

TEST_F(AutomationTest, ABlockedActionWaitsForItsCallback) {
  block("PT1H");
  const std::string callback = run(define());
  advance("1s");
  EXPECT_EQ(state(callback)["state"], "BLOCKED");
  complete(callback, R"({"hs_execution_state":"SUCCESS","size":"XL"})");
  EXPECT_EQ(state(callback)["state"], "SUCCEEDED");
  EXPECT_EQ(state(callback)["output_fields"]["size"], "XL");
  complete(callback, R"({"hs_execution_state":"SUCCESS"})", 404);
}

TEST_F(AutomationTest, ACallbackMayComeBeforeTheAnswerThatBlocks) {
  block("PT1H");
  const std::string callback = run(define());
  complete(callback, R"({"hs_execution_state":"FAIL_CONTINUE"})");
  advance("1s");
  EXPECT_EQ(state(callback)["state"], "FAILED");
}

TEST_F(AutomationTest, NobodyCallsBackInTime) {
  block("P1DT1H");
  const std::string callback = run(define());
  advance("24h");
  EXPECT_EQ(state(callback)["state"], "BLOCKED");
  advance("2h");
  EXPECT_EQ(state(callback)["state"], "EXPIRED");
  complete(callback, R"({"hs_execution_state":"SUCCESS"})", 404);
}

TEST_F(AutomationTest, WithoutADurationItIsAWeek) {
  answer_with(200, R"({"outputFields":{"hs_execution_state":"BLOCK"}})");
  const std::string callback = run(define());
  advance("160h");
  EXPECT_EQ(state(callback)["state"], "BLOCKED");
  advance("10h");
  EXPECT_EQ(state(callback)["state"], "EXPIRED");
}

TEST_F(AutomationTest, ARefusalIsFinalATroubleIsTriedAgain) {
  answer_with(400);
  const std::string refused = run(define());
  advance("24h");
  EXPECT_EQ(state(refused)["state"], "FAILED");
  EXPECT_EQ(state(refused)["requests"].size(), 1U);

  int calls = 0;
  answer = [&calls](const DeliveryRequest&) {
    ++calls;
    return DeliveryResult{.status = calls < 3 ? 503 : 200};
  };
  const std::string troubled = run(define());
  advance("1s");
  EXPECT_EQ(state(troubled)["state"], "CALLING");
  advance("1h");
  EXPECT_EQ(state(troubled)["state"], "SUCCEEDED");
  EXPECT_EQ(calls, 3);
}

TEST_F(AutomationTest, RetryAfterIsInMilliseconds) {
  answer = [](const DeliveryRequest&) {
    return DeliveryResult{.status = 429, .retry_after = "5000"};
  };
  const std::string callback = run(define());
  advance("1s");
  EXPECT_EQ(transport.requests.size(), 1U);
  advance("4900ms");
  EXPECT_EQ(transport.requests.size(), 2U);
  EXPECT_EQ(state(callback)["state"], "CALLING");
}

TEST_F(AutomationTest, AfterThreeDaysItIsGivenUp) {
  answer_with(500);
  const std::string callback = run(define());
  advance("80h");
  EXPECT_EQ(state(callback)["state"], "FAILED");
  const Json requests = state(callback)["requests"];
  const std::int64_t span =
      requests.back()["at_ms"].get<std::int64_t>() - requests.front()["at_ms"].get<std::int64_t>();
  EXPECT_LE(span, std::chrono::milliseconds(std::chrono::days(3)).count());
  EXPECT_GT(span, std::chrono::milliseconds(std::chrono::days(2)).count());
}

TEST_F(AutomationTest, AnEnrolmentGoesOnWithWhatTheActionBrought) {
  block("PT1H");
  const std::string definition = define();
  const std::string actions =
      R"([{"type":"SINGLE_CONNECTION","actionId":"1","actionTypeVersion":0,"actionTypeId":"1-)" +
      definition +
      R"(","connection":{"edgeType":"STANDARD","nextActionId":"2"},"fields":{"widget":)"
      R"({"type":"OBJECT_PROPERTY","propertyName":"firstname"}}},)"
      R"({"type":"SINGLE_CONNECTION","actionId":"2","actionTypeVersion":0,"actionTypeId":"0-5",)"
      R"("connection":{"edgeType":"STANDARD","nextActionId":"3"},)"
      R"("fields":{"property_name":"jobtitle","value":)"
      R"({"type":"FIELD_DATA","actionId":"1","dataKey":"title"}}},)"
      R"({"type":"WEBHOOK","actionId":"3","method":"POST",)"
      R"("webhookUrl":"http://127.0.0.1:3000/hook",)"
      R"("queryParams":[],"authSettings":{"type":"SIGNATURE","appId":)" +
      app + R"(}}])";
  const std::string flow =
      crm(token, Method::post, "/automation/v4/flows",
          R"({"type":"CONTACT_FLOW","isEnabled":true,"objectTypeId":"0-1","startActionId":"1",)"
          R"("enrollmentCriteria":{"type":"MANUAL","shouldReEnroll":false},"actions":)" +
              actions + "}",
          200)["id"];
  EXPECT_TRUE(post("automation/enroll", R"({"flow_id":")" + flow + R"(","object_id":")" + contact +
                                            R"("})")["enrolled"]);
  advance("1s");
  ASSERT_EQ(transport.requests.size(), 1U);
  const Json asked = json::parse(transport.requests.front().body).value();
  EXPECT_EQ(asked["inputFields"]["widget"], "Ada");
  EXPECT_EQ(asked["context"]["source"], "WORKFLOWS");
  EXPECT_EQ(std::to_string(asked["context"]["workflowId"].get<std::uint64_t>()), flow);
  answer_with(200);
  complete(asked["callbackId"], R"({"hs_execution_state":"SUCCESS","title":"Countess"})");
  advance("1s");
  EXPECT_EQ(crm(token, Method::get, "/crm/v3/objects/contacts/" + contact + "?properties=jobtitle",
                "", 200)["properties"]["jobtitle"],
            "Countess");
  ASSERT_EQ(transport.requests.size(), 2U);
  const DeliveryRequest& hook = transport.requests.back();
  EXPECT_EQ(hook.url, "http://127.0.0.1:3000/hook");
  EXPECT_EQ(header(hook, "x-hubspot-signature"),
            hubspot::signature_v2(secret, {"POST", hook.url, hook.body}));
  const Json enrollment = get("automation/flows")["results"][0]["enrollments"][0];
  EXPECT_EQ(enrollment["state"], "COMPLETED");
  EXPECT_EQ(enrollment["steps"][0]["kind"], "CUSTOM_ACTION");
}

TEST_F(AutomationTest, MistakesAreNamed) {
  EXPECT_NE(error(Method::post, "automation/run", "{}", 400).find("definition_id"),
            std::string::npos);
  EXPECT_NE(error(Method::post, "automation/run", R"({"definition_id":")" + define() + R"("})", 400)
                .find("object_id"),
            std::string::npos);
  (void)get("automation/runs/none", 404);
  EXPECT_NE(error(Method::post, "automation/enroll", R"({"flow_id":"1","object_id":"1"})", 400)
                .find("no flow"),
            std::string::npos);
}

}  // namespace
}  // namespace hubsim::control
