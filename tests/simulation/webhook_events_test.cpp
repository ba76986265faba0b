// Property: every accepted change leads to exactly the events that the subscriptions name, each
// tried until it is taken or has failed ten times. Over 200 seeds of random calls: single and batch
// writes, deletions, associations, merges, restores, privacy deletions as far as the portal offers
// them; a receiver that fails as it likes. What is expected is worked out here from the history, by
// the tables of the behaviour reference (8.1, 8.3, 10), not by the emitter's code.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "tests/simulation/rig.h"

namespace hubsim::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t seeds = seeds_to_try(200);
constexpr int steps = 40;

/// Type, object, property or the other end, value.
using Said = std::tuple<std::string, std::uint64_t, std::string, std::string>;
using Told = std::multiset<Said>;

const std::vector<std::string> subscriptions{"contact.creation",
                                             "contact.deletion",
                                             "contact.restore",
                                             "contact.merge",
                                             "contact.privacyDeletion",
                                             "contact.associationChange",
                                             "contact.propertyChange:email",
                                             "contact.propertyChange:firstname",
                                             "company.creation",
                                             "company.deletion",
                                             "company.associationChange",
                                             "company.propertyChange:name",
                                             "object.creation@0-3",
                                             "object.propertyChange@0-2:name"};

/// The events that are subscribed to, by the text of the subscription.
bool subscribed(const std::string& text) {
  return std::find(subscriptions.begin(), subscriptions.end(), text) != subscriptions.end();
}

void expect_kind(Told& told, const portal::Change& change, const std::string& kind,
                 std::uint64_t object_id) {
  const portal::TypeLabel& type = *change.type_label;
  if (subscribed(type.singular + "." + kind)) {
    told.insert({type.singular + "." + kind, object_id, "", ""});
  }
  if (subscribed("object." + kind + "@" + type.type_id)) {
    told.insert({"object." + kind, object_id, "", ""});
  }
}

void expect_properties(Told& told, const portal::Change& change) {
  const portal::TypeLabel& type = *change.type_label;
  for (const auto& [name, value] : change.properties) {
    if (subscribed(type.singular + ".propertyChange:" + name)) {
      told.insert({type.singular + ".propertyChange", change.object_id, name, value});
    }
    if (subscribed("object.propertyChange@" + type.type_id + ":" + name)) {
      told.insert({"object.propertyChange", change.object_id, name, value});
    }
  }
}

void expect_association(Told& told, const portal::Change& change, bool removed) {
  const std::string type = change.type_label->singular + ".associationChange";
  if (subscribed(type)) {
    told.insert({type, change.object_id, std::to_string(change.association->to_id),
                 removed ? "removed" : "added"});
  }
}

void expect_change(Told& told, const portal::Change& change) {
  switch (change.kind) {
    case portal::ChangeKind::created:
      expect_kind(told, change, "creation", change.object_id);
      return expect_properties(told, change);
    case portal::ChangeKind::updated:
      return expect_properties(told, change);
    case portal::ChangeKind::archived:
      return expect_kind(told, change, "deletion", change.object_id);
    case portal::ChangeKind::restored:
      return expect_kind(told, change, "restore", change.object_id);
    case portal::ChangeKind::privacy_deleted:
      expect_kind(told, change, "privacyDeletion", change.object_id);
      return expect_kind(told, change, "deletion", change.object_id);
    case portal::ChangeKind::associated:
    case portal::ChangeKind::dissociated:
      return expect_association(told, change, change.kind == portal::ChangeKind::dissociated);
    case portal::ChangeKind::list_added:
    case portal::ChangeKind::list_removed:
      return;
    case portal::ChangeKind::merged:
      break;
  }
  expect_kind(told, change, "merge", change.object_id);
  for (const portal::ObjectId id : change.merge->merged_ids) {
    if (id != change.merge->primary_id && id != change.object_id) {
      expect_kind(told, change, "deletion", id);
    }
  }
  expect_properties(told, change);
}

std::string text_of(const Json& event, const char* key) {
  const Json* value = json::find(event, key);
  return value != nullptr ? json::text_of(*value) : std::string();
}

