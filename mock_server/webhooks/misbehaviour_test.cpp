// What rules do to webhooks, and the two properties everything else rests on: every change leads to
// exactly its events, and misbehaviour depends on the seed and the records, not on timing.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "common/random/prng.h"
#include "hubspot/rules/signature.h"
#include "mock_server/webhooks/emitter_test_rig.h"

namespace hubsim::webhooks {
namespace {

using namespace std::chrono_literals;

MemoryTransport::Answer always(int status) {
  return [status](const DeliveryRequest&) { return answered(status); };
}

TEST(Misbehaviour, DroppedEventsAreOnlyInTheLog) {
  EmitterRig rig(1, always(204));
  rig.subscribe({"contact.creation"});
  rig.put_rule("dark", R"({"kind":"webhook_drop"})");
  rig.create(1);
  rig.advance(1s);
  EXPECT_TRUE(rig.transport.requests.empty());
  EXPECT_EQ(rig.emitter.state().dropped, 1U);
  EXPECT_TRUE(rig.emitter.idle());
  const Json record = rig.emitter.log().page(0, 10)["results"][0];
  EXPECT_EQ(record["outcome"], "suppressed");
  EXPECT_EQ(record["faults"], Json::array({"dark"}));
  EXPECT_EQ(record["events"][0]["lineage"], "people/1");
}

TEST(Misbehaviour, DelayedEventsComeLaterOnThePortalsClock) {
  EmitterRig rig(1, always(204));
  rig.subscribe({"contact.creation"});
  rig.put_rule("late", R"({"kind":"webhook_delay","delay":"2h"})");
  rig.create(1);
  rig.advance(119min);
  EXPECT_TRUE(rig.transport.requests.empty());
  EXPECT_FALSE(rig.emitter.idle());
  rig.advance(1min);
  EXPECT_EQ(rig.events().size(), 1U);
}

TEST(Misbehaviour, DuplicatesHaveTheSameOrANewId) {
  for (const bool is_new : {false, true}) {
    EmitterRig rig(1, always(204));
    rig.subscribe({"contact.creation"});
    rig.put_rule("twice", is_new ? R"({"kind":"webhook_duplicate","event_id":"new","after":"1s"})"
                                 : R"({"kind":"webhook_duplicate","after":"1s"})");
    rig.create(1);
    rig.advance(500ms);
    EXPECT_EQ(rig.events().size(), 1U);
    rig.advance(500ms);
    const auto events = rig.events();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0]["eventId"] != events[1]["eventId"], is_new);
    EXPECT_EQ(rig.emitter.state().delivered, 2U);
  }
}

TEST(Misbehaviour, ReorderedEventsAreOvertaken) {
  EmitterRig rig(1, always(204));
  rig.subscribe({"contact.propertyChange"});
  rig.put_rule("mix", R"({"kind":"webhook_reorder","within":"800ms","budget":1})");
  rig.update(1, "phone", "old");
  rig.advance(200ms);
  rig.update(1, "phone", "new");
  rig.advance(1s);
  const auto events = rig.events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]["propertyValue"], "new");
  EXPECT_EQ(events[1]["propertyValue"], "old");
  EXPECT_LT(events[1]["occurredAt"], events[0]["occurredAt"]);
}

