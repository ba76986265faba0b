// What each kind of event says, key by key (behaviour reference 8.3), and which events each change
// brings (8.1, 8.3, 10).
#include <gtest/gtest.h>

#include "mock_server/webhooks/emitter_test_rig.h"

namespace hubsim::webhooks {
namespace {

using namespace std::chrono_literals;
using portal::ChangeKind;

constexpr std::string_view common =
    R"("portalId":242711451,"appId":19635961,"occurredAt":1769081993375,)";

/// The events sent, without what numbers them.
std::vector<std::string> told(EmitterRig& rig) {
  rig.advance(1s);
  std::vector<std::string> texts;
  for (Json event : rig.events()) {
    event.erase("eventId");
    event.erase("subscriptionId");
    texts.push_back(json::dump(event));
  }
  return texts;
}

std::string event(std::string_view type, std::string_view rest) {
  return "{" + std::string(common) + R"("subscriptionType":")" + std::string(type) +
         R"(","attemptNumber":0,)" + std::string(rest) + "}";
}

portal::Change merged(EmitterRig& rig) {
  auto change = rig.change(ChangeKind::merged, 30);
  change.merge = portal::MergeChange{
      .primary_id = 10, .merged_ids = {10, 20}, .new_id = 30, .properties_moved = 2};
  change.properties = {{"email", "a@b.org"}, {"city", "Bonn"}};
  return change;
}

TEST(Payload, AMergeNamesWhatWentIntoWhat) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  rig.subscribe({"contact.merge", "object.merge@0-1"});
  rig.emitter.on_change(merged(rig));
  const std::string merge =
      R"("primaryObjectId":10,"mergedObjectIds":[20],"newObjectId":30,)"
      R"("numberOfPropertiesMoved":2,"changeSource":"CRM_UI","sourceId":"userId:52530071")";
  EXPECT_EQ(told(rig),
            (std::vector<std::string>{
                event("contact.merge", R"("objectId":30,)" + merge),
                event("object.merge", R"("objectId":30,"objectTypeId":"0-1",)" + merge)}));
}

TEST(Payload, AMergeIsAStorm) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  rig.subscribe({"contact.merge", "contact.deletion", "contact.propertyChange:email",
                 "contact.propertyChange:phone", "contact.creation"});
  rig.emitter.on_change(merged(rig));
  rig.advance(1s);
  const auto events = rig.events();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0]["subscriptionType"], "contact.merge");
  EXPECT_EQ(events[1]["subscriptionType"], "contact.deletion");
  EXPECT_EQ(events[1]["objectId"], 20);
  EXPECT_EQ(events[2]["subscriptionType"], "contact.propertyChange");
  EXPECT_EQ(events[2]["objectId"], 30);
  EXPECT_EQ(events[2]["propertyValue"], "a@b.org");
}

TEST(Payload, AMergeMayBeTheMergeAlone) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  hubspot::Options options;
  ASSERT_TRUE(options.set("webhooks.merge_events", "merge_only").ok());
  rig.subscribe({"contact.merge", "contact.deletion", "contact.propertyChange:email"});
  rig.emitter.set_options(options);
  rig.emitter.on_change(merged(rig));
  EXPECT_EQ(rig.emitter.state().born, 1U);
}

TEST(Payload, APrivacyDeletionIsADeletionToo) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  rig.subscribe({"contact.privacyDeletion", "contact.deletion"});
  rig.emitter.on_change(rig.change(ChangeKind::privacy_deleted, 7));
  const std::string rest =
      R"("objectId":7,"changeFlag":"DELETED","changeSource":"CRM_UI","sourceId":"userId:52530071")";
  EXPECT_EQ(told(rig), (std::vector<std::string>{event("contact.privacyDeletion", rest),
                                                 event("contact.deletion", rest)}));
}

TEST(Payload, APrivacyDeletionMayBeThatAlone) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  hubspot::Options options;
  ASSERT_TRUE(options.set("webhooks.privacy_events", "privacy_only").ok());
  rig.emitter.set_options(options);
  rig.subscribe({"contact.privacyDeletion", "contact.deletion"});
  rig.emitter.on_change(rig.change(ChangeKind::privacy_deleted, 7));
  EXPECT_EQ(rig.emitter.state().born, 1U);
}

TEST(Payload, ARestoreSaysSo) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  rig.subscribe({"company.restore", "object.restore@0-2"});
  auto change = rig.change(ChangeKind::restored, 7);
  change.type = 1;
  rig.emitter.on_change(change);
  const std::string rest =
      R"("changeFlag":"RESTORED","changeSource":"CRM_UI","sourceId":"userId:52530071")";
  EXPECT_EQ(told(rig),
            (std::vector<std::string>{
                event("company.restore", R"("objectId":7,)" + rest),
                event("object.restore", R"("objectId":7,"objectTypeId":"0-2",)" + rest)}));
}

