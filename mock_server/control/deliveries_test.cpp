// Holding, releasing and redelivering webhooks, asked for as a user would: over the control API.
#include <gtest/gtest.h>

#include "hubspot/facts/facts.h"
#include "mock_server/control/control.h"
#include "mock_server/webhooks/memory_transport.h"

namespace hubsim::control {
namespace {

struct DeliveriesTest : ::testing::Test {
  DeliveriesTest() {
    runtime_.start();
    world_.subscribe(
        [this](const portal::Change& change) { emitter_.on_change(world_.portal(), change); });
    world_.apps().on_part_changed([this](std::uint64_t app_id) {
      emitter_.configure(portal::signed_webhooks_of(world_.apps(), app_id));
    });
    (void)call(http::Method::put, "webhooks",
               R"({"target_url":"http://receiver/w","subscriptions":["contact.creation"]})");
  }
  ~DeliveriesTest() override { runtime_.stop(); }

  Json call(http::Method method, const std::string& path, const std::string& body = "{}",
            int expected = 200) {
    const http::Request request{
        .method = method, .target = std::string(control_prefix) + path, .body = body};
    const auto outcome = control_.handle(request.view());
    EXPECT_EQ(outcome.response.status, expected) << outcome.response.body;
    return outcome.response.body.empty() ? Json() : json::parse(outcome.response.body).value();
  }
  Json post(const std::string& path, const std::string& body = "{}", int expected = 200) {
    return call(http::Method::post, path, body, expected);
  }
  void create_contact() {
    const Json made = post("changes", R"({"changes":[{"op":"create","object_type":"contacts",
                                          "properties":{"firstname":"A"}}]})");
    ASSERT_EQ(made["results"][0]["status"], "ok") << json::dump(made);
  }
  void advance() { (void)post("clock/advance", R"({"by":"1s"})"); }
  /// Deliveries that were answered.
  std::uint64_t delivered() {
    return call(http::Method::get, "webhooks", "")["delivered"].get<std::uint64_t>();
  }

  Runtime runtime_{{.mode = ClockMode::manual}};
  gateway::World world_{{.seed = 1, .limits_on = false}, hubspot::load_facts(), runtime_.clock()};
  gateway::Gateway gateway_{world_};
  webhooks::MemoryTransport transport_{
      [](const webhooks::DeliveryRequest&) { return webhooks::DeliveryResult{.status = 204}; }};
  webhooks::Emitter emitter_{{.portal_id = 1, .types = types()},
                             {.clock = runtime_.clock(),
                              .timers = runtime_.timers(),
                              .transport = transport_,
                              .signature_clock = runtime_.clock(),
                              .rules = [this](const faults::DeliveryFacts& facts) {
                                return world_.faults().decide_delivery(facts);
                              }}};
  Control control_{{world_, runtime_, emitter_}, gateway_};

 private:
  webhooks::TypeNames types() {
    webhooks::TypeNames names;
    for (std::size_t i = 0; i < world_.portal().type_count(); ++i) {
      const auto& fact = world_.portal().type(static_cast<portal::TypeIndex>(i)).fact();
      names.push_back({fact.type_id, fact.singular});
    }
    return names;
  }
};

TEST_F(DeliveriesTest, HoldsUntilReleased) {
  EXPECT_EQ(post("webhooks/hold")["holding"], true);
  create_contact();
  advance();
  EXPECT_EQ(delivered(), 0U);
  EXPECT_EQ(call(http::Method::get, "webhooks", "")["held_events"], 1);
  EXPECT_EQ(post("webhooks/release")["released"], 1);
  advance();
  EXPECT_EQ(delivered(), 1U);
}

TEST_F(DeliveriesTest, ARulesReleaseRemovalAndReplacementLetGo) {
  const auto put_rule = [&] {
    (void)call(http::Method::put, "faults/shut", R"({"kind":"webhook_hold"})");
  };
  put_rule();
  create_contact();
  EXPECT_EQ(post("webhooks/release", R"({"rule":"other"})")["released"], 0);
  EXPECT_EQ(post("webhooks/release", R"({"rule":"shut"})")["released"], 1);
  create_contact();
  put_rule();
  create_contact();
  advance();
  EXPECT_EQ(delivered(), 2U) << "the third is held by the rule as it was put again";
  (void)call(http::Method::del, "faults/shut", "", 204);
  advance();
  EXPECT_EQ(delivered(), 3U);
  put_rule();
  create_contact();
  (void)call(http::Method::del, "faults", "", 204);
  advance();
  EXPECT_EQ(delivered(), 4U);
}

TEST_F(DeliveriesTest, RedeliversByNumber) {
  create_contact();
  advance();
  EXPECT_EQ(post("webhooks/deliveries/1/redeliver")["redelivery_of"], 1);
  advance();
  const Json page = call(http::Method::get, "webhooks/deliveries", "");
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