TEST(Misbehaviour, ForgedRequestsAreExtraAndWronglySigned) {
  EmitterRig rig(1, always(401));
  rig.subscribe({"contact.propertyChange"});
  rig.put_rule("lie", R"({"kind":"webhook_forge","budget":1})");
  rig.update(1, "phone", "1");
  rig.advance(1s);
  ASSERT_EQ(rig.transport.requests.size(), 2U);
  const auto& real = rig.transport.requests[0];
  const auto& forged = rig.transport.requests[1];
  EXPECT_NE(real.body.find(R"("propertyValue":"1")"), std::string::npos);
  EXPECT_NE(forged.body.find(R"("propertyValue":"forged-)"), std::string::npos);
  const auto v1_of = [](const DeliveryRequest& request) { return request.headers[4].second; };
  EXPECT_EQ(v1_of(real), hubspot::signature_v1(rig_secret, real.body));
  EXPECT_NE(v1_of(forged), hubspot::signature_v1(rig_secret, forged.body));
  const Json page = rig.emitter.log().page(0, 10);
  EXPECT_TRUE(page["results"][0]["forged"].is_null());
  EXPECT_TRUE(page["results"][0]["faults"].empty());
  EXPECT_EQ(page["results"][1]["faults"], Json::array({"lie"}));
  EXPECT_EQ(page["results"][1]["forged"], "wrong_secret");
  EXPECT_EQ(page["results"][1]["outcome"], "rejected");
  // Only the real one is tried again.
  EXPECT_EQ(rig.emitter.state().waiting_retries, 1U);
  EXPECT_EQ(rig.emitter.state().forged_sent, 1U);
  EXPECT_EQ(rig.emitter.state().forged_acked, 0U);
}

TEST(Misbehaviour, AStaleForgeryIsRightlySignedButOld) {
  EmitterRig rig(1, always(204));
  rig.subscribe({"contact.creation"});
  rig.put_rule("old", R"({"kind":"webhook_forge","how":"stale_timestamp"})");
  rig.create(1);
  rig.advance(1s);
  const auto& forged = rig.transport.requests.at(1);
  const std::int64_t old = 1'700'000'300'000 - 6 * 60'000;
  EXPECT_EQ(forged.headers[3].second, std::to_string(old));
  EXPECT_EQ(forged.headers[5].second,
            hubspot::signature_v3(rig_secret, {"POST", forged.url, forged.body}, old));
  // A creation has no value to plant: the forgery claims the opposite of a real object.
  EXPECT_NE(forged.body.find(R"("subscriptionType":"contact.deletion")"), std::string::npos);
  EXPECT_EQ(rig.emitter.state().forged_acked, 1U);
  EXPECT_EQ(rig.emitter.state().delivered, 1U);
}

/// One run over 200 records with 5 updates each, in an order and at times that `timing` shuffles.
struct Played {
  std::multiset<std::string> expected;
  std::multiset<std::string> delivered;  ///< last word on each: acked, by record and value
  std::multiset<std::string> given_up;
  std::multiset<std::string> misbehaviour;  ///< record, value and rules of every bent event
  EmitterState state;
};

std::string name_of(const Json& event) {
  return event["object_id"].get<std::string>() + "=" + event["property_value"].get<std::string>();
}

void read_log(EmitterRig& rig, Played& run) {
  const Json page = rig.emitter.log().page(0, 1'000'000);
  for (const Json& record : page["results"]) {
    for (const Json& event : record["events"]) {
      if (!record["forged"].is_null() && record["faults"].empty()) {
        ADD_FAILURE() << "a forgery without its rule";
      }
      if (record["forged"].is_null() && record["outcome"] == "acked") {
        run.delivered.insert(name_of(event));
      }
      if (record["outcome"] == "rejected" && record["attempt"] == max_attempts - 1) {
        run.given_up.insert(name_of(event));
      }
    }
  }
}

Played play(std::uint64_t seed, std::uint64_t timing, int failing_percent) {
  Prng luck(timing);
  EmitterRig rig(seed, [&](const DeliveryRequest&) {
    return answered(luck.below(100) < static_cast<std::uint64_t>(failing_percent) ? 500 : 200);
  });
  rig.subscribe({"contact.propertyChange"}, 3);
  Played run;
  std::vector<int> left(200, 5);
  std::size_t remaining = 1000;
  while (remaining > 0) {
    const std::uint64_t record = luck.below(200);
    if (left[record] == 0) {
      continue;
    }
    const std::string value = std::to_string(5 - left[record]);
    --left[record];
    --remaining;
    run.expected.insert(std::to_string(record) + "=" + value);
    rig.update(record, "phone", value);
    rig.advance(Duration(luck.below(20'000)));
  }
  rig.advance(48h);
  EXPECT_TRUE(rig.emitter.idle());
  run.state = rig.emitter.state();
  read_log(rig, run);
  return run;
}

TEST(Property, EveryChangeLeadsToExactlyItsEvents) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Played run = play(seed, seed, 40);
    std::multiset<std::string> settled = run.delivered;
    settled.insert(run.given_up.begin(), run.given_up.end());
    EXPECT_EQ(settled, run.expected) << "seed " << seed;
    EXPECT_EQ(run.state.born, 1000U);
    EXPECT_EQ(run.state.delivered, run.delivered.size());
    EXPECT_EQ(run.state.failed, run.given_up.size());
    EXPECT_EQ(run.state.waiting_retries, 0U);
  }
}

/// Everything the rules did in one run, said without times, ids and batches.
struct Bent {
  std::multiset<std::string> dropped;
  std::multiset<std::string> delivered;  ///< a duplicated event stands here twice
  std::set<std::string> forged;          ///< record and planted value
  std::map<std::string, std::uint64_t> hits;
  EmitterState state;
};

void read_bent(EmitterRig& rig, Bent& bent) {
  const Json page = rig.emitter.log().page(0, 1'000'000);
  for (const Json& record : page["results"]) {
    for (const Json& event : record["events"]) {
      if (!record["forged"].is_null()) {
        bent.forged.insert(name_of(event));
      } else if (record["outcome"] == "suppressed") {
        bent.dropped.insert(name_of(event));
      } else {
        bent.delivered.insert(name_of(event));
      }
    }
  }
  const Json list = rig.rules.list(false);
  for (const Json& rule : list["results"]) {
    bent.hits[rule["id"].get<std::string>()] = rule["hits"].get<std::uint64_t>();
  }
  bent.state = rig.emitter.state();
}

Bent bend(std::uint64_t seed, std::uint64_t timing) {
  EmitterRig rig(seed, always(200));
  rig.subscribe({"contact.propertyChange"});
  rig.put_rule("dark", R"({"kind":"webhook_drop","share":"10%"})");
  rig.put_rule("late", R"js({"kind":"webhook_delay","delay":"uniform(1s, 9s)","share":"10%"})js");
  rig.put_rule("twice", R"({"kind":"webhook_duplicate","share":"10%"})");
  rig.put_rule("mix", R"({"kind":"webhook_reorder","share":"10%"})");
  rig.put_rule("lie", R"({"kind":"webhook_forge","share":"5%"})");
  Prng luck(timing);
  std::vector<int> left(100, 5);
  for (int remaining = 500; remaining > 0;) {
    const std::uint64_t record = luck.below(100);
    if (left[record] == 0) {
      continue;
    }
    rig.update(record, "phone", std::to_string(5 - left[record]));
    --left[record];
    --remaining;
    rig.advance(Duration(luck.below(50'000)));
  }
  rig.advance(1min);
  Bent bent;
  read_bent(rig, bent);
  return bent;
}

TEST(Property, MisbehaviourFollowsTheSeedWhateverTheTiming) {
  const Bent first = bend(11, 0);
  for (std::uint64_t timing = 1; timing < 10; ++timing) {
    const Bent other = bend(11, timing);
    EXPECT_EQ(other.dropped, first.dropped);
    EXPECT_EQ(other.delivered, first.delivered);
    EXPECT_EQ(other.forged, first.forged);
    EXPECT_EQ(other.hits, first.hits);
  }
  EXPECT_NE(bend(12, 0).dropped, first.dropped);
}

TEST(Property, WhatWasSentEqualsTheDecisions) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Bent bent = bend(seed, seed);
    for (const auto& [rule, hits] : bent.hits) {
      EXPECT_GT(hits, 0U) << rule;
    }
    EXPECT_EQ(bent.dropped.size(), bent.hits["dark"]);
    EXPECT_EQ(bent.state.dropped, bent.hits["dark"]);
    EXPECT_EQ(bent.forged.size(), bent.hits["lie"]);
    EXPECT_EQ(bent.state.forged_sent, bent.hits["lie"]);
    // Of a dropped event there is no copy.
    EXPECT_LE(bent.state.born, 500 + bent.hits["twice"]);
    EXPECT_EQ(bent.state.born, bent.state.delivered + bent.state.dropped);
    EXPECT_EQ(bent.delivered.size(), bent.state.delivered);
    EXPECT_EQ(std::set<std::string>(bent.delivered.begin(), bent.delivered.end()).size(),
              500 - bent.state.dropped);
  }
}

}  // namespace
}  // namespace hubsim::webhooks
