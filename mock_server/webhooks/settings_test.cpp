#include "mock_server/webhooks/settings.h"

#include <gtest/gtest.h>

namespace hubsim::webhooks {
namespace {

using namespace std::chrono_literals;

TEST(Subscription, ReadsAndWritesItsText) {
  for (const char* text :
       {"contact.creation", "deal.deletion", "company.restore", "ticket.propertyChange",
        "contact.propertyChange:email", "contact.associationChange", "object.creation",
        "object.propertyChange@0-1:email", "object.deletion@0-2", "contact.privacyDeletion",
        "conversation.newMessage", "event.completed", "event.completed:pe1_signup"}) {
    const auto parsed = parse_subscription(text);
    ASSERT_TRUE(parsed.ok()) << parsed.error();
    EXPECT_EQ(format_subscription(*parsed), text);
  }
  EXPECT_EQ(parse_subscription("contact.propertyChange:email")->type(), "contact.propertyChange");
}

TEST(Subscription, RefusesWithARemedy) {
  const auto error = [](const char* text) {
    const auto parsed = parse_subscription(text);
    return parsed.ok() ? std::string("accepted") : parsed.error();
  };
  EXPECT_NE(error("contact.creaton").find("did you mean 'contact.creation'"), std::string::npos);
  EXPECT_NE(error("product.associationChange").find("unknown subscription"), std::string::npos);
  EXPECT_NE(error("company.privacyDeletion").find("unknown subscription"), std::string::npos);
  EXPECT_NE(error("contact.creation:email").find("only propertyChange"), std::string::npos);
  EXPECT_NE(error("contact.creation@0-1").find("only 'object'"), std::string::npos);
  EXPECT_NE(error("contact.propertyChange:hs_lastmodifieddate").find("offers no"),
            std::string::npos);
  EXPECT_NE(error("").find("unknown"), std::string::npos);
}

TEST(Subscription, EveryTypeOfHubSpotsCanBeSubscribedTo) {
  ASSERT_EQ(portal::webhook_event_types().size(), 48U);
  for (const auto& type : portal::webhook_event_types()) {
    const auto parsed = parse_subscription(type.name);
    ASSERT_TRUE(parsed.ok()) << parsed.error();
    EXPECT_EQ(parsed->type(), type.name);
  }
}

TEST(Settings, PausedSubscriptionsAndIdsSurviveAPut) {
  AppSettings settings{.app_id = 1};
  const auto put = [&](const char* body) {
    return apply_json(json::parse(body).value(), settings);
  };
  ASSERT_TRUE(put(R"({"subscriptions":["contact.creation",
                      {"subscription":"deal.merge","active":false}]})")
                  .empty());
  EXPECT_FALSE(settings.subscriptions[1].active);
  const std::uint64_t deal = settings.subscriptions[1].id;
  ASSERT_TRUE(put(R"({"subscriptions":["ticket.creation","deal.merge"]})").empty());
  EXPECT_EQ(settings.subscriptions[1].id, deal);
  EXPECT_TRUE(settings.subscriptions[1].active);
  EXPECT_GT(settings.subscriptions[0].id, deal) << "ids are not given out twice";
  EXPECT_EQ(put(R"({"subscriptions":[{"active":false},7]})").size(), 2U);
}

TEST(Settings, WhatIsLeftOutKeepsItsValue) {
  AppSettings settings{.app_id = 1};
  const auto put = [&](const char* body) {
    return apply_json(json::parse(body).value(), settings);
  };
  EXPECT_TRUE(put(R"({"target_url":"http://127.0.0.1:1/w","subscriptions":["contact.creation"],
                      "max_concurrent_requests":3,"retry":"compressed","batch_window_ms":20,
                      "timeout_ms":5000})")
                  .empty());
  EXPECT_TRUE(put(R"({"retry":"hubspot"})").empty());
  EXPECT_EQ(json::dump(to_json(settings)),
            R"({"target_url":"http://127.0.0.1:1/w","subscriptions":["contact.creation"],)"
            R"("max_concurrent_requests":3,"retry":"hubspot","batch_window_ms":20,)"
            R"("timeout_ms":5000,"ca_file":"","verify":true})");
  EXPECT_EQ(settings.subscriptions[0].id, 4'578'255U);
}

TEST(Settings, HttpsReceiversMayBeTrustedByFileOrBlindly) {
  AppSettings settings{.app_id = 1};
  EXPECT_TRUE(settings.tls.verify);
  const Json body = {
      {"target_url", "https://localhost:1/"}, {"ca_file", "a.pem"}, {"verify", false}};
  EXPECT_TRUE(apply_json(body, settings).empty());
  EXPECT_EQ(settings.tls, (net::TlsOptions{.ca_file = "a.pem", .verify = false}));
}

TEST(Settings, BadOnesChangeNothing) {
  AppSettings settings{.app_id = 1, .target_url = "http://old"};
  const Json body = {{"target_url", "ftp://x"},
                     {"subscriptions", {"contact.creation", "contact.x"}},
                     {"retry", "never"},
                     {"windw", 1}};
  const auto problems = apply_json(body, settings);
  std::vector<std::string> pointers;
  for (const auto& problem : problems) {
    pointers.push_back(problem.pointer);
  }
  EXPECT_EQ(pointers,
            (std::vector<std::string>{"/windw", "/retry", "/target_url", "/subscriptions/1"}));
  EXPECT_EQ(settings.target_url, "http://old");
  EXPECT_TRUE(settings.subscriptions.empty());
}

TEST(RetrySchedule, AllGapsFitIntoADayAndCompressedIntoAMinute) {
  std::chrono::minutes sum{0};
  for (const auto gap : hubspot_retry_gaps) {
    sum += gap;
  }
  EXPECT_LE(sum * 12 / 10, 24h);
  EXPECT_LE(Duration(sum) / compressed_divisor * 12 / 10, 60s);
  EXPECT_EQ(hubspot_retry_gaps.front(), 1min);
  EXPECT_EQ(hubspot_retry_gaps.back(), 8h);
}

}  // namespace
}  // namespace hubsim::webhooks
