#include "mock_server/webhooks/emitter.h"

#include <gtest/gtest.h>

#include <set>

#include "hubspot/rules/signature.h"
#include "mock_server/webhooks/emitter_test_rig.h"

namespace hubsim::webhooks {
namespace {

using namespace std::chrono_literals;

std::string header(const DeliveryRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) {
      return value;
    }
  }
  return "";
}

TEST(Emitter, DeliversTheRecordedRequest) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  rig.subscribe({"contact.creation"});
  rig.create(267448862446);
  EXPECT_TRUE(rig.transport.requests.empty()) << "nothing is sent under the portal's lock";
  rig.advance(100ms);
  ASSERT_EQ(rig.transport.requests.size(), 1U);
  const DeliveryRequest& request = rig.transport.requests[0];
  EXPECT_EQ(request.url, "https://www.example.com/webhook_uri");
  EXPECT_EQ(request.timeout, 10s);
  std::vector<std::string> names;
  for (const auto& [name, value] : request.headers) {
    names.push_back(name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{
                       "accept", "content-type", "user-agent", "x-hubspot-request-timestamp",
                       "x-hubspot-signature", "x-hubspot-signature-v3",
                       "x-hubspot-signature-version", "x-hubspot-timeout-millis"}));
  const Json event = json::parse(request.body).value()[0];
  const std::string event_id = std::to_string(event["eventId"].get<std::uint64_t>());
  EXPECT_EQ(request.body, R"([{"eventId":)" + event_id +
                              R"(,"subscriptionId":4578255,"portalId":242711451,"appId":19635961,)"
                              R"("occurredAt":1769081993375,"subscriptionType":"contact.creation",)"
                              R"("attemptNumber":0,"objectId":267448862446,"changeFlag":"CREATED",)"
                              R"("changeSource":"CRM_UI","sourceId":"userId:52530071"}])");
  EXPECT_EQ(rig.emitter.state().delivered, 1U);
  EXPECT_TRUE(rig.emitter.idle());
}

TEST(Emitter, SignsV1AndV3WithTheSignatureClock) {
  EmitterRig rig(1, [](const auto&) { return answered(200); });
  rig.subscribe({"contact.deletion"});
  rig.archive(101);
  rig.advance(1s);
  const DeliveryRequest& request = rig.transport.requests.at(0);
  EXPECT_EQ(header(request, "x-hubspot-request-timestamp"), "1700000300000");
  EXPECT_EQ(header(request, "x-hubspot-signature"),
            hubspot::signature_v1(rig_secret, request.body));
  EXPECT_EQ(header(request, "x-hubspot-signature-v3"),
            hubspot::signature_v3(rig_secret, {"POST", request.url, request.body}, 1700000300000));
  EXPECT_NE(request.body.find(R"("changeFlag":"DELETED")"), std::string::npos);
}

TEST(Emitter, ACreationBringsOneEventForEachSubscribedProperty) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  rig.subscribe({"contact.creation", "contact.propertyChange:email",
                 "object.propertyChange@0-1:city", "company.creation"});
  auto created = rig.change(portal::ChangeKind::created, 7);
  created.properties = {{"email", "a@b.org"}, {"city", "Bonn"}, {"phone", "1"}};
  rig.emitter.on_change(created);
  rig.advance(1s);
  const auto events = rig.events();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0]["subscriptionType"], "contact.creation");
  EXPECT_EQ(json::dump(events[1]["propertyName"]), R"("email")");
  EXPECT_EQ(events[1]["propertyValue"], "a@b.org");
  EXPECT_FALSE(events[1].contains("changeFlag"));
  EXPECT_EQ(events[2]["subscriptionType"], "object.propertyChange");
  EXPECT_EQ(events[2]["objectTypeId"], "0-1");
  EXPECT_EQ(events[2]["subscriptionId"], 4578257);
}

TEST(Emitter, NeverTellsOfLastModified) {
  EmitterRig rig;
  rig.subscribe({"contact.propertyChange"});
  rig.update(1, "hs_lastmodifieddate", "1");
  rig.update(1, "num_unique_conversion_events", "1");
  EXPECT_EQ(rig.emitter.state().born, 0U);
}

