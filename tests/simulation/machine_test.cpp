// The whole machine against a model, over many seeds: a random client creates, updates, archives
// and batches under faults; what the portal ends with must be what its answers and its history
// said, a seed must replay byte for byte, and every committed change must have led to exactly its
// events.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/simulation/rig.h"

namespace hubsim::simulation {
namespace {

using namespace std::chrono_literals;

constexpr int seeds = seeds_to_try(100);
constexpr int steps = 120;
const char* const contacts = "/crm/v3/objects/contacts";

/// A client that knows only what it was answered.
class RandomClient {
 public:
  RandomClient(SimulatedRig& rig, std::uint64_t seed) : rig_(rig), prng_(seed) {}

  void step(int number) {
    const std::uint64_t dice = prng_.below(10);
    if (dice < 4 || ids_.empty()) {
      create(number);
    } else if (dice < 7) {
      update(number);
    } else if (dice < 8) {
      archive();
    } else {
      batch_update(number);
    }
    transcript_ += last_.body;
    rig_.advance(Duration(std::chrono::milliseconds(prng_.below(400))));
  }

  [[nodiscard]] const std::string& transcript() const noexcept { return transcript_; }

 private:
  void call(http::Method method, const std::string& target, const std::string& body = "") {
    last_ = rig_.call(method, target, body);
  }
  std::string pick() { return ids_[prng_.below(ids_.size())]; }

  void create(int number) {
    call(http::Method::post, contacts,
         fmt::format(R"({{"properties":{{"email":"p{}@example.org","city":"c{}"}}}})", number,
                     prng_.below(5)));
    if (last_.status == 201) {
      ids_.push_back(json::parse(last_.body)->at("id").get<std::string>());
    }
  }
  void update(int number) {
    call(http::Method::patch, fmt::format("{}/{}", contacts, pick()),
         fmt::format(R"({{"properties":{{"phone":"{}"}}}})", number));
  }
  void archive() { call(http::Method::del, fmt::format("{}/{}", contacts, pick())); }
  void batch_update(int number) {
    std::set<std::string> chosen;
    for (int i = 0; i < 5; ++i) {
      chosen.insert(pick());
    }
    Json inputs = Json::array();
    for (const auto& id : chosen) {
      inputs.push_back({{"id", id},
                        {"objectWriteTraceId", "t" + id},
                        {"properties", {{"jobtitle", fmt::format("job {}", number)}}}});
    }
    call(http::Method::post, fmt::format("{}/batch/update", contacts),
         json::dump({{"inputs", inputs}}));
  }

  SimulatedRig& rig_;
  Prng prng_;
  std::vector<std::string> ids_;
  http::Response last_;
  std::string transcript_;
};

void put(SimulatedRig& rig, const char* id, const char* rule) {
  const auto problems = rig.world().faults().put(id, json::parse(rule).value());
  ASSERT_TRUE(problems.empty()) << problems.front().message;
}

void put_call_faults(SimulatedRig& rig) {
  put(rig, "gw", R"({"kind":"status","status":502,"share":"15%","commit":"50%"})");
  put(rig, "partial", R"({"kind":"partial_batch","share":"20%"})");
}

std::string run(std::uint64_t seed) {
  SimulatedRig rig(seed);
  rig.subscribe_contacts();
  put_call_faults(rig);
  RandomClient client(rig, seed);
  for (int i = 0; i < steps; ++i) {
    client.step(i);
  }
  rig.advance(1h);
  std::string all = client.transcript();
  for (const auto& request : rig.transport.requests) {
    all += request.body;
    for (const auto& [name, value] : request.headers) {
      all += name + value;
    }
  }
  return all;
}

TEST(Machine, ASeedReplaysByteForByte) {
  for (std::uint64_t seed = 1; seed <= seeds_to_try(20); ++seed) {
    EXPECT_EQ(run(seed), run(seed)) << "seed " << seed;
  }
  EXPECT_NE(run(1), run(2));
}

/// Folds the history and compares it with what the portal holds.
void expect_history_explains_state(SimulatedRig& rig, std::uint64_t seed) {
  std::map<portal::ObjectId, std::map<std::string, std::string>> model;
  std::uint64_t sequence = 0;
  for (const auto& change : rig.world().portal().changes_after(0, 1'000'000)) {
    EXPECT_EQ(change.sequence, ++sequence) << "seed " << seed;
    if (change.kind == portal::ChangeKind::archived) {
      model.erase(change.object_id);
      continue;
    }
    for (const auto& [name, value] : change.properties) {
      model[change.object_id][name] = value;
    }
  }
  portal::Portal& portal = rig.world().portal();
  const portal::ObjectType& type = *portal.find_type("contacts");
  EXPECT_EQ(portal.store(type.index()).live_count(), model.size()) << "seed " << seed;
  for (const auto& [id, properties] : model) {
    const auto record = portal.find(type.index(), id);
    ASSERT_TRUE(record && !record->archived) << "seed " << seed;
    for (const auto& [name, value] : properties) {
      EXPECT_EQ(portal.value_of(*record, type.property_index(name).value()), value)
          << "seed " << seed << " record " << id << " " << name;
    }
  }
}

TEST(Machine, HistoryExplainsTheState) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SimulatedRig rig(seed);
    put_call_faults(rig);
    RandomClient client(rig, seed);
    for (int i = 0; i < steps; ++i) {
      client.step(i);
    }
    expect_history_explains_state(rig, seed);
    if (::testing::Test::HasFailure()) {
      FAIL() << "first failing seed " << seed;
    }
  }
}

