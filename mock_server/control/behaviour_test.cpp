// What the control API tells of how calls were made.
#include <gtest/gtest.h>

#include "mock_server/control/control_test_rig.h"

namespace hubsim::control {
namespace {

using http::Method;

struct BehaviourTest : ::testing::Test, ControlRig {
  void create() {
    (void)crm(get("portals")["results"][0]["access_token"], Method::post,
              "/crm/v3/objects/contacts", R"({"properties":{"email":"a@example.org"}})", 201);
  }
  void search() {
    (void)crm(get("portals")["results"][0]["access_token"], Method::post,
              "/crm/v3/objects/contacts/search", R"({"limit":20,"query":"a"})", 200);
  }
};

TEST_F(BehaviourTest, RecordsOnlyWhenAsked) {
  search();
  EXPECT_TRUE(get("behaviour")["results"].empty());
  (void)put("behaviour", R"({"recording":true})");
  create();
  search();
  const Json seen = get("behaviour");
  EXPECT_EQ(seen["recording"], true);
  ASSERT_EQ(seen["results"].size(), 2U);
  EXPECT_EQ(seen["results"][0]["operation"], "crm.objects.create");
  EXPECT_EQ(seen["results"][0]["payload"], Json({"properties.email"}));
  EXPECT_EQ(seen["results"][0]["scopes"], Json({"crm.objects.contacts.write"}));
  EXPECT_EQ(seen["results"][1]["limits"][0]["limit"], 20);
  EXPECT_EQ(seen["results"][1]["payload"], Json({"limit", "query"}));
  (void)post("reset", "{}", 204);
  EXPECT_TRUE(get("behaviour")["results"].empty());
  EXPECT_EQ(get("behaviour")["recording"], false);
}

TEST_F(BehaviourTest, NamesAMistake) {
  EXPECT_NE(error(Method::put, "behaviour", R"({"record":true})", 400).find("recording"),
            std::string::npos);
}

}  // namespace
}  // namespace hubsim::control