Said said_by(const Json& event) {
  const std::string type = text_of(event, "subscriptionType");
  if (type.ends_with("associationChange")) {
    return {type, event["fromObjectId"].get<std::uint64_t>(), text_of(event, "toObjectId"),
            event["associationRemoved"] == true ? "removed" : "added"};
  }
  return {type, event["objectId"].get<std::uint64_t>(), text_of(event, "propertyName"),
          text_of(event, "propertyValue")};
}

/// Keeps what each event said and how far its attempts came; fails now and then, some events
/// always.
class Receiver {
 public:
  explicit Receiver(std::uint64_t seed) : luck_(seed) {}

  int receive(const webhooks::DeliveryRequest& request) {
    const Json body = json::parse(request.body).value();
    EXPECT_GE(body.size(), 1U);
    EXPECT_LE(body.size(), webhooks::max_batch);
    const bool poison = luck_.uniform() < 0.02;
    const bool takes = !poison && luck_.uniform() < 0.7;
    for (const Json& event : body) {
      const auto id = event["eventId"].get<std::uint64_t>();
      Life& life = lives[id];
      EXPECT_FALSE(life.taken) << "told again after it was taken";
      EXPECT_EQ(event["attemptNumber"], life.attempts) << "an attempt is missing";
      if (life.attempts++ == 0) {
        told.insert(said_by(event));
      }
      life.taken = takes;
    }
    return takes ? 204 : 500;
  }

  struct Life {
    int attempts = 0;
    bool taken = false;
  };
  std::map<std::uint64_t, Life> lives;
  Told told;

 private:
  Prng luck_;
};

/// Random calls of the API, and what it answered: the ids that live.
class Caller {
 public:
  Caller(SimulatedRig& rig, std::uint64_t seed) : rig_(rig), random_(seed) {}

  void step(int number) {
    switch (random_.below(9)) {
      case 0:
      case 1:
        return create("contacts", fmt::format(R"("email":"p{}@example.org")", number), contacts_);
      case 2:
        return create("companies", fmt::format(R"("name":"c{}")", number), companies_);
      case 3:
        return create("deals", fmt::format(R"("dealname":"d{}")", number), deals_);
      case 4:
        return batch(number);
      case 5:
        return update(number);
      case 6:
        return archive();
      case 7:
        return associate();
      default:
        return rare();
    }
  }

 private:
  using Ids = std::vector<std::string>;

  http::Response post(const std::string& path, const std::string& body) {
    return rig_.call(http::Method::post, path, body);
  }
  std::optional<std::string> pick(const Ids& ids) {
    return ids.empty() ? std::nullopt : std::optional(ids[random_.below(ids.size())]);
  }
  std::optional<std::string> take(Ids& ids) {
    const auto id = pick(ids);
    if (id) {
      std::erase(ids, *id);
    }
    return id;
  }

  void create(const std::string& type, const std::string& properties, Ids& ids) {
    const auto answer = post("/crm/v3/objects/" + type, R"({"properties":{)" + properties + "}}");
    ASSERT_EQ(answer.status, 201) << answer.body;
    ids.push_back(json::parse(answer.body).value()["id"].get<std::string>());
  }
  void batch(int number) {
    const auto answer =
        post("/crm/v3/objects/contacts/batch/create",
             fmt::format(R"({{"inputs":[{{"properties":{{"email":"b{0}@x.org","firstname":"B"}}}},)"
                         R"({{"properties":{{"email":"c{0}@x.org"}}}}]}})",
                         number));
    ASSERT_EQ(answer.status, 201) << answer.body;
    const Json body = json::parse(answer.body).value();
    for (const Json& one : body["results"]) {
      contacts_.push_back(one["id"].get<std::string>());
    }
  }
  void update(int number) {
    if (const auto id = pick(contacts_)) {
      const auto answer = rig_.call(
          http::Method::patch, "/crm/v3/objects/contacts/" + *id,
          fmt::format(R"({{"properties":{{"firstname":"F{}","phone":"{}"}}}})", number, number));
      ASSERT_EQ(answer.status, 200) << answer.body;
    }
    if (const auto id = pick(companies_)) {
      const auto answer = post("/crm/v3/objects/companies/batch/update",
                               fmt::format(R"({{"inputs":[{{"id":"{}",)"
                                           R"("properties":{{"name":"n{}"}}}}]}})",
                                           *id, number));
      ASSERT_EQ(answer.status, 200) << answer.body;
    }
  }
  void archive() {
    Ids& ids = random_.below(2) == 0 ? contacts_ : companies_;
    const std::string type = &ids == &contacts_ ? "contacts" : "companies";
    if (const auto id = take(ids)) {
      const auto answer = rig_.call(http::Method::del, "/crm/v3/objects/" + type + "/" + *id);
      ASSERT_EQ(answer.status, 204) << answer.body;
    }
  }
  void associate() {
    const auto contact = pick(contacts_);
    const auto company = pick(companies_);
    if (!contact || !company) {
      return;
    }
    const std::string links = "/crm/v4/objects/contacts/" + *contact + "/associations/";
    const bool removes = random_.below(4) == 0;
    const auto answer = removes
                            ? rig_.call(http::Method::del, links + "companies/" + *company)
                            : rig_.call(http::Method::put, links + "default/companies/" + *company);
    ASSERT_EQ(answer.status, removes ? 204 : 200) << answer.body;
  }
  /// What has no call of HubSpot's that everybody may make: straight at the portal.
  void rare() {
    gateway::World& world = rig_.world();
    const std::lock_guard lock(world.mutex);
    const portal::WriteContext context{.now = world.clock().now()};
    rare_in(world.portal(), world.portal().find_type("contacts")->index(), context);
  }

