#include "mock_server/portal/apps.h"

#include <gtest/gtest.h>

namespace hubsim::portal {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t portal_id = 147;

struct Settings {
  int value = 0;
};

class AppsTest : public ::testing::Test {
 protected:
  AppsTest() {
    apps_.add({.id = 1, .client_id = "one"});
    apps_.add({.id = 2, .client_id = "two"});
  }
  AccessTokenPtr issue(std::uint64_t app, std::string refresh = "") {
    return apps_.issue({.token = "",
                        .caller = {.app_id = app, .portal_id = portal_id},
                        .expires_at = Instant(1800s),
                        .refresh_token = std::move(refresh)},
                       random_);
  }
  std::string refresh(std::uint64_t app, std::uint64_t user = 5) {
    return apps_.refresh_token_for(
        {.token = "", .app_id = app, .portal_id = portal_id, .user_id = user, .scopes = {"oauth"}},
        random_);
  }

  Apps apps_{portal_id};
  Prng random_{7};
};

TEST_F(AppsTest, IdsAndClientIdsAreTakenOnce) {
  EXPECT_FALSE(apps_.add({.id = 1, .client_id = "three"}));
  EXPECT_FALSE(apps_.add({.id = 3, .client_id = "one"}));
  EXPECT_TRUE(apps_.add({.id = 3, .client_id = "three"}));
  EXPECT_EQ(apps_.find_client("three")->id, 3U);
  EXPECT_EQ(apps_.list().size(), 3U);
}

TEST_F(AppsTest, AnAccountHasAHundredApps) {
  for (std::uint64_t id = 10; apps_.list().size() < Apps::max_apps; ++id) {
    ASSERT_TRUE(apps_.add({.id = id, .client_id = std::to_string(id)}));
  }
  EXPECT_FALSE(apps_.add({.id = 1000, .client_id = "one too many"}));
}

TEST_F(AppsTest, ACodeWorksOnce) {
  const std::string code =
      apps_.add_code({.code = "", .app_id = 1, .portal_id = portal_id}, random_);
  EXPECT_TRUE(code.starts_with("na1-"));
  EXPECT_EQ(apps_.take_code(code)->app_id, 1U);
  EXPECT_FALSE(apps_.take_code(code));
}

TEST_F(AppsTest, RefreshTokensAreKeptPerUser) {
  const std::string first = refresh(1);
  EXPECT_EQ(refresh(1), first);
  EXPECT_NE(refresh(1, 6), first);
  EXPECT_NE(refresh(2), first);
}

TEST_F(AppsTest, UninstallingRevokesWhatTheAppHasThereOnly) {
  const std::string mine = refresh(1);
  const std::string other = refresh(2);
  const auto token = issue(1, mine);
  const auto kept = issue(2, other);
  EXPECT_TRUE(apps_.uninstall(1, portal_id));
  EXPECT_FALSE(apps_.uninstall(1, portal_id));
  EXPECT_FALSE(apps_.find_refresh_token(mine));
  EXPECT_EQ(apps_.find_token(token->token), nullptr);
  EXPECT_NE(apps_.find_token(kept->token), nullptr);
  EXPECT_TRUE(apps_.installed(2, portal_id));
  EXPECT_FALSE(apps_.installed(1, portal_id));
}

TEST_F(AppsTest, RevokingARefreshTokenMayLeaveAccessTokens) {
  const std::string token = refresh(1);
  const auto access = issue(1, token);
  EXPECT_TRUE(apps_.revoke_refresh_token(token, false));
  EXPECT_NE(apps_.find_token(access->token), nullptr);
  const std::string again = refresh(1);
  const auto second = issue(1, again);
  EXPECT_TRUE(apps_.revoke_refresh_token(again, true));
  EXPECT_EQ(apps_.find_token(second->token), nullptr);
  EXPECT_FALSE(apps_.revoke_refresh_token(again, true));
}

TEST_F(AppsTest, TheOldestIssuedTokensAreForgotten) {
  const auto first = issue(1);
  for (std::size_t i = 0; i < Apps::max_tokens; ++i) {
    apps_.put_token({.token = std::to_string(i),
                     .caller = {.app_id = 1, .portal_id = portal_id},
                     .expires_at = Instant(1800s)});
  }
  EXPECT_EQ(apps_.find_token(first->token), nullptr);
  EXPECT_NE(apps_.find_token("0"), nullptr);
}

TEST_F(AppsTest, ScopesOfStaticTokensChangeWithTheApp) {
  apps_.put_token({.token = "static", .caller = {.app_id = 1, .scopes = {"*"}, .portal_id = 1}});
  EXPECT_TRUE(grants(apps_.find_token("static")->caller.scopes, "crm.lists.read"));
  EXPECT_TRUE(apps_.set_scopes(1, {"oauth"}));
  EXPECT_FALSE(grants(apps_.find_token("static")->caller.scopes, "crm.lists.read"));
  EXPECT_FALSE(apps_.set_scopes(99, {}));
}

TEST_F(AppsTest, PartsAreKeptForEachAppAndListenersAreTold) {
  std::uint64_t told = 0;
  apps_.on_part_changed([&](std::uint64_t app) { told = app; });
  apps_.part<Settings>(1).value = 3;
  apps_.part_changed(1);
  EXPECT_EQ(told, 1U);
  EXPECT_EQ(apps_.part<Settings>(1).value, 3);
  EXPECT_EQ(apps_.part<Settings>(2).value, 0);
  apps_.clear();
  EXPECT_EQ(apps_.part<Settings>(1).value, 0);
}

}  // namespace
}  // namespace hubsim::portal
