#include <gtest/gtest.h>

#include "mock_server/gateway/gateway.h"

namespace hubsim::gateway {
namespace {

using namespace std::chrono_literals;

class AccountsTest : public ::testing::Test {
 protected:
  AccountsTest() : world_({.tier = "starter"}, hubspot::load_facts(), clock_), gateway_(world_) {}

  Outcome call(const Account& account, http::Method method, std::string target,
               std::string body = "") {
    const http::Request request{
        .method = method,
        .target = std::move(target),
        .headers = {{"Authorization", "Bearer " + world_.main_app(account).access_token},
                    {"Accept", "application/json"}},
        .body = std::move(body)};
    return gateway_.handle(request.view());
  }
  std::string create(const Account& account, const std::string& email) {
    const Outcome made = call(account, http::Method::post, "/crm/v3/objects/contacts",
                              R"({"properties":{"email":")" + email + R"("}})");
    EXPECT_EQ(made.response.status, 201) << made.response.body;
    return json::text_of(json::parse(made.response.body)->at("id"));
  }
  std::size_t contacts(const Account& account) {
    const Outcome page = call(account, http::Method::get, "/crm/v3/objects/contacts?limit=100");
    return json::parse(page.response.body)->at("results").size();
  }
  AccountPtr fork(Account& origin) {
    auto made =
        world_.add_account({.tier = "", .fork_of = world_.find_account(origin.portal_id())});
    EXPECT_TRUE(made.ok());
    return *made;
  }

