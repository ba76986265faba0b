// Holding, releasing and redelivering webhooks, asked for as a user would: over the control API.
#include <gtest/gtest.h>

#include "mock_server/control/control_test_rig.h"

namespace hubsim::control {
namespace {

struct DeliveriesTest : ::testing::Test, ControlRig {
  DeliveriesTest() {
    (void)put("webhooks",
              R"({"target_url":"http://receiver/w","subscriptions":["contact.creation"]})");
  }
  void create_contact() {
    const Json made = post("changes", R"({"changes":[{"op":"create","object_type":"contacts",
                                          "properties":{"firstname":"A"}}]})");
    ASSERT_EQ(made["results"][0]["status"], "ok") << json::dump(made);
  }
  void advance() { ControlRig::advance("1s"); }
  /// Deliveries that were answered.
  std::uint64_t delivered() { return get("webhooks")["delivered"].get<std::uint64_t>(); }
};

TEST_F(DeliveriesTest, HoldsUntilReleased) {
  EXPECT_EQ(post("webhooks/hold")["holding"], true);
  create_contact();
  advance();
  EXPECT_EQ(delivered(), 0U);
  EXPECT_EQ(get("webhooks")["held_events"], 1);
  EXPECT_EQ(post("webhooks/release")["released"], 1);
  advance();
  EXPECT_EQ(delivered(), 1U);
}

TEST_F(DeliveriesTest, ARulesReleaseRemovalAndReplacementLetGo) {
  const auto put_rule = [&] { (void)put("faults/shut", R"({"kind":"webhook_hold"})"); };
  put_rule();
  create_contact();
  EXPECT_EQ(post("webhooks/release", R"({"rule":"other"})")["released"], 0);
  EXPECT_EQ(post("webhooks/release", R"({"rule":"shut"})")["released"], 1);
  create_contact();
  put_rule();
  create_contact();
  advance();
  EXPECT_EQ(delivered(), 2U) << "the third is held by the rule as it was put again";
  remove("faults/shut");
  advance();
  EXPECT_EQ(delivered(), 3U);
  put_rule();
  create_contact();
  remove("faults");
  advance();
  EXPECT_EQ(delivered(), 4U);
}

TEST_F(DeliveriesTest, RedeliversByNumber) {
  create_contact();
  advance();
  EXPECT_EQ(post("webhooks/deliveries/1/redeliver")["redelivery_of"], 1);
  advance();
  const Json page = get("webhooks/deliveries");
  ASSERT_EQ(page["results"].size(), 2U);
  EXPECT_EQ(page["results"][1]["redelivery_of"], 1);
  EXPECT_EQ(page["results"][1]["attempt"], 1);
}

TEST_F(DeliveriesTest, MistakesAreNamed) {
  const auto error = [&](const char* path, const char* body, int status) {
    return post(path, body, status)["error"].get<std::string>();
  };
  EXPECT_NE(error("webhooks/deliveries/7/redeliver", "{}", 404).find("no delivery 7"),
            std::string::npos);
  EXPECT_NE(error("webhooks/deliveries/x/redeliver", "{}", 400).find("{number}"),
            std::string::npos);
  EXPECT_NE(error("webhooks/deliveries", "{}", 400).find("{number}"), std::string::npos);
  EXPECT_NE(error("webhooks/hold", R"({"rule":"a"})", 400).find("webhook_hold"), std::string::npos);
  EXPECT_NE(error("webhooks/release", R"({"rules":"a"})", 400).find("\"rule\""), std::string::npos);
  EXPECT_NE(error("webhooks/release", R"({"rule":""})", 400).find("'rule'"), std::string::npos);
}

}  // namespace
}  // namespace hubsim::control