  /// A template, so that it is built of what the portal offers.
  template <class Portal>
  void rare_in(Portal& portal, portal::TypeIndex type, const portal::WriteContext& context) {
    [[maybe_unused]] const auto id_of = [](const std::string& text) {
      return parse_uint(text).value();
    };
    [[maybe_unused]] const std::uint64_t choice = random_.below(3);
    if constexpr (requires { portal.merge(type, 1, 2, context); }) {
      if (choice == 0 && contacts_.size() >= 2) {
        const auto primary = id_of(*take(contacts_));
        const auto merged = portal.merge(type, primary, id_of(*take(contacts_)), context);
        ASSERT_TRUE(merged.ok());
        contacts_.push_back(std::to_string((*merged)->id));
      }
    }
    if constexpr (requires { portal.restore(type, 1, context); }) {
      if (choice == 1 && !contacts_.empty()) {
        const auto id = id_of(*pick(contacts_));
        ASSERT_TRUE(portal.archive(type, id, context));
        ASSERT_TRUE(portal.restore(type, id, context).ok());
      }
    }
    if constexpr (requires { portal.erase(type, 1, context); }) {
      if (choice == 2 && !contacts_.empty()) {
        ASSERT_TRUE(portal.erase(type, id_of(*take(contacts_)), context));
      }
    }
  }

  SimulatedRig& rig_;
  Prng random_;
  Ids contacts_;
  Ids companies_;
  Ids deals_;
};

Told expected(SimulatedRig& rig) {
  Told told;
  for (const auto& change : rig.world().portal().changes_after(0, 1'000'000)) {
    expect_change(told, change);
  }
  return told;
}

void play(std::uint64_t seed) {
  SimulatedRig rig(seed);
  rig.subscribe(subscriptions);
  Receiver receiver(seed);
  rig.receiver = [&](const webhooks::DeliveryRequest& request) {
    return receiver.receive(request);
  };
  Caller caller(rig, seed);
  Prng pause(seed + 1);
  for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i) {
    caller.step(i);
    rig.advance(Duration(pause.below(120'000)));
  }
  rig.advance(48h);
  EXPECT_TRUE(receiver.told == expected(rig)) << "the events are not those of the changes";
  std::size_t taken = 0;
  for (const auto& [id, life] : receiver.lives) {
    taken += life.taken ? 1U : 0U;
    EXPECT_TRUE(life.taken || life.attempts == webhooks::max_attempts)
        << "event " << id << " was given up after " << life.attempts << " attempts";
  }
  const auto state = rig.emitter().state();
  EXPECT_EQ(state.delivered, taken);
  EXPECT_EQ(state.failed, receiver.lives.size() - taken);
  EXPECT_EQ(state.born, receiver.lives.size());
}

TEST(WebhookEvents, AreExactlyThoseOfTheChanges) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    play(seed);
    ASSERT_FALSE(::testing::Test::HasFailure()) << "first failing seed " << seed;
  }
}

}  // namespace
}  // namespace hubsim::simulation