TEST(Emitter, AssociationChangesNameBothSides) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  rig.subscribe({"contact.associationChange", "object.associationChange"});
  auto link = rig.change(portal::ChangeKind::associated, 7);
  link.association =
      portal::AssociationChange{.to_type = 1, .to_id = 9, .type_id = 1, .primary = true};
  rig.emitter.on_change(link);
  rig.advance(1s);
  const auto events = rig.events();
  ASSERT_EQ(events.size(), 2U);
  Json plain = events[0];
  plain.erase("eventId");
  EXPECT_EQ(json::dump(plain),
            R"({"subscriptionId":4578255,"portalId":242711451,"appId":19635961,)"
            R"("occurredAt":1769081993375,"subscriptionType":"contact.associationChange",)"
            R"("attemptNumber":0,"changeSource":"USER","associationType":"CONTACT_TO_COMPANY",)"
            R"("fromObjectId":7,"toObjectId":9,"associationRemoved":false,)"
            R"("isPrimaryAssociation":true,"sourceId":"userId:52530071"})");
  EXPECT_EQ(events[1]["associationTypeId"], 1);
  EXPECT_EQ(events[1]["toObjectTypeId"], "0-2");
}

TEST(Emitter, GathersAWindowIntoBatchesOfAtMostAHundred) {
  EmitterRig rig;
  rig.subscribe({"contact.creation"});
  for (std::uint64_t i = 0; i < 250; ++i) {
    rig.create(i);
  }
  rig.advance(0ms);  // a full batch does not wait for the window
  std::vector<std::size_t> sizes;
  for (const auto& request : rig.transport.requests) {
    sizes.push_back(json::parse(request.body).value().size());
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{100, 100, 50}));
}

TEST(Emitter, WaitsForTheWindowAndNotLonger) {
  EmitterRig rig;
  rig.subscribe({"contact.creation"});
  rig.create(1);
  rig.advance(60ms);
  rig.create(2);
  EXPECT_TRUE(rig.transport.requests.empty());
  EXPECT_FALSE(rig.emitter.idle());
  rig.advance(40ms);
  EXPECT_EQ(rig.events().size(), 2U);
  rig.create(3);
  rig.advance(100ms);
  EXPECT_EQ(rig.events().size(), 3U);
}

TEST(Emitter, CapsConcurrentRequestsAndBatchesWhatWaits) {
  EmitterRig rig;
  rig.subscribe({"contact.creation"}, 2);
  for (std::uint64_t i = 0; i < 5; ++i) {
    rig.create(i);
    rig.advance(100ms);
  }
  EXPECT_EQ(rig.transport.requests.size(), 2U);
  EXPECT_EQ(rig.emitter.in_flight(), 2U);
  EXPECT_EQ(rig.emitter.state().queued_events, 3U);
  rig.transport.answer_next(answered(200));
  ASSERT_EQ(rig.transport.requests.size(), 3U);
  EXPECT_EQ(json::parse(rig.transport.requests[2].body).value().size(), 3U);
  rig.transport.answer_next(answered(200));
  rig.transport.answer_next(answered(200));
  EXPECT_TRUE(rig.emitter.idle());
  EXPECT_EQ(rig.emitter.state().delivered, 5U);
}

/// Instants, relative to the first, at which one event's attempts were sent.
std::vector<Duration> attempt_times(RetrySchedule schedule, DeliveryResult result,
                                    std::uint64_t seed = 1) {
  std::vector<Instant> sent;
  const ManualClock* clock = nullptr;
  EmitterRig rig(seed, [&](const auto&) {
    sent.push_back(clock->now());
    return result;
  });
  clock = &rig.clock;
  rig.subscribe({"contact.creation"});
  AppSettings settings = rig.emitter.settings(rig_app);
  settings.retry = schedule;
  rig.emitter.configure(settings);
  rig.create(1);
  rig.advance(48h);
  EXPECT_EQ(rig.emitter.state().failed, 1U);
  const auto events = rig.events();
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i]["attemptNumber"], i);
    EXPECT_EQ(events[i]["eventId"], events[0]["eventId"]);
  }
  std::vector<Duration> times;
  for (const Instant instant : sent) {
    times.push_back(instant - sent[0]);
  }
  return times;
}

