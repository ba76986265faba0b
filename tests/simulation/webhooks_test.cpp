// Webhook misbehaviour of every kind in the whole mock, over 200 seeds: what the receiver got, what
// the journal says and what the rules counted agree; an honest receiver is never fooled by a
// forgery and gets every real event. And the story of a receiver that is down for hours.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "common/time/format.h"
#include "hubspot/rules/signature.h"
#include "tests/simulation/rig.h"

namespace hubsim::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t seeds = seeds_to_try(200);
constexpr std::size_t people = 15;
const char* const contacts = "/crm/v3/objects/contacts";

/// Subscription type, object, property, value: what an event says, whatever its id.
using Said = std::tuple<std::string, std::uint64_t, std::string, std::string>;

std::string text_of(const Json& event, const char* key) {
  const Json* value = json::find(event, key);
  return value != nullptr ? json::text_of(*value) : std::string();
}

Said said_by(const Json& event) {
  return {text_of(event, "subscriptionType"), event["objectId"].get<std::uint64_t>(),
          text_of(event, "propertyName"), text_of(event, "propertyValue")};
}

/// Checks signatures and JSON as an app should, and fails now and then.
class Receiver {
 public:
  Receiver(std::string secret, std::uint64_t seed) : secret_(std::move(secret)), luck_(seed) {}

  int receive(const webhooks::DeliveryRequest& request, Instant now) {
    if (!is_genuine(request, now)) {
      ++refused;
      return 401;
    }
    const auto body = json::parse(request.body);
    if (!body.ok()) {
      ++unreadable;
      return 400;
    }
    if (luck_.uniform() < 0.2) {
      return 503;
    }
    fooled += request.body.find("forged-") != std::string::npos ? 1U : 0U;
    if (body->size() > webhooks::max_batch || request.body.find("hubsim") != std::string::npos) {
      ++strange;  // taken, as it must be; but it does not stand for the real delivery
      return 204;
    }
    for (const Json& event : *body) {
      accepted.insert(said_by(event));
      ids.insert(event["eventId"].get<std::uint64_t>());
    }
    return 204;
  }

  std::multiset<Said> accepted;
  std::size_t refused = 0;
  std::size_t unreadable = 0;
  std::size_t strange = 0;
  std::size_t fooled = 0;
  std::set<std::uint64_t> ids;

 private:
  [[nodiscard]] bool is_genuine(const webhooks::DeliveryRequest& request, Instant now) const {
    std::map<std::string, std::string> headers(request.headers.begin(), request.headers.end());
    const auto timestamp = parse_int(headers["x-hubspot-request-timestamp"]).value_or(0);
    return now - from_unix_ms(timestamp) <= 5min &&
           headers["x-hubspot-signature-v3"] ==
               hubspot::signature_v3(secret_, {"POST", request.url, request.body}, timestamp);
  }

  std::string secret_;
  Prng luck_;
};

/// Of a dropped event nothing can be replayed: those two rules keep out of each other's way.
const std::map<std::string, std::string> rules{
    {"dark", R"({"kind":"webhook_drop","share":"20%","match":{"operation":"*.creation"}})"},
    {"late", R"js({"kind":"webhook_delay","delay":"lognormal(2s, 0.5)","share":"10%"})js"},
    {"twice", R"({"kind":"webhook_duplicate","event_id":"new","share":"20%"})"},
    {"mix", R"({"kind":"webhook_reorder","within":"700ms","share":"20%"})"},
    {"shut", R"({"kind":"webhook_hold","share":"10%"})"},
    {"burst", R"({"kind":"webhook_burst","every":"500ms","share":"20%"})"},
    {"cut", R"({"kind":"webhook_malform","how":"truncated","share":"10%"})"},
    {"fat", R"({"kind":"webhook_malform","how":"oversized","share":"3%"})"},
    {"news", R"({"kind":"webhook_malform","how":"unknown_event_type","share":"5%"})"},
    {"keys", R"({"kind":"webhook_malform","how":"unknown_fields","share":"5%"})"},
    {"lie", R"({"kind":"webhook_forge","share":"5%"})"},
    {"old", R"({"kind":"webhook_forge","how":"stale_timestamp","share":"5%"})"},
    {"bent", R"({"kind":"webhook_forge","how":"wrong_signature","share":"5%"})"},
    {"again",
     R"({"kind":"webhook_forge","how":"replay","share":"8%","match":{"operation":"*Change"}})"}};

void put_webhook_faults(SimulatedRig& rig) {
  for (const auto& [id, rule] : rules) {
    ASSERT_TRUE(rig.world().faults().put(id, json::parse(rule).value()).empty()) << id;
  }
}

/// Every real event is in exactly one place.
void expect_nothing_lost_sight_of(SimulatedRig& rig, std::uint64_t settled_in_queue) {
  const auto state = rig.emitter().state();
  EXPECT_EQ(state.born,
            state.delivered + state.failed + state.dropped + state.overflowed + settled_in_queue);
}

