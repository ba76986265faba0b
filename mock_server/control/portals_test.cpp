// Portals, snapshots, apps and reset, asked for over the control API as a test harness would.
#include <gtest/gtest.h>

#include <span>

#include "hubspot/rules/option_ids.h"
#include "mock_server/control/control_test_rig.h"

namespace hubsim::control {
namespace {

using http::Method;

constexpr const char* contacts = "/crm/v3/objects/contacts";

struct PortalsTest : ::testing::Test, ControlRig {
  std::string token() { return get("portals")["results"][0]["access_token"]; }
  std::string create(const std::string& token, const std::string& email) {
    const Json made =
        crm(token, Method::post, contacts, R"({"properties":{"email":")" + email + R"("}})", 201);
    return json::text_of(made.value("id", Json("")));
  }
  std::size_t count(const std::string& token) {
    return crm(token, Method::get, std::string(contacts) + "?limit=100", "", 200)["results"].size();
  }
  static std::string id_of(const Json& item, const char* key) { return json::text_of(item[key]); }
};

struct Mistake {
  Method method;
  const char* path;
  const char* body;
  int status;
  const char* says;  ///< a part of the error, or of its first problem
};

void expect_refused(ControlRig& rig, std::span<const Mistake> mistakes) {
  for (const Mistake& mistake : mistakes) {
    const Json answer = rig.call(mistake.method, mistake.path, mistake.body, mistake.status);
    EXPECT_NE(json::dump(answer).find(mistake.says), std::string::npos)
        << mistake.path << " " << mistake.body << ": " << json::dump(answer);
  }
}

// ---- portals

TEST_F(PortalsTest, APortalIsMadeListedAndTakenAway) {
  create(token(), "a@example.org");
  const Json made = post("portals", R"({"tier":"free"})", 201);
  EXPECT_EQ(made["tier"], "free");
  const std::string other = made["access_token"];
  EXPECT_EQ(count(other), 0U);
  EXPECT_EQ(get("portals")["results"].size(), 2U);
  EXPECT_EQ(get("portals")["results"][1], made);
  const Json plain = post("portals", "", 201);
  EXPECT_EQ(plain["tier"], world.config().tier);
  remove("portals/" + id_of(made, "portal_id"));
  EXPECT_EQ(get("portals")["results"].size(), 2U);
  (void)crm(other, Method::get, contacts, "", 401);
}

TEST_F(PortalsTest, AForkHasWhatItsOriginHadAndGoesItsOwnWay) {
  create(token(), "a@example.org");
  const Json fork = post("portals", R"({"fork":147893286})", 201);
  const std::string other = fork["access_token"];
  EXPECT_NE(id_of(fork, "portal_id"), "147893286");
  EXPECT_EQ(fork["tier"], world.config().tier);
  EXPECT_EQ(count(other), 1U);
  create(other, "b@example.org");
  create(other, "c@example.org");
  create(token(), "d@example.org");
  EXPECT_EQ(count(other), 3U);
  EXPECT_EQ(count(token()), 2U);
  (void)put("options?portal=" + id_of(fork, "portal_id"), R"({"search.eq_ignores_case":"off"})");
  EXPECT_TRUE(world.options().on(hubspot::Option::search_eq_ignores_case));
  (void)post("reset?portal=" + id_of(fork, "portal_id"), "{}", 204);
  EXPECT_EQ(count(other), 1U) << "back to what it was forked from";
  EXPECT_EQ(count(token()), 2U);
  // A fork of a fork, by a number written as text.
  const Json again = post("portals", R"({"fork":")" + id_of(fork, "portal_id") + R"("})", 201);
  EXPECT_EQ(count(again["access_token"]), 1U);
}

TEST_F(PortalsTest, WrongPortalsAreNamed) {
  const std::vector<Mistake> mistakes{
      {Method::post, "portals", R"({"tier":"gold"})", 400, "free, starter, professional"},
      {Method::post, "portals", R"({"tier":"free","fork":147893286})", 400, "a fork has that of"},
      {Method::post, "portals", R"({"fork":1})", 404, "no portal '1' to fork"},
      {Method::post, "portals", R"({"fork":"x"})", 404, "no portal 'x' to fork"},
      {Method::post, "portals", R"({"fork":-1})", 404, "no portal '-1' to fork"},
      {Method::post, "portals", R"({"fork":[1]})", 400, "/fork"},
      {Method::post, "portals", R"({"teir":"free"})", 400, "did you mean 'tier'"},
      {Method::post, "portals", R"(["free"])", 400, "expected a mapping"},
      {Method::post, "portals", R"({"tier":)", 400, "not JSON"},
      {Method::del, "portals/147893286", "", 404, "the first one stays"},
      {Method::del, "portals/12", "", 404, "no portal '12' to remove"},
      {Method::del, "portals/x", "", 404, "no portal 'x' to remove"},
      {Method::del, "portals", "", 404, "no portal '' to remove"},
      {Method::put, "portals", "{}", 405, "does not take that method"},
      {Method::get, "requests?portal=12", "", 404, "no portal '12'"},
      {Method::get, "requests?portal=", "", 404, "no portal ''"}};
  expect_refused(*this, mistakes);
  EXPECT_EQ(get("portals")["results"].size(), 1U);
}

TEST_F(PortalsTest, ThereAreAtMostAThousand) {
  for (std::size_t i = 1; i < gateway::World::max_accounts; ++i) {
    ASSERT_TRUE(world.add_account({.fork_of = world.find_account(147893286)}).ok());
  }
  EXPECT_NE(error(Method::post, "portals", "{}", 409).find("1000 portals already"),
            std::string::npos);
  remove("portals/147893287");
  (void)post("portals", "{}", 201);
}

// ---- snapshots

TEST_F(PortalsTest, ASnapshotBringsBackWhatWasAsOftenAsWanted) {
  create(token(), "a@example.org");
  (void)put("options", R"({"search.eq_ignores_case":"off"})");
  const Json snapshot = post("snapshots", "", 201);
  EXPECT_EQ(id_of(snapshot, "portal_id"), "147893286");
  EXPECT_EQ(snapshot["last_sequence"], get("history")["last_sequence"]);
  EXPECT_EQ(get("snapshots")["results"], Json::array({snapshot}));
  (void)put("options", R"({"search.eq_ignores_case":"on"})");
  const std::string restore = "snapshots/" + id_of(snapshot, "id") + "/restore";
  for (int twice = 0; twice < 2; ++twice) {
    create(token(), "b@example.org");
    EXPECT_EQ(count(token()), 2U);
    EXPECT_EQ(post(restore), snapshot);
    EXPECT_EQ(count(token()), 1U);
    EXPECT_FALSE(world.options().on(hubspot::Option::search_eq_ignores_case));
    EXPECT_EQ(get("history")["last_sequence"], snapshot["last_sequence"]);
  }
  remove("snapshots/" + id_of(snapshot, "id"));
  EXPECT_TRUE(get("snapshots")["results"].empty());
  (void)post(restore, "", 404);
}

TEST_F(PortalsTest, ASnapshotIsOfOnePortal) {
  const Json fork = post("portals", R"({"fork":147893286})", 201);
  const std::string other = fork["access_token"];
  const std::string portal = id_of(fork, "portal_id");
  create(other, "a@example.org");
  const Json snapshot = post("snapshots?portal=" + portal, "", 201);
  EXPECT_EQ(id_of(snapshot, "portal_id"), portal);
  create(other, "b@example.org");
  create(token(), "c@example.org");
  // Which portal the call names does not matter: a snapshot goes back to its own.
  (void)post("snapshots/" + id_of(snapshot, "id") + "/restore");
  EXPECT_EQ(count(other), 1U);
  EXPECT_EQ(count(token()), 1U);
  remove("portals/" + portal);
  EXPECT_NE(error(Method::post, "snapshots/" + id_of(snapshot, "id") + "/restore", "", 404)
                .find("the portal of that snapshot is gone"),
            std::string::npos);
}

TEST_F(PortalsTest, WrongSnapshotsAreNamed) {
  const std::vector<Mistake> mistakes{
      {Method::post, "snapshots/7/restore", "", 404, "no snapshot '7/restore'"},
      {Method::post, "snapshots/x/restore", "", 404, "no snapshot 'x/restore'"},
      {Method::post, "snapshots/restore", "", 404, "no snapshot 'restore'"},
      {Method::post, "snapshots//restore", "", 404, "no snapshot '/restore'"},
      {Method::post, "snapshots/7", "", 404, "no snapshot '7'"},
      {Method::del, "snapshots/7", "", 404, "no snapshot '7'"},
      {Method::del, "snapshots", "", 404, "no snapshot ''"},
      {Method::post, "snapshots?portal=9", "", 404, "no portal '9'"}};
  expect_refused(*this, mistakes);
}

TEST_F(PortalsTest, ThereAreAtMostAHundredSnapshots) {
  for (std::size_t i = 0; i < gateway::World::max_snapshots; ++i) {
    (void)post("snapshots", "", 201);
  }
  EXPECT_NE(error(Method::post, "snapshots", "", 409).find("100 snapshots are kept already"),
            std::string::npos);
  remove("snapshots/1");
  (void)post("snapshots", "", 201);
}

// ---- apps

TEST_F(PortalsTest, AnAppIsMadeAndListed) {
  const Json before = get("apps")["results"];
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[0]["private_app"], true);
  EXPECT_EQ(before[0]["portals"], Json::array({147893286}));
  const Json made = post("apps", R"({"name":"Sync","scopes":["crm.objects.contacts.read"],
                                     "redirect_uris":"https://example.org/cb"})",
                         201);
  EXPECT_EQ(made["name"], "Sync");
  EXPECT_EQ(made["private_app"], false);
  EXPECT_EQ(made["scopes"], Json::array({"crm.objects.contacts.read"}));
  EXPECT_EQ(made["redirect_uris"], Json::array({"https://example.org/cb"}));
  EXPECT_TRUE(made["portals"].empty());
  EXPECT_EQ(get("apps")["results"][2], made);
  const Json plain = post("apps", "", 201);
  EXPECT_EQ(plain["scopes"], Json::array({"*"}));
  EXPECT_NE(plain["client_id"], made["client_id"]);
}

