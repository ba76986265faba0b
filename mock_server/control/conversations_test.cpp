// Conversations from both sides: a visitor writes over the control API, an agent answers by
// HubSpot's, and webhooks hear of everything.
#include <gtest/gtest.h>

#include <algorithm>

#include "mock_server/control/control_test_rig.h"

namespace hubsim::control {
namespace {

using http::Method;

struct ConversationsTest : ::testing::Test, ControlRig {
  ConversationsTest() {
    token = get("portals")["results"][0]["access_token"];
    (void)put("webhooks",
              R"({"target_url":"http://127.0.0.1:3000/hook","subscriptions":)"
              R"(["conversation.creation","conversation.newMessage","conversation.deletion",)"
              R"("conversation.privacyDeletion","conversation.propertyChange:status",)"
              R"("conversation.propertyChange:isArchived"]})");
  }

  Json api(Method method, const std::string& tail, const std::string& body = "",
           int expected = 200) {
    return crm(token, method, "/conversations/v3/conversations" + tail, body, expected);
  }
  Json visitor(const std::string& body) { return post("conversations/visitor", body, 201); }

  /// What webhooks have told since, each as "type value".
  std::vector<std::string> heard() {
    advance("1s");
    std::vector<std::string> all;
    for (const auto& request : transport.requests) {
      const Json events = json::parse(request.body).value();
      for (const Json& event : events) {
        all.push_back(event["subscriptionType"].get<std::string>() + " " +
                      event.value("propertyValue", event.value("messageType", std::string())));
      }
    }
    transport.requests.clear();
    std::sort(all.begin(), all.end());
    return all;
  }

  std::string token;
};

TEST_F(ConversationsTest, AVisitorsMessageOpensAThreadAndWebhooksHearOfIt) {
  const Json written = visitor(R"({"text":"Hello?","email":"ada@example.org"})");
  const std::string thread = written["thread_id"];
  EXPECT_EQ(heard(), (std::vector<std::string>{"conversation.creation ",
                                               "conversation.newMessage MESSAGE"}));
  const Json message = api(
      Method::get, "/threads/" + thread + "/messages/" + written["message_id"].get<std::string>());
  EXPECT_EQ(message["createdBy"], "E-ada@example.org");
  EXPECT_EQ(message["direction"], "INCOMING");
  EXPECT_EQ(visitor(R"({"text":"Anyone?","email":"ada@example.org"})")["thread_id"], thread)
      << "an open thread goes on";
  EXPECT_EQ(heard(), std::vector<std::string>{"conversation.newMessage MESSAGE"});
}

TEST_F(ConversationsTest, AClosedThreadOpensWhenTheVisitorWritesIntoIt) {
  const std::string thread =
      visitor(R"({"text":"Hello?","email":"ada@example.org","channel":"EMAIL"})")["thread_id"];
  (void)api(Method::patch, "/threads/" + thread, R"({"status":"CLOSED"})");
  (void)heard();
  (void)visitor(R"({"text":"Still there?","thread_id":")" + thread + R"("})");
  EXPECT_EQ(heard(), (std::vector<std::string>{"conversation.newMessage MESSAGE",
                                               "conversation.propertyChange OPEN"}));
  EXPECT_EQ(api(Method::get, "/threads/" + thread)["status"], "OPEN");
}

TEST_F(ConversationsTest, ArchivingTellsAndThirtyDaysLaterItIsGone) {
  const std::string thread = visitor(R"({"text":"Hello?","email":"ada@example.org"})")["thread_id"];
  (void)heard();
  (void)api(Method::del, "/threads/" + thread, "", 204);
  EXPECT_EQ(heard(), (std::vector<std::string>{"conversation.deletion ",
                                               "conversation.propertyChange true"}));
  (void)api(Method::patch, "/threads/" + thread + "?archived=true", R"({"archived":false})");
  EXPECT_EQ(heard(), std::vector<std::string>{"conversation.propertyChange false"});
  advance("721h");
  (void)api(Method::get, "/threads/" + thread);
  (void)api(Method::del, "/threads/" + thread, "", 204);
  (void)heard();
  advance("721h");
  EXPECT_EQ(heard(), std::vector<std::string>{"conversation.privacyDeletion "});
  (void)api(Method::get, "/threads/" + thread + "?archived=true", "", 404);
}

TEST_F(ConversationsTest, AnAgentsMessageOnACustomChannelGoesToItsWebhook) {
  const Json account = get("portals")["results"][0];
  const std::string key = account["developer_api_key"];
  const std::string app = std::to_string(account["app_id"].get<std::uint64_t>());
  const std::string query = "?hapikey=" + key + "&appId=" + app;
  const std::string channels = "/conversations/v3/custom-channels";
  const std::string channel =
      crm("", Method::post, channels + query,
          R"({"name":"Pigeon","capabilities":{},"webhookUrl":"http://127.0.0.1:3000/pigeon"})",
          201)["id"];
  const std::string inbox = api(Method::get, "/inboxes")["results"][0]["id"];
  const std::string loft =
      crm("", Method::post, channels + "/" + channel + "/channel-accounts" + query,
          R"({"name":"Loft","authorized":true,"inboxId":")" + inbox + R"("})", 201)["id"];
  const std::string thread =
      visitor(R"({"text":"Coo","email":"ada@example.org","channel_account_id":")" + loft +
              R"("})")["thread_id"];
  (void)heard();
  const std::uint64_t user =
      crm(token, Method::get, "/crm/v3/owners", "", 200)["results"][0]["userId"];
  (void)api(Method::post, "/threads/" + thread + "/messages",
            R"({"type":"MESSAGE","text":"Corn?","senderActorId":"A-)" + std::to_string(user) +
                R"(","channelId":")" + channel + R"(","channelAccountId":")" + loft +
                R"(","recipients":[{"actorId":"E-ada@example.org"}]})",
            201);
  advance("1s");
  const auto sent = std::find_if(
      transport.requests.begin(), transport.requests.end(),
      [](const auto& request) { return request.url == "http://127.0.0.1:3000/pigeon"; });
  ASSERT_NE(sent, transport.requests.end());
  const Json body = json::parse(sent->body).value();
  EXPECT_EQ(body["type"], "OUTGOING_CHANNEL_MESSAGE_CREATED");
  EXPECT_EQ(body["message"]["text"], "Corn?");
  EXPECT_EQ(get("automation/runs")["results"][0]["state"], "SUCCEEDED");
}

TEST_F(ConversationsTest, AKnownVisitorIsTheContact) {
  const std::string contact = crm(token, Method::post, "/crm/v3/objects/contacts",
                                  R"({"properties":{"email":"ada@example.org"}})", 201)["id"];
  const Json written = visitor(R"({"text":"Hello?","email":"ADA@example.org"})");
  EXPECT_EQ(written["actor_id"], "V-" + contact);
  EXPECT_EQ(api(Method::get, "/threads?associatedContactId=" + contact)["results"][0]["id"],
            written["thread_id"]);
}

TEST_F(ConversationsTest, MistakesAreNamed) {
  (void)post("conversations/visitor", R"({"text":"x"})", 400);
  (void)post("conversations/visitor", R"({"email":"ada@example.org"})", 400);
  (void)post("conversations/visitor", R"({"text":"x","thread_id":"1"})", 400);
  (void)post("conversations/visitor", R"({"text":"x","email":"a@b.c","channel":"SMOKE"})", 400);
}

}  // namespace
}  // namespace hubsim::control
