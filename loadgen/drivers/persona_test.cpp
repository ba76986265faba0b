#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/json/json.h"
#include "common/net/testing/test_server.h"
#include "loadgen/drivers/driver.h"
#include "loadgen/drivers/persona_facts.h"

namespace hubsim::loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<Driver> make(const std::string& persona, Json more = Json::object()) {
  DriverRegistry registry("driver");
  register_all_drivers(registry);
  const DriverKind* kind = registry.find("persona");
  Json json{{"persona", persona}, {"api", "http://127.0.0.1:1"}, {"token", "t-1"}};
  json.update(more);
  config::Problems problems;
  const auto settings = config::read_settings(kind->fields, json, "", problems);
  EXPECT_TRUE(problems.empty()) << problems[0].message;
  return kind->make(settings, {"neighbour", "", "", 7}, problems);
}

net::ClientResult answer(int status, const Json& body = Json::object()) {
  net::ClientResult result;
  result.status = status;
  result.body = json::dump(body);
  return result;
}

Call begin(Driver& driver, std::uint64_t index) {
  const std::vector<Arrival> due{{index, {}}};
  return driver.render(due).at(0);
}

/// Answers a call; what it makes the driver ask next.
std::optional<Call> step(Driver& driver, const Call& call, const net::ClientResult& result) {
  (void)driver.judge(call, result);
  auto next = driver.follow(call, result);
  return next ? std::optional(Call{next->request, call.arrivals}) : std::nullopt;
}

Json found(std::initializer_list<const char*> ids, const char* after = nullptr) {
  Json body{{"results", Json::array()}};
  for (const char* id : ids) {
    body["results"].push_back({{"id", id}, {"updatedAt", "2026-01-01T00:00:01.500Z"}});
  }
  if (after != nullptr) {
    body["paging"]["next"]["after"] = after;
  }
  return body;
}

TEST(Persona, EveryValueHasAGrade) {
  EXPECT_GE(persona_facts().size(), 7U);
  for (const PersonaFact& fact : persona_facts()) {
    EXPECT_EQ(fact.grades.size(), 5U) << fact.name;
    EXPECT_FALSE(fact.cycle.empty()) << fact.name;
  }
  EXPECT_THAT(find_persona("zapier")->grades[0], HasSubstr("documented (Zapier help"));
  EXPECT_EQ(find_persona("nobody"), nullptr);
}

TEST(Persona, ZapierAsksForTheNewest) {
  const auto driver = make("zapier");
  const Call call = begin(*driver, 0);
  EXPECT_EQ(call.request.url, "http://127.0.0.1:1/crm/v3/objects/contacts/search");
  EXPECT_THAT(call.request.body, HasSubstr("\"createdate\""));
  EXPECT_THAT(call.request.body, HasSubstr("DESCENDING"));
  EXPECT_EQ(call.request.headers.at(0).second, "Bearer t-1");
  EXPECT_FALSE(step(*driver, call, answer(200, found({"1", "2"}, "2"))));
}

TEST(Persona, MuleSoftReadsAndWritesBackWhatChangedAndRestsThen) {
  const auto driver = make("mulesoft");
  const Call search = begin(*driver, 0);
  EXPECT_THAT(search.request.body, HasSubstr("\"value\":\"0\""));
  const auto page = step(*driver, search, answer(200, found({"1"}, "1")));
  ASSERT_TRUE(page);
  EXPECT_THAT(page->request.body, HasSubstr("\"after\":\"1\""));
  EXPECT_THAT(page->request.body, HasSubstr("\"value\":\"0\""));  // every page of one search
  const auto read = step(*driver, *page, answer(200, found({"2"})));
  ASSERT_TRUE(read);
  EXPECT_THAT(read->request.url, HasSubstr("/batch/read"));
  EXPECT_THAT(read->request.body, HasSubstr(R"([{"id":"1"},{"id":"2"}])"));
  const auto update = step(*driver, *read, answer(200, found({"1", "2"})));
  ASSERT_TRUE(update);
  EXPECT_THAT(update->request.url, HasSubstr("/batch/update"));
  EXPECT_THAT(update->request.body, HasSubstr(R"("jobtitle":"neighbour-0-1")"));
  Json written = found({"1", "2"});
  written["results"][1]["updatedAt"] = "2026-01-01T00:00:09Z";
  EXPECT_FALSE(step(*driver, *update, answer(200, written)));
  // What it wrote itself is not new to it.
  EXPECT_THAT(begin(*driver, 1).request.body, HasSubstr("\"value\":\"1767225609000\""));
}