TEST(Payload, ACreationMayBeNewAsTheDocumentationHasIt) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  hubspot::Options options;
  ASSERT_TRUE(options.set("webhooks.creation_flag", "NEW").ok());
  rig.emitter.set_options(options);
  rig.subscribe({"contact.creation"});
  rig.create(7);
  rig.advance(1s);
  EXPECT_EQ(rig.events().at(0)["changeFlag"], "NEW");
}

Signal conversation(EmitterRig& rig, EventKind kind) {
  Signal signal{.kind = kind, .portal_id = 242711451, .type = {"0-11", "conversation"}};
  signal.change.at = rig.clock.now();
  signal.change.object_id = 55;
  signal.change.lineage = "conversation/55";
  signal.change.source = {.change_source = "CONVERSATIONS"};
  return signal;
}

TEST(Payload, ConversationsTellOfMessagesAndProperties) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  rig.subscribe({"conversation.creation", "conversation.newMessage",
                 "conversation.propertyChange:status", "conversation.privacyDeletion"});
  EXPECT_EQ(rig.emitter.on_signal(conversation(rig, EventKind::creation)), 1U);
  auto message = conversation(rig, EventKind::new_message);
  message.message = Message{.id = "m-1", .type = "COMMENT"};
  EXPECT_EQ(rig.emitter.on_signal(message), 1U);
  auto change = conversation(rig, EventKind::property_change);
  change.change.properties = {{"status", "CLOSED"}, {"assignedTo", "7"}};
  EXPECT_EQ(rig.emitter.on_signal(change), 1U);
  EXPECT_EQ(rig.emitter.on_signal(conversation(rig, EventKind::deletion)), 0U);
  EXPECT_EQ(rig.emitter.on_signal(conversation(rig, EventKind::privacy_deletion)), 1U);
  EXPECT_EQ(told(rig),
            (std::vector<std::string>{
                event("conversation.creation",
                      R"("objectId":55,"changeFlag":"CREATED","changeSource":"CONVERSATIONS")"),
                event("conversation.newMessage",
                      R"("objectId":55,"messageId":"m-1","messageType":"COMMENT",)"
                      R"("changeFlag":"NEW_MESSAGE","changeSource":"CONVERSATIONS")"),
                event("conversation.propertyChange",
                      R"("objectId":55,"propertyName":"status","propertyValue":"CLOSED",)"
                      R"("changeSource":"CONVERSATIONS")"),
                event("conversation.privacyDeletion",
                      R"("objectId":55,"changeFlag":"DELETED","changeSource":"CONVERSATIONS")")}));
}

TEST(Payload, CompletedEventsGoToWhoNamedThem) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  rig.subscribe({"event.completed", "event.completed:pe1_signup", "event.completed:pe1_other"});
  Signal signal{.kind = EventKind::completed, .portal_id = 242711451, .type = {"", "event"}};
  signal.change.object_id = 7;
  signal.event_type_name = "pe1_signup";
  EXPECT_EQ(rig.emitter.on_signal(signal), 2U);
}

TEST(Payload, SensitiveValuesAreRedacted) {
  SharedChange source;
  source.type = {"0-1", "contact"};
  source.change.properties = {{"secret", "42"}, {"city", "Bonn"}};
  source.sensitive = {"secret"};
  Event one{.kind = EventKind::property_change,
            .source = std::make_shared<const SharedChange>(source),
            .property = 0};
  std::string text;
  append_event_json(text, one, {});
  EXPECT_NE(text.find(R"("propertyValue":"REDACTED","isSensitive":true)"), std::string::npos);
  EXPECT_EQ(text.find("42"), std::string::npos);
  one.property = 1;
  text.clear();
  append_event_json(text, one, {});
  EXPECT_NE(text.find(R"("propertyValue":"Bonn","changeSource")"), std::string::npos);
}

TEST(Payload, AnAppHearsNothingWhereItIsNotInstalled) {
  ManualClock clock{from_unix_ms(1000)};
  TimerQueue timers;
  MemoryTransport transport([](const auto&) { return answered(204); });
  Emitter emitter({.portal_id = 5, .types = {{"0-1", "contact"}}},
                  {.clock = clock,
                   .timers = timers,
                   .transport = transport,
                   .signature_clock = clock,
                   .rules = {},
                   .installed = [](std::uint64_t app, std::uint64_t) { return app == 2; }});
  for (const std::uint64_t app : {1U, 2U}) {
    AppSettings settings{.app_id = app, .target_url = "http://x"};
    settings.subscriptions = {*parse_subscription("contact.creation")};
    emitter.configure(settings);
  }
  emitter.on_change({.kind = ChangeKind::created, .object_id = 1});
  EXPECT_EQ(emitter.state().born, 1U);
}