/// Creates people and changes them; `pause` decides how long nothing happens between two calls.
void change_people(SimulatedRig& rig, Prng& pause) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < people; ++i) {
    const auto answer =
        rig.call(http::Method::post, contacts,
                 fmt::format(R"({{"properties":{{"email":"p{}@example.org"}}}})", i));
    ASSERT_EQ(answer.status, 201) << answer.body;
    ids.push_back(json::parse(answer.body).value()["id"].get<std::string>());
    rig.advance(Duration(pause.below(30'000)));
  }
  for (int round = 0; round < 3; ++round) {
    for (const std::string& id : ids) {
      const auto answer = rig.call(http::Method::patch, std::string(contacts) + "/" + id,
                                   fmt::format(R"({{"properties":{{"phone":"{}"}}}})", round));
      ASSERT_EQ(answer.status, 200) << answer.body;
      rig.advance(Duration(pause.below(30'000)));
    }
  }
  rig.advance(48h);
  // What is left is what only a release lets go.
  const auto state = rig.emitter().state();
  EXPECT_EQ(state.held_events, state.queued_events);
  EXPECT_EQ(state.waiting_retries, 0U);
  expect_nothing_lost_sight_of(rig, state.held_events);
  EXPECT_EQ(rig.emitter().release_rule("shut"), state.held_events);
  rig.advance(48h);
}

/// How often each rule hit.
std::map<std::string, std::uint64_t> hits_of(SimulatedRig& rig) {
  std::map<std::string, std::uint64_t> hits;
  const Json list = rig.world().faults().list(false);
  for (const Json& rule : list["results"]) {
    hits[rule["id"].get<std::string>()] = rule["hits"].get<std::uint64_t>();
  }
  return hits;
}

/// What the portal's history says must be told, without what the journal says was dropped.
std::set<Said> owed(SimulatedRig& rig, const Json& journal) {
  std::set<Said> events;
  for (const auto& change : rig.world().portal().changes_after(0, 1'000'000)) {
    if (change.kind == portal::ChangeKind::created) {
      events.insert({"contact.creation", change.object_id, "", ""});
    }
    for (const auto& [name, value] : change.properties) {
      events.insert({"contact.propertyChange", change.object_id, name, value});
    }
  }
  for (const Json& record : journal) {
    for (const Json& event : record["events"]) {
      if (record["outcome"] == "suppressed") {
        events.erase({text_of(event, "subscription_type"),
                      parse_uint(text_of(event, "object_id")).value(),
                      text_of(event, "property_name"), text_of(event, "property_value")});
      }
    }
  }
  return events;
}

/// Events in the journal's requests that are forged or malformed, by how.
std::map<std::string, std::uint64_t> bent_in(const Json& journal) {
  std::map<std::string, std::uint64_t> bent;
  for (const Json& record : journal) {
    for (const char* key : {"forged", "malformed"}) {
      if (!record[key].is_null()) {
        EXPECT_FALSE(record["faults"].empty()) << "bent without its rule";
        bent[record[key].get<std::string>()] += record["events"].size();
      }
    }
  }
  return bent;
}

struct Played {
  std::map<std::string, std::uint64_t> hits;
  std::map<std::string, std::uint64_t> bent;
  webhooks::EmitterState state;
  std::size_t accepted = 0;
  std::size_t different_ids = 0;
  std::set<Said> missing;
  std::size_t refused_requests = 0;
  std::size_t unreadable = 0;
  std::size_t fooled = 0;
  std::string bytes;  ///< of every request, in order
};

std::string bytes_of(const SimulatedRig& rig) {
  std::string bytes;
  for (const auto& request : rig.transport.requests) {
    bytes += request.url + request.body;
    for (const auto& [name, value] : request.headers) {
      bytes += name + value;
    }
  }
  return bytes;
}

Played play(std::uint64_t seed, std::uint64_t timing) {
  SimulatedRig rig(seed);
  rig.subscribe_contacts();
  put_webhook_faults(rig);
  Receiver receiver(rig.world().main_app().client_secret, timing);
  rig.receiver = [&](const webhooks::DeliveryRequest& request) {
    return receiver.receive(request, rig.world().clock().now());
  };
  Prng pause(timing);
  change_people(rig, pause);
  EXPECT_TRUE(rig.emitter().idle());
  expect_nothing_lost_sight_of(rig, 0);
  const Json journal = rig.emitter().log().page(0, 1'000'000)["results"];
  Played played{.hits = hits_of(rig),
                .bent = bent_in(journal),
                .state = rig.emitter().state(),
                .accepted = receiver.accepted.size(),
                .different_ids = receiver.ids.size(),
                .refused_requests = receiver.refused,
                .unreadable = receiver.unreadable,
                .fooled = receiver.fooled,
                .bytes = bytes_of(rig)};
  for (const Said& said : owed(rig, journal)) {
    if (!receiver.accepted.contains(said)) {
      played.missing.insert(said);
    }
  }
  return played;
}

void judge(Played& played) {
  EXPECT_EQ(played.missing, std::set<Said>()) << "a real event never came";
  EXPECT_EQ(played.fooled, 0U);
  EXPECT_EQ(played.state.forged_acked, 0U);
  EXPECT_GT(played.refused_requests, 0U);
  EXPECT_GT(played.unreadable, 0U);
  EXPECT_EQ(played.state.failed, 0U);
  EXPECT_EQ(played.accepted, played.state.born - played.state.dropped);
  EXPECT_EQ(played.different_ids, played.accepted);
  EXPECT_EQ(played.state.dropped, played.hits["dark"]);
  const std::map<std::string, std::string> rule_of{
      {"wrong_secret", "lie"},   {"stale_timestamp", "old"}, {"wrong_signature", "bent"},
      {"replay", "again"},       {"oversized", "fat"},       {"unknown_event_type", "news"},
      {"unknown_fields", "keys"}};
  for (const auto& [how, rule] : rule_of) {
    EXPECT_EQ(played.bent[how], played.hits[rule]) << how;
  }
  // Of the events that were to be cut the dropped ones were never sent.
  EXPECT_LE(played.bent["truncated"], played.hits["cut"]);
  EXPECT_EQ(played.state.forged_sent,
            played.hits["lie"] + played.hits["old"] + played.hits["bent"] + played.hits["again"]);
  EXPECT_EQ(played.state.malformed_sent, played.bent["truncated"] + played.hits["fat"] +
                                             played.hits["news"] + played.hits["keys"]);
}

TEST(Webhooks, AnHonestReceiverGetsWhatIsRealAndRefusesWhatIsForged) {
  std::map<std::string, std::uint64_t> hits;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Played played = play(seed, seed);
    judge(played);
    for (const auto& [rule, count] : played.hits) {
      hits[rule] += count;
    }
    ASSERT_FALSE(::testing::Test::HasFailure()) << "first failing seed " << seed;
  }
  for (const auto& [rule, count] : hits) {
    EXPECT_GT(count, 0U) << "rule " << rule << " was never in play";
  }
}

TEST(Webhooks, ASeedReplaysByteForByte) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Played first = play(seed, seed);
    ASSERT_GT(first.bytes.size(), 10'000U);
    ASSERT_TRUE(first.bytes == play(seed, seed).bytes) << "first failing seed " << seed;
  }
}

TEST(Webhooks, DecisionsFollowTheSeedWhateverTheTiming) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Played first = play(seed, 100);
    const Played other = play(seed, 200);
    EXPECT_EQ(first.hits, other.hits) << "seed " << seed;
    EXPECT_EQ(first.bent, other.bent) << "seed " << seed;
    EXPECT_EQ(first.accepted, other.accepted) << "seed " << seed;
    EXPECT_NE(first.hits, play(seed + 1000, 100).hits) << "seed " << seed;
  }
}

/// A receiver down for 5 hours of the night, then back; one event is poison and fails to the end.
/// Says, a line each, when which attempt of what was sent and how it was answered.
std::string retry_story() {
  SimulatedRig rig(7);
  rig.subscribe_contacts();
  std::string story;
  const Instant start = rig.world().clock().now();
  rig.receiver = [&](const webhooks::DeliveryRequest& request) {
    const Duration into = rig.world().clock().now() - start;
    const bool poison = request.body.find("poison") != std::string::npos;
    const int status = poison ? 500 : into < 5h ? 503 : 204;
    std::string headers;
    for (const auto& [name, value] : request.headers) {
      headers += fmt::format("{}={} ", name, value);
    }
    story += fmt::format("{} {} {}{}\n", into.count(), status, headers, request.body);
    return status;
  };
  for (const char* email : {"good@example.org", "poison@example.org"}) {
    const auto answer = rig.call(http::Method::post, contacts,
                                 fmt::format(R"({{"properties":{{"email":"{}"}}}})", email));
    EXPECT_EQ(answer.status, 201);
    rig.advance(1s);
  }
  rig.advance(24h);
  const auto state = rig.emitter().state();
  EXPECT_EQ(state.born, state.delivered + state.failed);
  EXPECT_GT(state.delivered, 0U);
  EXPECT_GT(state.failed, 0U);
  EXPECT_EQ(state.waiting_retries, 0U);
  const auto lines = std::count(story.begin(), story.end(), '\n');
  EXPECT_GT(lines, webhooks::max_attempts);
  EXPECT_LT(lines, 2 * webhooks::max_attempts);
  EXPECT_NE(story.find(R"("attemptNumber":9)"), std::string::npos);
  return story;
}

// Some milliseconds of real time, whatever the machine: the clock is told, nothing waits.
TEST(Webhooks, TwentyFourHoursOfRetriesReplayByteForByte) {
  EXPECT_EQ(retry_story(), retry_story());
}

}  // namespace
}  // namespace hubsim::simulation
