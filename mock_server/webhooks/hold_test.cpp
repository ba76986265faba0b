// Events held back and let go, bursts, malformed requests, replays and redeliveries: what is sent
// when, what the journal says of it, and that nothing real is lost or counted twice.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "hubspot/rules/signature.h"
#include "mock_server/webhooks/emitter_test_rig.h"
#include "mock_server/webhooks/request.h"

namespace hubsim::webhooks {
namespace {

using namespace std::chrono_literals;

MemoryTransport::Answer always(int status) {
  return [status](const DeliveryRequest&) { return answered(status); };
}

Json journal(const EmitterRig& rig) { return rig.emitter.log().page(0, 1000)["results"]; }

struct HoldTest : ::testing::Test {
  HoldTest() { rig.subscribe({"contact.creation", "contact.propertyChange"}); }
  EmitterRig rig{1, always(204)};
};

TEST_F(HoldTest, AHeldEventWaitsForRelease) {
  rig.put_rule("shut", R"({"kind":"webhook_hold","match":{"operation":"contact.creation"}})");
  rig.create(1);
  rig.update(1, "phone", "1");
  rig.create(2);
  rig.advance(24h);
  ASSERT_EQ(rig.events().size(), 1U) << "what does not match goes";
  EXPECT_EQ(rig.emitter.state().held_events, 2U);
  EXPECT_EQ(rig.emitter.state().queued_events, 2U);
  EXPECT_FALSE(rig.emitter.idle());
  EXPECT_EQ(rig.emitter.release_rule("other"), 0U);
  EXPECT_EQ(rig.emitter.release_rule("shut"), 2U);
  rig.advance(0ms);
  EXPECT_TRUE(rig.emitter.idle());
  ASSERT_EQ(rig.transport.requests.size(), 2U) << "together, in one request";
  EXPECT_EQ(rig.events()[1]["objectId"], 1);
  EXPECT_EQ(rig.events()[2]["objectId"], 2);
  EXPECT_EQ(journal(rig)[1]["faults"], Json::array({"shut"}));
  EXPECT_EQ(rig.emitter.state().delivered, 3U);
  rig.create(3);
  rig.advance(1h);
  EXPECT_EQ(rig.emitter.state().held_events, 1U) << "the rule goes on";
}

TEST_F(HoldTest, TheRulesEndLetsGo) {
  const std::int64_t until = to_unix_ms(rig.clock.now() + 1h);
  rig.put_rule("shut",
               (R"({"kind":"webhook_hold","until_ms":)" + std::to_string(until) + "}").c_str());
  rig.create(1);
  rig.advance(59min);
  EXPECT_TRUE(rig.events().empty());
  rig.advance(1min);
  EXPECT_EQ(rig.events().size(), 1U);
  EXPECT_EQ(rig.emitter.state().held_events, 0U);
}

TEST_F(HoldTest, ABurstGoesAtOnceInWholeBatches) {
  rig.put_rule("burst", R"({"kind":"webhook_burst","every":"1m"})");
  const Duration into = rig.clock.now().time_since_epoch() % 1min;
  rig.advance(1min - into);
  for (std::uint64_t i = 0; i < 50; ++i) {
    rig.create(i);
    rig.update(i, "phone", "1");
    rig.update(i, "city", "Bonn");
    rig.advance(1s);
  }
  EXPECT_TRUE(rig.transport.requests.empty());
  rig.advance(10s);
  ASSERT_EQ(rig.transport.requests.size(), 2U);
  EXPECT_EQ(json::parse(rig.transport.requests[0].body).value().size(), 100U);
  EXPECT_EQ(rig.emitter.state().delivered, 150U);
}

TEST_F(HoldTest, TwoHoldsMustBothEnd) {
  rig.put_rule("a", R"({"kind":"webhook_hold"})");
  rig.put_rule("b", R"({"kind":"webhook_hold"})");
  rig.create(1);
  EXPECT_EQ(rig.emitter.release_rule("a"), 0U);
  EXPECT_EQ(rig.emitter.release_rule("b"), 1U);
}

TEST_F(HoldTest, HoldingEverythingOutlastsTheRules) {
  rig.emitter.hold_all();
  rig.put_rule("a", R"({"kind":"webhook_hold"})");
  rig.create(1);
  EXPECT_EQ(rig.emitter.release_rule(""), 0U);
  rig.advance(1h);
  EXPECT_TRUE(rig.events().empty());
  EXPECT_EQ(rig.emitter.release_all(), 1U);
  rig.rules.clear();
  rig.create(2);
  rig.advance(1s);
  EXPECT_EQ(rig.events().size(), 2U);
}

TEST_F(HoldTest, HeldEventsCountAgainstTheQueuesBound) {
  EmitterRig small(1, always(204), 2);
  small.subscribe({"contact.creation"});
  small.emitter.hold_all();
  for (std::uint64_t i = 0; i < 5; ++i) {
    small.create(i);
  }
  EXPECT_EQ(small.emitter.state().held_events, 2U);
  EXPECT_EQ(small.emitter.state().overflowed, 3U);
  small.emitter.reset();
  EXPECT_EQ(small.emitter.state().held_events, 0U);
  small.subscribe({"contact.creation"});
  small.create(9);
  small.advance(1s);
  EXPECT_EQ(small.events().size(), 1U) << "a reset ends the holding";
}

TEST_F(HoldTest, ATruncatedDeliveryIsTriedAgainThoughItWasAccepted) {
  rig.put_rule("cut", R"({"kind":"webhook_malform","how":"truncated","budget":1})");
  rig.create(1);
  rig.create(2);
  rig.advance(1s);
  ASSERT_EQ(rig.transport.requests.size(), 2U) << "in a request of its own";
  const auto& cut = rig.transport.requests[1];
  EXPECT_FALSE(json::parse(cut.body).ok());
  EXPECT_EQ(cut.headers[4].second, hubspot::signature_v1(rig_secret, cut.body));
  EXPECT_EQ(rig.emitter.state().delivered, 1U);
  EXPECT_EQ(rig.emitter.state().waiting_retries, 1U);
  rig.advance(2min);
  ASSERT_EQ(rig.transport.requests.size(), 3U);
  const Json again = json::parse(rig.transport.requests[2].body).value();
  EXPECT_EQ(again[0]["objectId"], 1);
  EXPECT_EQ(again[0]["attemptNumber"], 1);
  EXPECT_EQ(rig.emitter.state().delivered, 2U);
  EXPECT_EQ(rig.emitter.state().malformed_sent, 1U);
  const Json log = journal(rig);
  EXPECT_EQ(log[1]["malformed"], "truncated");
  EXPECT_EQ(log[1]["faults"], Json::array({"cut"}));
  EXPECT_TRUE(log[2]["malformed"].is_null());
}

TEST_F(HoldTest, OtherMalformedRequestsComeBesideAndOnce) {
  const std::map<std::string, std::size_t> ways{
      {"oversized", oversized_batch}, {"unknown_event_type", 1}, {"unknown_fields", 1}};
  for (const auto& [how, events] : ways) {
    EmitterRig one(1, always(500));
    one.subscribe({"contact.creation"});
    one.put_rule("bad", (R"({"kind":"webhook_malform","how":")" + how + "\"}").c_str());
    one.create(7);
    one.advance(1s);
    ASSERT_EQ(one.transport.requests.size(), 2U) << how;
    const auto& bad = one.transport.requests[1];
    EXPECT_EQ(bad.headers[4].second, hubspot::signature_v1(rig_secret, bad.body));
    const Json body = json::parse(bad.body).value();
    EXPECT_EQ(body.size(), events) << how;
    EXPECT_EQ(body[0]["subscriptionType"] == "contact.hubsimUnknown", how == "unknown_event_type");
    EXPECT_EQ(body[0].contains("hubsimNested"), how == "unknown_fields");
    EXPECT_EQ(journal(one)[1]["malformed"], how);
    EXPECT_EQ(journal(one)[1]["faults"], Json::array({"bad"}));
    EXPECT_EQ(one.emitter.state().born, 1U);
    EXPECT_EQ(one.emitter.state().malformed_sent, 1U);
    EXPECT_EQ(one.emitter.state().waiting_retries, 1U) << "only the real one";
    one.advance(48h);
    EXPECT_EQ(one.emitter.state().failed, 1U);
    EXPECT_EQ(one.transport.requests.size(), 11U);
  }
}

TEST_F(HoldTest, ADamagedSignatureIsNobodysSignature) {
  rig.put_rule("lie", R"({"kind":"webhook_forge","how":"wrong_signature"})");
  rig.create(1);
  rig.advance(1s);
  const auto& bad = rig.transport.requests.at(1);
  const std::string v1 = hubspot::signature_v1(rig_secret, bad.body);
  EXPECT_NE(bad.headers[4].second, v1);
  EXPECT_EQ(bad.headers[4].second.size(), v1.size());
  EXPECT_EQ(bad.headers[4].second.substr(1), v1.substr(1));
  EXPECT_EQ(journal(rig)[1]["forged"], "wrong_signature");
}

TEST_F(HoldTest, AReplayIsTheOldRequestByteForByte) {
  rig.put_rule("again", R"({"kind":"webhook_forge","how":"replay","budget":1})");
  rig.create(1);
  rig.create(2);
  rig.advance(1s);
  ASSERT_EQ(rig.transport.requests.size(), 2U);
  rig.signature_clock.set(rig.signature_clock.now() + 7min);
  rig.advance(7min);
  ASSERT_EQ(rig.transport.requests.size(), 3U);
  EXPECT_EQ(rig.transport.requests[2].body, rig.transport.requests[1].body);
  EXPECT_EQ(rig.transport.requests[2].headers, rig.transport.requests[1].headers);
  const Json last = journal(rig)[2];
  EXPECT_EQ(last["forged"], "replay");
  EXPECT_EQ(last["faults"], Json::array({"again"}));
  EXPECT_TRUE(journal(rig)[1]["faults"].empty()) << "the original is a real delivery";
  EXPECT_EQ(rig.emitter.state().born, 2U);
  EXPECT_EQ(rig.emitter.state().delivered, 2U);
  EXPECT_EQ(rig.emitter.state().forged_sent, 1U);
  EXPECT_TRUE(rig.emitter.idle());
}

TEST_F(HoldTest, AReplayIsOldByTheReceiversClockThoughThePortalsRunsFaster) {
  rig.put_rule("again", R"({"kind":"webhook_forge","how":"replay","after":"5s"})");
  rig.create(1);
  rig.advance(10s);  // the signature clock stands still
  const auto& replay = rig.transport.requests.at(1);
  EXPECT_EQ(replay.body, rig.transport.requests[0].body);
  const std::int64_t old = to_unix_ms(rig.signature_clock.now() - stale_age);
  EXPECT_EQ(replay.headers[3].second, std::to_string(old));
  EXPECT_EQ(replay.headers[5].second,
            hubspot::signature_v3(rig_secret, {"POST", replay.url, replay.body}, old));
}

TEST_F(HoldTest, ARedeliveryIsTheNextAttemptSignedAnew) {
  rig.create(1);
  rig.advance(1s);
  rig.signature_clock.set(rig.signature_clock.now() + 1h);
  EXPECT_FALSE(rig.emitter.redeliver(1).has_value());
  rig.advance(0ms);
  ASSERT_EQ(rig.transport.requests.size(), 2U);
  const auto events = rig.events();
  EXPECT_EQ(events[1]["eventId"], events[0]["eventId"]);
  EXPECT_EQ(events[1]["attemptNumber"], 1);
  const std::int64_t now = to_unix_ms(rig.signature_clock.now());
  EXPECT_EQ(rig.transport.requests[1].headers[3].second, std::to_string(now));
  EXPECT_EQ(journal(rig)[1]["redelivery_of"], 1);
  EXPECT_EQ(rig.emitter.state().born, 2U);
  EXPECT_EQ(rig.emitter.state().delivered, 2U);
}

TEST_F(HoldTest, WhatARuleDroppedCanBeDeliveredAfterAll) {
  rig.put_rule("dark", R"({"kind":"webhook_drop"})");
  rig.create(1);
  rig.advance(1s);
  EXPECT_FALSE(rig.emitter.redeliver(1).has_value());
  rig.advance(0ms);
  EXPECT_EQ(rig.events().at(0)["attemptNumber"], 0);
}

TEST_F(HoldTest, RedeliveriesAreRefusedWithTheReason) {
  rig.put_rule("lie", R"({"kind":"webhook_forge"})");
  rig.create(1);
  rig.advance(1s);
  const auto unknown = rig.emitter.redeliver(99);
  ASSERT_TRUE(unknown && unknown->not_found);
  const auto forged = rig.emitter.redeliver(2);
  ASSERT_TRUE(forged && !forged->not_found);
  EXPECT_NE(forged->reason.find("not a real one"), std::string::npos);
  EmitterRig slow;
  slow.subscribe({"contact.creation"});
  slow.create(1);
  slow.advance(1s);
  ASSERT_TRUE(slow.emitter.redeliver(1).has_value());
  EXPECT_NE(slow.emitter.redeliver(1)->reason.find("in flight"), std::string::npos);
}

}  // namespace
}  // namespace hubsim::webhooks