TEST(Emitter, RetriesTenTimesWithinADay) {
  for (const auto& result : {answered(400), answered(302), answered(503),
                             DeliveryResult{.kind = DeliveryResult::Kind::timeout},
                             DeliveryResult{.kind = DeliveryResult::Kind::connection_failed}}) {
    const auto times = attempt_times(RetrySchedule::hubspot, result);
    ASSERT_EQ(times.size(), 10U);
    for (std::size_t i = 1; i < times.size(); ++i) {
      const Duration gap = times[i] - times[i - 1];
      EXPECT_GE(gap, hubspot_retry_gaps[i - 1] * 8 / 10);
      EXPECT_LE(gap, hubspot_retry_gaps[i - 1] * 12 / 10);
    }
    EXPECT_LT(times.back(), 24h);
    EXPECT_GT(times.back(), 8h);
  }
}

TEST(Emitter, CompressedEndsWithinAMinuteInTheSameShape) {
  const auto real = attempt_times(RetrySchedule::hubspot, answered(500));
  const auto compressed = attempt_times(RetrySchedule::compressed, answered(500));
  ASSERT_EQ(compressed.size(), real.size());
  EXPECT_LT(compressed.back(), 1min);
  EXPECT_GT(compressed.back(), 30s);
  for (std::size_t i = 1; i < real.size(); ++i) {
    EXPECT_LT(std::chrono::abs(real[i] / compressed_divisor - compressed[i]), 1ms);
  }
}

TEST(Emitter, JitterFollowsTheSeed) {
  EXPECT_EQ(attempt_times(RetrySchedule::hubspot, answered(500), 3),
            attempt_times(RetrySchedule::hubspot, answered(500), 3));
  EXPECT_NE(attempt_times(RetrySchedule::hubspot, answered(500), 3),
            attempt_times(RetrySchedule::hubspot, answered(500), 4));
}

TEST(Emitter, AWaitingRetryIsNotBusyAndEndsOnSuccess) {
  EmitterRig rig;
  rig.subscribe({"contact.creation"});
  rig.create(1);
  rig.advance(100ms);
  rig.transport.answer_next(answered(500));
  EXPECT_TRUE(rig.emitter.idle());
  EXPECT_EQ(rig.emitter.state().waiting_retries, 1U);
  rig.advance(2min);
  EXPECT_EQ(rig.emitter.in_flight(), 1U);
  rig.transport.answer_next(answered(200));
  EXPECT_EQ(rig.emitter.state().waiting_retries, 0U);
  EXPECT_EQ(rig.emitter.state().delivered, 1U);
}

TEST(Emitter, AFullQueueIsCounted) {
  EmitterRig rig(1, {}, 3);
  rig.subscribe({"contact.creation"});
  for (std::uint64_t i = 0; i < 5; ++i) {
    rig.create(i);
  }
  rig.advance(100ms);
  EXPECT_EQ(rig.emitter.state().overflowed, 2U);
  rig.transport.answer_next(answered(200));
  EXPECT_EQ(rig.emitter.state().delivered, 3U);
  rig.create(6);
  EXPECT_EQ(rig.emitter.state().overflowed, 2U);
}

TEST(Emitter, ResetForgetsAndIgnoresLateAnswers) {
  EmitterRig rig;
  rig.subscribe({"contact.creation"});
  rig.create(1);
  rig.advance(100ms);
  rig.emitter.reset();
  rig.transport.answer_next(answered(500));
  EXPECT_EQ(rig.emitter.state().waiting_retries, 0U);
  EXPECT_TRUE(rig.emitter.idle());
  EXPECT_TRUE(rig.emitter.log().page(0, 10)["results"].empty());
  rig.create(2);
  rig.advance(100ms);
  EXPECT_EQ(rig.emitter.state().born, 0U) << "settings are forgotten too";
  EXPECT_EQ(rig.emitter.settings(rig_app).target_url, "");
  rig.subscribe({"contact.creation"});
  rig.create(3);
  rig.advance(100ms);
  EXPECT_EQ(rig.emitter.in_flight(), 1U);
}

TEST(Emitter, WithoutATargetNothingIsEmitted) {
  EmitterRig rig;
  AppSettings settings{.app_id = rig_app};
  settings.subscriptions = {*parse_subscription("contact.creation")};
  rig.emitter.configure(settings);
  rig.create(1);
  EXPECT_EQ(rig.emitter.state().born, 0U);
}

