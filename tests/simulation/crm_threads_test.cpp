// Many writers on one portal, as the server's workers are: create, update, archive, merge, erase,
// associate, batches, lists, new properties, beside searches and pages of lists. For
// ThreadSanitizer; whatever the interleaving, no call ends in anything but HubSpot's own answers,
// and afterwards records, indexes, associations and history agree.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "common/random/prng.h"
#include "mock_server/gateway/gateway.h"
#include "tests/fuzz/crm_invariants.h"

namespace hubsim::simulation {
namespace {

using http::Method;

constexpr int writers = 4;
constexpr int calls_each = 150;
constexpr std::uint64_t cities = 5;

struct Crowd {
  Crowd() : world({.tier = "enterprise", .limits_on = false}, hubspot::load_facts(), clock) {}

  http::Response call(Method method, const std::string& target, std::string body = "") {
    const http::Request request{
        .method = method,
        .target = target,
        .headers = {{"Authorization", "Bearer " + world.main_app().access_token},
                    {"Accept", "application/json"}},
        .body = std::move(body)};
    http::Response response = gateway.handle(request.view()).response;
    static const std::set<int> known{200, 201, 204, 207, 400, 404, 409};
    if (!known.contains(response.status)) {
      ++strange;
      ADD_FAILURE() << target << " " << request.body << ": " << response.status << " "
                    << response.body;
    }
    done += response.status < 300 ? 1 : 0;
    return response;
  }

  /// Records made so far by anybody, of one type.
  void remember(const http::Response& response, std::vector<std::string>& ids) {
    if (response.status != 201) {
      return;
    }
    const Json body = json::parse(response.body).value();
    const std::lock_guard lock(ids_mutex);
    const Json single = Json::array({body});
    for (const Json& record : body.contains("results") ? body.at("results") : single) {
      ids.push_back(record.at("id").get<std::string>());
    }
  }
  std::string any(const std::vector<std::string>& ids, Prng& random) {
    const std::lock_guard lock(ids_mutex);
    return ids.empty() ? "1" : ids[random.below(ids.size())];
  }

  RealClock clock;
  gateway::World world;
  gateway::Gateway gateway{world};
  std::atomic<int> strange{0};
  std::atomic<int> done{0};
  std::mutex ids_mutex;
  std::vector<std::string> contacts;
  std::vector<std::string> companies;
};

/// One worker: what it calls next follows from its number alone.
class Worker {
 public:
  Worker(Crowd& crowd, int number) : crowd_(crowd), random_(static_cast<std::uint64_t>(number)) {}

  void work() {
    for (int i = 0; i < calls_each; ++i) {
      step();
    }
  }