TEST_F(PortalsTest, WhatAnAppIsGrantedChangesAtOnce) {
  const std::string app = "apps/" + id_of(get("apps")["results"][0], "app_id");
  const Json narrowed = put(app, R"({"scopes":["crm.objects.companies.read"]})");
  EXPECT_EQ(narrowed["scopes"], Json::array({"crm.objects.companies.read"}));
  (void)crm(token(), Method::get, contacts, "", 403);
  (void)crm(token(), Method::get, "/crm/v3/objects/companies", "", 200);
  (void)put(app, R"({"scopes":["*"]})");
  EXPECT_EQ(count(token()), 0U);
  (void)put(app, R"({"scopes":[]})");
  (void)crm(token(), Method::get, contacts, "", 403);
}

TEST_F(PortalsTest, WrongAppsAreNamed) {
  const std::string many = R"({"scopes":[)" + [] {
    std::string list = "\"s\"";
    for (int i = 0; i < 1000; ++i) {
      list += ",\"s\"";
    }
    return list;
  }() + "]}";
  const std::vector<Mistake> mistakes{
      {Method::post, "apps", R"({"scopes":{"a":1}})", 400, "/scopes"},
      {Method::post, "apps", R"({"scopes":[["a"]]})", 400, "expected a list of texts"},
      {Method::post, "apps", R"({"name":{}})", 400, "/name"},
      {Method::post, "apps", R"({"redirects":[]})", 400, "redirect_uris"},
      {Method::post, "apps", R"("Sync")", 400, "expected a mapping"},
      {Method::post, "apps", many.c_str(), 400, "at most 1000"},
      {Method::put, "apps/1", R"({"scopes":["a"]})", 404, "no app '1'"},
      {Method::put, "apps/x", R"({"scopes":["a"]})", 404, "no app 'x'"},
      {Method::put, "apps", R"({"scopes":["a"]})", 404, "no app ''"},
      {Method::put, "apps/1", "{}", 400, "'scopes' is missing"},
      {Method::put, "apps/1", "", 400, "expected a mapping"},
      {Method::put, "apps/1", many.c_str(), 400, "at most 1000"}};
  expect_refused(*this, mistakes);
  EXPECT_EQ(get("apps")["results"].size(), 2U);
}

