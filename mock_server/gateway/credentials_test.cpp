#include "mock_server/gateway/credentials.h"

#include <gtest/gtest.h>

#include <array>

namespace hubsim::gateway {
namespace {

using namespace std::chrono_literals;
using hubspot::Credential;

constexpr std::uint8_t set_of(std::initializer_list<Credential> kinds) {
  std::uint8_t set = 0;
  for (const Credential kind : kinds) {
    set = static_cast<std::uint8_t>(set | static_cast<std::uint8_t>(kind));
  }
  return set;
}

const hubspot::OperationRow portal_row{
    .id = "portal", .credentials = set_of({Credential::private_app, Credential::oauth})};
const hubspot::OperationRow app_row{
    .id = "app",
    .credentials = set_of({Credential::developer_key, Credential::client_credentials})};
const hubspot::OperationRow key_row{.id = "key",
                                    .credentials = set_of({Credential::developer_key}),
                                    .refusal = hubspot::Refusal::developer_key};
const hubspot::OperationRow open_row{.id = "open", .credentials = set_of({Credential::none})};

class CredentialsTest : public ::testing::Test {
 protected:
  CredentialsTest() {
    apps_.add({.id = 7, .client_id = "seven"});
    apps_.set_developer_key("the-key");
    put("private", Credential::private_app);
    put("oauth", Credential::oauth, Instant(1000s));
    put("app-token", Credential::client_credentials, Instant(1000s));
  }
  void put(const char* token, Credential kind, std::optional<Instant> expires = {}) {
    apps_.put_token({.token = token,
                     .caller = {.app_id = 7, .credential = kind, .portal_id = 1},
                     .expires_at = expires});
  }
  /// "app 7", or status and category of the refusal.
  std::string ask(const hubspot::OperationRow& row, std::string header, std::string query = "",
                  std::string app = "7", Instant now = Instant(10s)) {
    const http::Request request{.target = "/x?" + query, .headers = {{"Authorization", header}}};
    const hubspot::Route route{
        .kind = hubspot::Route::Kind::found, .row = &row, .params = {{"appId", app}}};
    const auto view = request.view();
    const http::Query parsed(view.query);
    const auto found =
        identify({.route = route, .request = view, .query = parsed, .now = now}, apps_);
    if (found.ok()) {
      return "app " + std::to_string((*found)->app_id);
    }
    return std::to_string(found.error().status) + " " + found.error().category;
  }

  portal::Apps apps_{1};
};

TEST_F(CredentialsTest, PortalCallsTakeTokensOfThePortal) {
  EXPECT_EQ(ask(portal_row, "Bearer private"), "app 7");
  EXPECT_EQ(ask(portal_row, "bearer   oauth "), "app 7");
  for (const char* header : {"", "Bearer", "Bearer ", "Bearer nonsense", "Basic private", "private",
                             "Bearer app-token"}) {
    EXPECT_EQ(ask(portal_row, header), "401 INVALID_AUTHENTICATION") << header;
  }
}

TEST_F(CredentialsTest, AKeyInTheQueryIsNoCredentialOfAPortalCall) {
  EXPECT_EQ(ask(portal_row, "", "hapikey=the-key"), "401 INVALID_AUTHENTICATION");
  EXPECT_EQ(ask(portal_row, "Bearer private", "hapikey=wrong"), "app 7");
}

TEST_F(CredentialsTest, AppCallsTakeTheKeyOrATokenOfTheApp) {
  EXPECT_EQ(ask(app_row, "", "hapikey=the-key"), "app 7");
  EXPECT_EQ(ask(app_row, "Bearer app-token"), "app 7");
  EXPECT_EQ(ask(app_row, "", "hapikey=wrong"), "401 INVALID_AUTHENTICATION");
  EXPECT_EQ(ask(app_row, "Bearer private"), "401 INVALID_AUTHENTICATION");
  EXPECT_EQ(ask(app_row, "Bearer app-token", "", "8"), "401 INVALID_AUTHENTICATION");
}

TEST_F(CredentialsTest, TheAppOfTheKeyIsNamedByThePath) {
  EXPECT_EQ(ask(app_row, "", "hapikey=the-key", "8"), "401 INVALID_AUTHENTICATION");
  EXPECT_EQ(ask(app_row, "", "hapikey=the-key", "seven"), "400 ");
}

TEST_F(CredentialsTest, SomeFamiliesSayThatTheyWantTheKey) {
  EXPECT_EQ(ask(key_row, "Bearer private"), "403 INVALID_AUTHENTICATION");
  EXPECT_EQ(ask(key_row, "Bearer app-token"), "403 INVALID_AUTHENTICATION");
  EXPECT_EQ(ask(key_row, "Bearer nonsense"), "401 INVALID_AUTHENTICATION");
}

TEST_F(CredentialsTest, ExpiryIsOnTheClockItIsAskedWith) {
  EXPECT_EQ(ask(portal_row, "Bearer oauth", "", "7", Instant(999s)), "app 7");
  EXPECT_EQ(ask(portal_row, "Bearer oauth", "", "7", Instant(1000s)), "401 EXPIRED_AUTHENTICATION");
  EXPECT_EQ(ask(app_row, "Bearer app-token", "", "7", Instant(1075s)),
            "401 EXPIRED_AUTHENTICATION");
}

TEST_F(CredentialsTest, OpenCallsAskNobody) {
  EXPECT_EQ(ask(open_row, ""), "app 0");
  EXPECT_EQ(ask(open_row, "Bearer nonsense"), "app 0");
}

TEST(TimeAgo, SaysTheLargestUnitOfWhichTwoHavePassed) {
  EXPECT_EQ(time_ago(999ms), "0 second(s)");
  EXPECT_EQ(time_ago(75s), "75 second(s)");
  EXPECT_EQ(time_ago(120s), "2 minute(s)");
  EXPECT_EQ(time_ago(119min), "119 minute(s)");
  EXPECT_EQ(time_ago(5h + 59min), "5 hour(s)");
  EXPECT_EQ(time_ago(24h * 19884 + 1h), "19884 day(s)");
}

}  // namespace
}  // namespace hubsim::gateway