 private:
  void step() {
    switch (random_.below(14)) {
      case 0:
      case 1:
        return create();
      case 2:
        return crowd_.remember(
            crowd_.call(Method::post, "/crm/v3/objects/companies/batch/create",
                        R"({"inputs":[{"properties":{"name":"a"}},{"properties":{"name":"b"}}]})"),
            crowd_.companies);
      case 3:
        return send(Method::patch, "/crm/v3/objects/contacts/" + contact(),
                    R"({"properties":{"city":")" + city() + R"("}})");
      case 4:
        return send(
            Method::post, "/crm/v3/objects/contacts/merge",
            R"({"primaryObjectId":")" + contact() + R"(","objectIdToMerge":")" + contact() + "\"}");
      case 5:
        return archive_or_erase();
      case 6:
        return send(Method::put, "/crm/v4/objects/contacts/" + contact() +
                                     "/associations/default/companies/" + company());
      case 7:
        return send(Method::del, "/crm/v4/objects/contacts/" + contact() +
                                     "/associations/companies/" + company());
      case 8:
      case 9:
        return send(Method::post, "/crm/v3/objects/contacts/search", search(city()));
      case 10:
        return send(Method::get,
                    "/crm/v3/objects/contacts?limit=20&associations=companies&properties=city");
      case 11:
        return send(Method::post, "/crm/v3/objects/contacts/batch/update",
                    R"({"inputs":[{"id":")" + contact() + R"(","properties":{"city":")" + city() +
                        R"("}},{"id":")" + contact() + R"(","properties":{"city":"1"}}]})");
      case 12:
        return lists();
      default:
        return send(Method::post, "/crm/v3/properties/contacts",
                    R"({"name":"p)" + std::to_string(random_.below(20)) +
                        R"(","label":"P","type":"string","fieldType":"text",)"
                        R"("groupName":"contactinformation"})");
    }
  }

  void create() {
    // A few e-mails for many: some creates meet their own kind.
    crowd_.remember(
        crowd_.call(Method::post, "/crm/v3/objects/contacts",
                    R"({"properties":{"email":"p)" + std::to_string(random_.below(200)) +
                        R"(@example.org","city":")" + city() + R"("}})"),
        crowd_.contacts);
  }

  void archive_or_erase() {
    if (random_.below(2) == 0) {
      return send(Method::del, "/crm/v3/objects/contacts/" + contact());
    }
    send(Method::post, "/crm/v3/objects/contacts/gdpr-delete",
         R"({"objectId":")" + contact() + R"("})");
  }

  void lists() {
    const auto made = crowd_.call(Method::post, "/crm/v3/lists",
                                  R"({"name":"l)" + std::to_string(random_.below(1000)) +
                                      R"(","objectTypeId":"0-1","processingType":"MANUAL"})");
    if (made.status != 200) {
      return;  // the name is taken
    }
    const Json list = json::parse(made.body).value();
    const std::string id = json::text_of(list.at("list").at("listId"));
    send(Method::put, "/crm/v3/lists/" + id + "/memberships/add", "[\"" + contact() + "\"]");
    send(Method::get, "/crm/v3/lists/" + id + "/memberships");
  }

  void send(Method method, const std::string& target, std::string body = "") {
    (void)crowd_.call(method, target, std::move(body));
  }
  std::string contact() { return crowd_.any(crowd_.contacts, random_); }
  std::string company() { return crowd_.any(crowd_.companies, random_); }
  std::string city() { return std::to_string(random_.below(cities)); }

 public:
  static std::string search(const std::string& city) {
    return R"({"limit":200,"sorts":["-createdate"],"properties":["city"],"filterGroups":[)"
           R"({"filters":[{"propertyName":"city","operator":"EQ","value":")" +
           city + R"("}]}]})";
  }

 private:
  Crowd& crowd_;
  Prng random_;
};

TEST(CrmThreads, ManyWritersLeaveOnePortalThatAgreesWithItself) {
  Crowd crowd;
  {
    std::vector<std::jthread> workers;
    for (int number = 1; number <= writers; ++number) {
      workers.emplace_back([&crowd, number] { Worker(crowd, number).work(); });
    }
    workers.emplace_back([&crowd] {
      for (int i = 0; i < 100; ++i) {
        crowd.world.run_due();
        const auto pinned = crowd.world.pin();
        const std::lock_guard lock(crowd.world.mutex);
        (void)crowd.world.portal().changes_after(0, 50);
      }
    });
  }
  ASSERT_EQ(crowd.strange.load(), 0);
  EXPECT_GT(crowd.done.load(), writers * calls_each / 2) << "most calls did something";
  portal::Portal& portal = crowd.world.portal();
  fuzz::CrmInvariants(portal).check();
  EXPECT_EQ(portal.changes_after(0, SIZE_MAX).size(), portal.last_sequence());
  // What the index finds is what a look at every record finds.
  const portal::ObjectType& contacts = *portal.find_type("contacts");
  const auto city = contacts.property_index("city").value();
  for (std::uint64_t i = 0; i < cities; ++i) {
    std::size_t there = 0;
    for (const auto& record : portal.store(contacts.index()).slots()) {
      const std::string* value = record->archived ? nullptr : record->value(city);
      there += value != nullptr && *value == std::to_string(i) ? 1U : 0U;
    }
    const auto found = crowd.call(Method::post, "/crm/v3/objects/contacts/search",
                                  Worker::search(std::to_string(i)));
    EXPECT_EQ(json::parse(found.body).value().at("total"), there) << i;
    EXPECT_GT(there, 0U) << i;
  }
}

}  // namespace
}  // namespace hubsim::simulation
