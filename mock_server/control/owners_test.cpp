// Owners added and archived over the control API, as HubSpot's own API shows them afterwards.
#include <gtest/gtest.h>

#include "mock_server/control/control_test_rig.h"

namespace hubsim::control {
namespace {

using http::Method;

struct OwnersTest : ::testing::Test, ControlRig {
  std::string token() { return get("portals")["results"][0]["access_token"]; }
  Json owners(const char* query) {
    return crm(token(), Method::get, std::string("/crm/v3/owners") + query, "", 200)["results"];
  }
};

TEST_F(OwnersTest, AnAddedOwnerHasAUserAndTeamsAndMayOwnRecords) {
  const std::size_t before = get("owners")["results"].size();
  const Json made = post("owners",
                         R"({"email":"eva@example.com","first_name":"Eva","last_name":"Ng",)"
                         R"("teams":["Sales","North"]})",
                         201);
  EXPECT_EQ(get("owners")["results"].size(), before + 1);
  const Json shown = owners("?email=EVA@example.com");
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0]["id"], made["id"]);
  EXPECT_EQ(shown[0]["userId"], made["user_id"]);
  EXPECT_EQ(shown[0]["type"], "PERSON");
  ASSERT_EQ(shown[0]["teams"].size(), 2U);
  EXPECT_EQ(shown[0]["teams"][0]["id"], "48214791") << "the team of that name is there already";
  EXPECT_EQ(shown[0]["teams"][0]["primary"], true);
  EXPECT_EQ(shown[0]["teams"][1]["primary"], false);
  const std::string id = made["id"];
  (void)crm(token(), Method::post, "/crm/v3/objects/contacts",
            R"({"properties":{"email":"a@example.org","hubspot_owner_id":")" + id + R"("}})", 201);
}

TEST_F(OwnersTest, AnArchivedOwnerIsListedApart) {
  const std::string id = post("owners", R"({"email":"eva@example.com"})", 201)["id"];
  (void)call(Method::del, "owners/" + id, "", 200);
  EXPECT_TRUE(owners("?email=eva@example.com").empty());
  const Json archived = owners("?archived=true&email=eva@example.com");
  ASSERT_EQ(archived.size(), 1U);
  EXPECT_TRUE(archived[0]["userId"].is_null());
}

TEST_F(OwnersTest, MistakesAreNamed) {
  (void)post("owners", R"({"email":"eva@example.com","type":"QUEUE","last_name":"Help"})", 201);
  EXPECT_NE(json::dump(post("owners", R"({"email":"EVA@example.com"})", 400)).find("there already"),
            std::string::npos);
  EXPECT_NE(json::dump(post("owners", R"({"first_name":"Eva"})", 400)).find("email"),
            std::string::npos);
  EXPECT_NE(
      json::dump(post("owners", R"({"email":"x@example.com","type":"ROBOT"})", 400)).find("PERSON"),
      std::string::npos);
  EXPECT_NE(json::dump(call(Method::del, "owners/17", "", 404)).find("no owner"),
            std::string::npos);
}

}  // namespace
}  // namespace hubsim::control
