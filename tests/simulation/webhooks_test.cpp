// Webhook misbehaviour in the whole mock, over 50 seeds: what the receiver got, what the log says
// and what the rules counted agree, and an honest receiver is never fooled by a forgery.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "common/time/format.h"
#include "hubspot/rules/signature.h"
#include "tests/simulation/rig.h"

namespace hubsim::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t seeds = 50;
constexpr std::size_t people = 30;
const char* const contacts = "/crm/v3/objects/contacts";

/// Checks signatures as an app should, and fails now and then.
class Receiver {
 public:
  Receiver(std::string secret, std::uint64_t seed) : secret_(std::move(secret)), luck_(seed) {}

  int receive(const webhooks::DeliveryRequest& request, Instant now) {
    if (!is_genuine(request, now)) {
      ++refused;
      return 401;
    }
    if (luck_.uniform() < 0.2) {
      return 503;
    }
    const Json body = json::parse(request.body).value();
    for (const Json& event : body) {
      ++accepted;
      ids.insert(event["eventId"].get<std::uint64_t>());
      fooled += request.body.find("forged-") != std::string::npos ? 1U : 0U;
    }
    return 204;
  }

  std::size_t accepted = 0;
  std::size_t refused = 0;
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

void put_webhook_faults(SimulatedRig& rig) {
  const std::map<std::string, std::string> rules{
      {"dark", R"({"kind":"webhook_drop","share":"10%"})"},
      {"late", R"js({"kind":"webhook_delay","delay":"lognormal(2s, 0.5)","share":"10%"})js"},
      {"twice", R"({"kind":"webhook_duplicate","event_id":"new","share":"15%"})"},
      {"mix", R"({"kind":"webhook_reorder","within":"700ms","share":"20%"})"},
      {"lie", R"({"kind":"webhook_forge","share":"5%"})"},
      {"old", R"({"kind":"webhook_forge","how":"stale_timestamp","share":"5%"})"}};
  for (const auto& [id, rule] : rules) {
    ASSERT_TRUE(rig.world().faults().put(id, json::parse(rule).value()).empty()) << id;
  }
}

/// Creates people and changes them; `pause` decides how long nothing happens between two calls.
void change_people(SimulatedRig& rig, Prng& pause) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < people; ++i) {
    const auto answer =
        rig.call(http::Method::post, contacts,
                 R"({"properties":{"email":"p)" + std::to_string(i) + R"(@example.org"}})");
    ASSERT_EQ(answer.status, 201) << answer.body;
    ids.push_back(json::parse(answer.body).value()["id"].get<std::string>());
    rig.advance(Duration(pause.below(30'000)));
  }
  for (int round = 0; round < 3; ++round) {
    for (const std::string& id : ids) {
      const auto answer =
          rig.call(http::Method::patch, std::string(contacts) + "/" + id,
                   R"({"properties":{"phone":")" + std::to_string(round) + R"("}})");
      ASSERT_EQ(answer.status, 200) << answer.body;
      rig.advance(Duration(pause.below(30'000)));
    }
  }
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

struct Played {
  std::map<std::string, std::uint64_t> hits;
  webhooks::EmitterState state;
  std::size_t accepted = 0;
  std::size_t refused_requests = 0;
  std::size_t fooled = 0;
  std::size_t different_ids = 0;
};

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
  return {.hits = hits_of(rig),
          .state = rig.emitter().state(),
          .accepted = receiver.accepted,
          .refused_requests = receiver.refused,
          .fooled = receiver.fooled,
          .different_ids = receiver.ids.size()};
}

TEST(Webhooks, WhatIsReceivedEqualsWhatTheRulesDecided) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Played played = play(seed, seed);
    EXPECT_EQ(played.state.dropped, played.hits["dark"]) << "seed " << seed;
    EXPECT_EQ(played.state.forged_sent, played.hits["lie"] + played.hits["old"]) << "seed " << seed;
    EXPECT_EQ(played.state.forged_acked, 0U) << "seed " << seed;
    EXPECT_GT(played.refused_requests, 0U) << "seed " << seed;
    EXPECT_EQ(played.fooled, 0U) << "seed " << seed;
    EXPECT_EQ(played.state.failed, 0U) << "seed " << seed;
    EXPECT_EQ(played.accepted, played.state.born - played.state.dropped) << "seed " << seed;
    EXPECT_EQ(played.different_ids, played.accepted) << "seed " << seed;
    EXPECT_GT(played.hits["twice"], 0U) << "seed " << seed;
  }
}

TEST(Webhooks, DecisionsFollowTheSeedWhateverTheTiming) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Played first = play(seed, 100);
    const Played other = play(seed, 200);
    EXPECT_EQ(first.hits, other.hits) << "seed " << seed;
    EXPECT_EQ(first.accepted, other.accepted) << "seed " << seed;
    EXPECT_NE(first.hits, play(seed + 100, 100).hits) << "seed " << seed;
  }
}

}  // namespace
}  // namespace hubsim::simulation