TEST(Persona, AFullSyncPagesToTheEnd) {
  const auto driver = make("nightly_full_sync", {{"object_type", "companies"}});
  const Call first = begin(*driver, 0);
  EXPECT_EQ(first.request.url, "http://127.0.0.1:1/crm/v3/objects/companies?limit=100");
  const auto second = step(*driver, first, answer(200, found({"1"}, "100")));
  ASSERT_TRUE(second);
  EXPECT_THAT(second->request.url, HasSubstr("limit=100&after=100"));
  EXPECT_FALSE(step(*driver, *second, answer(200, found({"2"}))));
}

TEST(Persona, EachMeetsALimitInItsOwnWay) {
  const auto pause_of = [](const char* persona) {
    const auto driver = make(persona, {{"speed", 10}});
    const Call call = begin(*driver, 0);
    (void)driver->judge(call, answer(429));
    const auto next = driver->follow(call, answer(429));
    return next ? std::optional(next->delay) : std::nullopt;
  };
  EXPECT_EQ(pause_of("zapier"), std::nullopt);
  EXPECT_EQ(pause_of("boomi"), seconds(1));
  EXPECT_EQ(pause_of("second_app"), nanoseconds(0));
  const auto driver = make("second_app");  // even that gives up
  std::optional<Call> call = begin(*driver, 0);
  int asked = 0;
  for (; call; ++asked) {
    call = step(*driver, *call, answer(429));
  }
  EXPECT_EQ(asked, 4);
}

TEST(Persona, MayBeAnotherApp) {
  std::vector<std::string> asked;
  net::testing::TestServer server([&](const net::testing::TestRequest& request) {
    using net::testing::http_answer;
    asked.push_back(request.target() + " " + request.body);
    if (request.target() == "/control/apps") {
      return net::testing::TestAnswer{
          http_answer(201, R"({"client_id":"id-1","client_secret":"s-1"})")};
    }
    if (request.target() == "/oauth/v1/token") {
      return net::testing::TestAnswer{http_answer(200, R"({"access_token":"own-token"})")};
    }
    return net::testing::TestAnswer{
        http_answer(302, "", "Location: http://localhost/x?code=c-1&state=s\r\n")};
  });
  DriverRegistry registry("driver");
  register_all_drivers(registry);
  const DriverKind* kind = registry.find("persona");
  config::Problems problems;
  const auto driver_of = [&](const Json& more) {
    Json json{{"persona", "second_app"}, {"api", server.url()}};
    json.update(more);
    const auto settings = config::read_settings(kind->fields, json, "", problems);
    return kind->make(settings, {"rival", server.url() + "/control", "", 7}, problems);
  };
  const auto driver = driver_of({{"own_app", true}});
  ASSERT_TRUE(problems.empty()) << problems[0].message;
  ASSERT_TRUE(driver->prepare().ok());
  EXPECT_EQ(begin(*driver, 0).request.headers.at(0).second, "Bearer own-token");
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_THAT(asked[0], HasSubstr("\"rival\""));
  EXPECT_THAT(asked[1], HasSubstr("client_id=id-1&redirect_uri=http%3A"));
  EXPECT_THAT(asked[2], HasSubstr("client_secret=s-1"));
  EXPECT_THAT(asked[2], HasSubstr("code=c-1"));
  EXPECT_EQ(driver_of(Json::object()), nullptr);
  EXPECT_EQ(driver_of({{"own_app", true}, {"token", "t"}}), nullptr);
  EXPECT_EQ(problems.size(), 2U);
}

TEST(Persona, PollsNeverOverlapAndKeepTheirRhythm) {
  const auto driver = make("mulesoft", {{"speed", 60}, {"count", 2}});
  const auto stream = driver->own_arrivals(seconds(3));
  EXPECT_EQ(stream->next(), nanoseconds(0));
  EXPECT_EQ(stream->next(), milliseconds(500));
  EXPECT_FALSE(stream->next());  // both are under way
  EXPECT_TRUE(stream->waits());
  stream->returned(milliseconds(600));
  EXPECT_EQ(stream->next(), seconds(1));
  stream->returned(milliseconds(1700));  // took longer than an interval: at once
  EXPECT_EQ(stream->next(), milliseconds(1700));
}

}  // namespace
}  // namespace hubsim::loadgen