/// Answers from inside post() and says how deep such posts were nested.
class NestingTransport final : public Transport {
 public:
  void post(DeliveryRequest, Callback done) override {
    ++depth_;
    deepest = std::max(deepest, depth_);
    ++posts;
    done(answered(200));
    --depth_;
  }
  int deepest = 0;
  int posts = 0;

 private:
  int depth_ = 0;
};

TEST(Emitter, AnswersFromInsidePostDoNotNestTheStack) {
  ManualClock clock{from_unix_ms(1000)};
  TimerQueue timers;
  NestingTransport transport;
  Emitter emitter({.types = {{"0-1", "contact"}}}, {.clock = clock,
                                                    .timers = timers,
                                                    .transport = transport,
                                                    .signature_clock = clock,
                                                    .rules = {}});
  AppSettings settings{.app_id = 1, .target_url = "http://x", .max_concurrent_requests = 1};
  settings.subscriptions = {*parse_subscription("contact.creation")};
  emitter.configure(settings);
  for (std::uint64_t i = 0; i < 2000; ++i) {
    emitter.on_change({.kind = portal::ChangeKind::created, .object_id = i});
  }
  timers.run_due(clock.now());
  EXPECT_EQ(transport.posts, 20);
  EXPECT_EQ(transport.deepest, 1);
  EXPECT_TRUE(emitter.idle());
}

TEST(Emitter, EventIdsAreUniqueAndOfHubSpotsSize) {
  EmitterRig rig(9, [](const auto&) { return answered(200); });
  rig.subscribe({"contact.creation"});
  for (std::uint64_t i = 0; i < 5000; ++i) {
    rig.create(i);
  }
  rig.advance(1s);
  std::set<std::uint64_t> ids;
  for (const Json& event : rig.events()) {
    ids.insert(event["eventId"].get<std::uint64_t>());
  }
  EXPECT_EQ(ids.size(), 5000U);
  EXPECT_LT(*ids.rbegin(), 1ULL << 31U);
}

TEST(DeliveryLog, ShowsEachDeliveryOnceAndFinal) {
  EmitterRig rig;
  rig.subscribe({"contact.propertyChange"});
  rig.update(101, "phone", "1");
  rig.advance(100ms);
  EXPECT_TRUE(rig.emitter.log().page(0, 10)["results"].empty()) << "still in flight";
  rig.transport.answer_next({.status = 204, .ack = 3200us});
  const Json page = rig.emitter.log().page(0, 10);
  ASSERT_EQ(page["results"].size(), 1U);
  Json record = page["results"][0];
  const Json event_id = record["events"][0]["event_id"];
  record["events"][0].erase("event_id");
  EXPECT_TRUE(event_id.is_number());
  EXPECT_EQ(json::dump(record),
            R"({"number":1,"at_ms":1769081993475,"app_id":19635961,)"
            R"("url":"https://www.example.com/webhook_uri","attempt":0,"events":[)"
            R"({"subscription_id":4578255,"subscription_type":"contact.propertyChange",)"
            R"("object_type_id":"0-1","object_id":"101","property_name":"phone",)"
            R"("property_value":"1","occurred_at_ms":1769081993375,"change_source":"CRM_UI",)"
            R"("source_id":"userId:52530071","sequence":1,"lineage":"people/101",)"
            R"("attempt_number":0}],"faults":[],)"
            R"("forged":null,"malformed":null,"redelivery_of":null,"outcome":"acked",)"
            R"("status":204,"ack_ms":3.2})");
  EXPECT_EQ(page["next_after"], 1);
  EXPECT_EQ(page["lost"], 0);
}

TEST(DeliveryLog, WhenFullTheLossShows) {
  DeliveryLog log(3);
  for (int i = 0; i < 5; ++i) {
    log.add({.events = std::make_shared<const std::vector<Event>>(),
             .outcome = DeliveryOutcome::acked});
  }
  const Json page = log.page(0, 10);
  EXPECT_EQ(page["results"].size(), 3U);
  EXPECT_EQ(page["first_available"], 3);
  EXPECT_EQ(page["lost"], 2);
  EXPECT_EQ(page["next_after"], 5);
}

}  // namespace
}  // namespace hubsim::webhooks