  ManualClock clock_{Instant(1'700'000'000s)};
  World world_;
  Gateway gateway_;
};

TEST_F(AccountsTest, ANewPortalIsEmptyAndItsTokenOpensItAlone) {
  create(world_.main(), "a@example.org");
  const AccountPtr other = *world_.add_account({.tier = "free"});
  EXPECT_NE(other->portal_id(), world_.main().portal_id());
  EXPECT_EQ(contacts(*other), 0U);
  create(*other, "a@example.org");
  EXPECT_EQ(contacts(*other), 1U);
  EXPECT_EQ(contacts(world_.main()), 1U);
}

TEST_F(AccountsTest, TheFileOfAnExportIsThatOfItsPortal) {
  const AccountPtr other = *world_.add_account({.tier = "free"});
  create(*other, "there@example.org");
  const Outcome started = call(*other, http::Method::post, "/crm/v3/exports/export/async",
                               R"({"exportType":"VIEW","format":"CSV","exportName":"x",)"
                               R"("objectType":"CONTACT","objectProperties":["email"],)"
                               R"("language":"EN","associatedObjectType":"COMPANY"})");
  ASSERT_EQ(started.response.status, 202) << started.response.body;
  const std::string id = json::text_of(json::parse(started.response.body)->at("id"));
  clock_.set(clock_.now() + 1min);
  const http::Request asked{
      .method = http::Method::get,
      .target = "/crm/v3/exports/export/async/tasks/" + id + "/status",
      .headers = {{"Authorization", "Bearer " + world_.main_app(*other).access_token},
                  {"Host", "mock.test:8443"}},
      .body = ""};
  http::RequestView over_tls = asked.view();
  over_tls.secure = true;
  const Outcome status = gateway_.handle(over_tls);
  const std::string url = json::text_of(json::parse(status.response.body)->at("result"));
  const std::string origin = "https://mock.test:8443";
  ASSERT_TRUE(url.starts_with(origin + "/export-downloads/" + std::to_string(other->portal_id())))
      << url;
  const http::Request download{
      .method = http::Method::get, .target = url.substr(origin.size()), .headers = {}, .body = ""};
  const Outcome file = gateway_.handle(download.view());
  EXPECT_EQ(file.response.status, 200);
  EXPECT_NE(file.response.body.find("there@example.org"), std::string::npos);
}

TEST_F(AccountsTest, LinksSayHttpsOverTls) {
  create(world_.main(), "a@example.org");
  create(world_.main(), "b@example.org");
  const http::Request request{
      .method = http::Method::get,
      .target = "/crm/v3/objects/contacts?limit=1",
      .headers = {{"Authorization", "Bearer " + world_.main_app(world_.main()).access_token},
                  {"Host", "mock.test"}},
      .body = ""};
  http::RequestView view = request.view();
  EXPECT_NE(gateway_.handle(view).response.body.find("\"http://mock.test/"), std::string::npos);
  view.secure = true;
  EXPECT_NE(gateway_.handle(view).response.body.find("\"https://mock.test/"), std::string::npos);
}

TEST_F(AccountsTest, AForkBeginsAsItsOriginAndGoesItsOwnWay) {
  const std::string shared = create(world_.main(), "a@example.org");
  const AccountPtr other = fork(world_.main());
  EXPECT_EQ(contacts(*other), 1U);
  // Unique values came along: the e-mail is taken in both.
  EXPECT_EQ(call(*other, http::Method::post, "/crm/v3/objects/contacts",
                 R"({"properties":{"email":"a@example.org"}})")
                .response.status,
            409);
  EXPECT_EQ(call(*other, http::Method::del, "/crm/v3/objects/contacts/" + shared).response.status,
            204);
  create(world_.main(), "b@example.org");
  EXPECT_EQ(contacts(*other), 0U);
  EXPECT_EQ(contacts(world_.main()), 2U);
}

TEST_F(AccountsTest, LimitsAndFaultRulesAreEachPortalsOwn) {
  const AccountPtr other = fork(world_.main());
  {
    const std::lock_guard lock(other->mutex);
    const auto problems =
        other->faults().put("down", json::parse(R"({"kind":"status","status":503})").value());
    ASSERT_TRUE(problems.empty());
  }
  EXPECT_EQ(call(*other, http::Method::get, "/crm/v3/objects/contacts").response.status, 503);
  const Outcome mine = call(world_.main(), http::Method::get, "/crm/v3/objects/contacts");
  EXPECT_EQ(mine.response.status, 200);
  EXPECT_EQ(mine.response.header("X-HubSpot-RateLimit-Remaining"), "99");
}

TEST_F(AccountsTest, APortalThatIsGoneOpensToNobody) {
  const AccountPtr other = fork(world_.main());
  EXPECT_TRUE(world_.remove_account(other->portal_id()));
  EXPECT_FALSE(world_.remove_account(other->portal_id()));
  EXPECT_FALSE(world_.remove_account(world_.main().portal_id()));
  EXPECT_EQ(call(*other, http::Method::get, "/crm/v3/objects/contacts").response.status, 401);
}

TEST_F(AccountsTest, SnapshotsBringBackWhatWas) {
  const std::string id = create(world_.main(), "a@example.org");
  const auto snapshot = world_.add_snapshot(world_.main());
  ASSERT_TRUE(snapshot.ok());
  call(world_.main(), http::Method::del, "/crm/v3/objects/contacts/" + id);
  create(world_.main(), "b@example.org");
  for (int twice = 0; twice < 2; ++twice) {
    world_.restore(world_.main(), *snapshot->portal);
    EXPECT_EQ(contacts(world_.main()), 1U);
    EXPECT_EQ(
        call(world_.main(), http::Method::get, "/crm/v3/objects/contacts/" + id).response.status,
        200);
    create(world_.main(), "b@example.org");  // not taken
  }
  EXPECT_TRUE(world_.remove_snapshot(snapshot->id));
  EXPECT_FALSE(world_.find_snapshot(snapshot->id));
}

TEST_F(AccountsTest, SubscribersHearOfEveryPortalAndOfRestoredOnes) {
  std::vector<std::uint64_t> heard;
  world_.subscribe_portals([&](const portal::Portal& portal, const portal::Change&) {
    heard.push_back(portal.config().portal_id);
  });
  const AccountPtr other = fork(world_.main());
  create(*other, "a@example.org");
  create(world_.main(), "a@example.org");
  world_.restore(*other, *world_.add_snapshot(*other)->portal);
  create(*other, "b@example.org");
  EXPECT_EQ(heard, (std::vector<std::uint64_t>{other->portal_id(), world_.main().portal_id(),
                                               other->portal_id()}));
}

TEST_F(AccountsTest, ResettingOneLeavesTheOthers) {
  create(world_.main(), "a@example.org");
  const AccountPtr other = fork(world_.main());
  create(*other, "b@example.org");
  create(world_.main(), "c@example.org");
  world_.reset(*other);
  EXPECT_EQ(contacts(*other), 1U);
  EXPECT_EQ(contacts(world_.main()), 2U);
  world_.reset();
  EXPECT_EQ(contacts(world_.main()), 0U);
  EXPECT_EQ(world_.accounts().size(), 1U);
  EXPECT_EQ(call(*other, http::Method::get, "/crm/v3/objects/contacts").response.status, 401);
}

TEST_F(AccountsTest, ThereIsABoundOnPortalsAndSnapshots) {
  for (std::size_t i = 0; i < World::max_snapshots; ++i) {
    ASSERT_TRUE(world_.add_snapshot(world_.main()).ok());
  }
  EXPECT_FALSE(world_.add_snapshot(world_.main()).ok());
}

}  // namespace
}  // namespace hubsim::gateway