TEST(Queues, OfOneAppDoNotFillThoseOfAnother) {
  EmitterRig rig(1, {}, 3);
  rig.subscribe({"contact.creation"});
  AppSettings other{.app_id = 2, .target_url = "http://other"};
  other.subscriptions = {*parse_subscription("contact.deletion")};
  rig.emitter.configure(other);
  for (std::uint64_t i = 1; i <= 5; ++i) {
    rig.create(i);
  }
  EXPECT_EQ(rig.emitter.state().overflowed, 2U);
  rig.archive(1);
  EXPECT_EQ(rig.emitter.state().overflowed, 2U) << "the other app has room";
  EXPECT_EQ(rig.emitter.state().queued_events, 4U);
}

TEST(Settings, AreUsedForUpToFiveMinutesAsTheyWere) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  hubspot::Options options;
  ASSERT_TRUE(options.set("webhooks.settings_cache", "5m").ok());
  rig.emitter.set_options(options);
  rig.subscribe({"contact.creation"});
  rig.advance(2min);
  rig.subscribe({"contact.deletion"});
  rig.create(1);
  rig.archive(1);
  EXPECT_EQ(rig.emitter.state().born, 1U) << "the old copy: creations only";
  rig.advance(3min);
  rig.create(2);
  rig.archive(2);
  EXPECT_EQ(rig.emitter.state().born, 2U) << "the new one: deletions only";
  EXPECT_EQ(rig.events().back()["subscriptionType"], "contact.creation");
  rig.advance(1s);
  EXPECT_EQ(rig.events().back()["subscriptionType"], "contact.deletion");
}

TEST(Settings, WithoutATargetWhatWaitsWaitsOn) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  rig.subscribe({"contact.creation"});
  rig.create(1);
  AppSettings settings = rig.emitter.settings(rig_app);
  settings.target_url.clear();
  rig.emitter.configure(settings);
  rig.advance(1s);
  EXPECT_TRUE(rig.transport.requests.empty());
  EXPECT_EQ(rig.emitter.state().queued_events, 1U);
  rig.subscribe({"contact.creation"});
  rig.create(2);
  rig.advance(1s);
  EXPECT_EQ(rig.emitter.state().delivered, 2U);
}

TEST(Retries, ARedirectMayCountAsTaken) {
  EmitterRig rig(1, [](const auto&) { return answered(302); });
  hubspot::Options options;
  ASSERT_TRUE(options.set("webhooks.redirects", "success").ok());
  rig.emitter.set_options(options);
  rig.subscribe({"contact.creation"});
  rig.create(1);
  rig.advance(1s);
  EXPECT_EQ(rig.emitter.state().delivered, 1U);
}

TEST(Retries, MayBeRegrouped) {
  bool down = true;
  EmitterRig rig(1, [&](const auto&) { return answered(down ? 503 : 204); });
  hubspot::Options options;
  ASSERT_TRUE(options.set("webhooks.retry_batches", "regrouped").ok());
  rig.emitter.set_options(options);
  rig.subscribe({"contact.creation"}, 1);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    rig.create(i);
    rig.advance(100ms);
  }
  ASSERT_EQ(rig.transport.requests.size(), 3U);
  // One receives while the others fall due behind it: they go together.
  down = false;
  rig.advance(2min);
  EXPECT_EQ(rig.emitter.state().delivered, 3U);
  EXPECT_TRUE(rig.emitter.idle());
}

TEST(Timeout, FollowsTheOptionWhereSettingsAreSilent) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  hubspot::Options options;
  ASSERT_TRUE(options.set("webhooks.timeout", "5s").ok());
  rig.emitter.set_options(options);
  rig.subscribe({"contact.creation"});
  rig.create(1);
  rig.advance(1s);
  ASSERT_EQ(rig.transport.requests.size(), 1U);
  EXPECT_EQ(rig.transport.requests[0].timeout, 5s);
  EXPECT_EQ(rig.transport.requests[0].headers.back().second, "5000");
}

TEST(DeliveryLog, HoldsEnoughToRepeatTheRequestByteForByte) {
  EmitterRig rig(1, [](const auto&) { return answered(204); });
  rig.subscribe({"contact.creation", "contact.associationChange"});
  rig.create(1);
  rig.advance(1s);
  const auto record = rig.emitter.log().find(1);
  ASSERT_TRUE(record);
  const Json request = request_json(*record, rig_secret);
  const DeliveryRequest& sent = rig.transport.requests.at(0);
  EXPECT_EQ(request["url"], sent.url);
  EXPECT_EQ(request["body"], sent.body);
  EXPECT_EQ(request["body_exact"], true);
  ASSERT_EQ(request["headers"].size(), sent.headers.size());
  for (std::size_t i = 0; i < sent.headers.size(); ++i) {
    EXPECT_EQ(request["headers"][i][0], sent.headers[i].first);
    EXPECT_EQ(request["headers"][i][1], sent.headers[i].second);
  }
}

}  // namespace
}  // namespace hubsim::webhooks