using EventKey = std::tuple<std::string, std::uint64_t, std::string, std::string>;

std::multiset<EventKey> expected_events(SimulatedRig& rig) {
  std::multiset<EventKey> events;
  for (const auto& change : rig.world().portal().changes_after(0, 1'000'000)) {
    if (change.kind == portal::ChangeKind::created) {
      events.insert({"contact.creation", change.object_id, "", ""});
    }
    if (change.kind == portal::ChangeKind::archived) {
      events.insert({"contact.deletion", change.object_id, "", ""});
    }
    for (const auto& [name, value] : change.properties) {
      events.insert({"contact.propertyChange", change.object_id, name, value});
    }
  }
  return events;
}

std::multiset<EventKey> acknowledged_events(const std::vector<std::string>& bodies) {
  std::multiset<EventKey> events;
  for (const auto& body : bodies) {
    const Json batch = json::parse(body).value();
    for (const Json& event : batch) {
      const auto text = [&](const char* key) {
        const Json* value = json::find(event, key);
        return value != nullptr ? json::text_of(*value) : std::string();
      };
      events.insert({text("subscriptionType"), event["objectId"].get<std::uint64_t>(),
                     text("propertyName"), text("propertyValue")});
    }
  }
  return events;
}

TEST(Machine, EveryChangeLeadsToExactlyItsEventsThoughTheReceiverFails) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SimulatedRig rig(seed);
    rig.subscribe_contacts();
    Prng failures(seed);
    std::vector<std::string> acknowledged;
    // A third of the deliveries fail: far from ten times in a row for any of them, but retried.
    rig.receiver = [&](const webhooks::DeliveryRequest& request) {
      if (failures.uniform() < 0.33) {
        return 503;
      }
      acknowledged.push_back(request.body);
      return 204;
    };
    RandomClient client(rig, seed);
    for (int i = 0; i < steps; ++i) {
      client.step(i);
    }
    rig.advance(48h);
    ASSERT_EQ(acknowledged_events(acknowledged), expected_events(rig)) << "seed " << seed;
  }
}

TEST(Machine, ADeadReceiverGetsTenAttemptsInADay) {
  SimulatedRig rig(1);
  rig.subscribe_contacts();
  rig.receiver = [](const webhooks::DeliveryRequest&) { return 500; };
  ASSERT_EQ(rig.call(http::Method::post, contacts, R"({"properties":{"email":"a@b.org"}})").status,
            201);
  rig.advance(24h);
  EXPECT_EQ(rig.emitter().state().failed, rig.emitter().state().born);
  EXPECT_EQ(rig.transport.requests.size(), 10U);
}

}  // namespace
}  // namespace hubsim::simulation