TEST_F(PortalsTest, ADeveloperAccountHasAtMostAHundredApps) {
  for (std::size_t i = 1; i < portal::Apps::max_apps; ++i) {
    (void)post("apps", "{}", 201);
  }
  EXPECT_NE(error(Method::post, "apps", "{}", 409).find("at most 100 apps"), std::string::npos);
}

// ---- reset

TEST_F(PortalsTest, ResetIsTheStateAfterTheStart) {
  const Json clock = get("clock");
  const Json webhooks = get("webhooks");
  const Json apps = get("apps");
  create(token(), "a@example.org");
  (void)post("portals", "", 201);
  (void)post("snapshots", "", 201);
  (void)post("apps", "", 201);
  (void)put("apps/" + id_of(apps["results"][0], "app_id"), R"({"scopes":[]})");
  (void)put("options", R"({"search.eq_ignores_case":"off"})");
  (void)put("faults/down", R"({"kind":"status","status":503})");
  (void)put("webhooks", R"({"target_url":"http://receiver/w","subscriptions":["contact.creation"],
                            "max_concurrent_requests":7})");
  (void)post("webhooks/hold");
  advance("72h");
  (void)post("reset", "", 204);
  EXPECT_EQ(get("clock"), clock);
  EXPECT_EQ(get("webhooks"), webhooks);
  EXPECT_EQ(get("apps"), apps);
  EXPECT_EQ(get("portals")["results"].size(), 1U);
  EXPECT_TRUE(get("snapshots")["results"].empty());
  EXPECT_TRUE(get("faults")["results"].empty());
  EXPECT_TRUE(get("requests")["results"].empty());
  EXPECT_TRUE(world.options().on(hubspot::Option::search_eq_ignores_case));
  EXPECT_EQ(get("history")["last_sequence"], 0);
  EXPECT_EQ(count(token()), 0U);
}

TEST_F(PortalsTest, AfterAResetNobodyIsToldUntilToldSoAgain) {
  const char* settings =
      R"({"target_url":"http://receiver/w","subscriptions":["contact.creation"]})";
  (void)put("webhooks", settings);
  create(token(), "a@example.org");
  (void)post("reset", "", 204);
  create(token(), "b@example.org");
  advance("1h");
  EXPECT_EQ(get("webhooks")["born"], 0);
  EXPECT_TRUE(transport.requests.empty());
  (void)put("webhooks", settings);
  create(token(), "c@example.org");
  advance("1h");
  EXPECT_EQ(get("webhooks")["delivered"], 1);
}

}  // namespace
}  // namespace hubsim::control
