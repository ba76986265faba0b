#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>

#include "common/base/text.h"
#include "common/net/testing/test_server.h"
#include "common/time/format.h"
#include "scenarios/observe/observer.h"
#include "scenarios/observe/rows.h"

namespace hubsim::scenarios {
namespace {

using net::testing::http_answer;
using net::testing::TestAnswer;
using net::testing::TestRequest;
using net::testing::TestServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Result<std::unique_ptr<Observer>> try_make(const std::string& kind_name, const Json& settings,
                                           const ObserverContext& context) {
  ObserverRegistry registry("observer");
  register_all_observers(registry);
  const ObserverKind* kind = registry.find(kind_name);
  config::Problems problems;
  const auto read = config::read_settings(with_common_observer_fields(kind->fields), settings,
                                          "/observe/0", problems);
  EXPECT_TRUE(problems.empty()) << problems.front().message;
  return kind->make("mirror", read, context);
}

Observation observe(const std::string& kind, const Json& settings, const ObserverContext& context) {
  auto observer = try_make(kind, settings, context);
  EXPECT_TRUE(observer.ok()) << observer.error();
  return (*observer)->observe();
}

/// A folder that is gone after the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "observe_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

class Observers : public testing::Test {
 protected:
  ObserverContext context(std::string url = "") {
    return {.clock = clock_,
            .target_url = std::move(url),
            .directory = folder_.path(),
            .environment = {{"COLOUR", "red"}}};
  }
  RealClock clock_;
  Folder folder_;
};

const Json list_settings{{"url", "/people?limit=2"},
                         {"next", "paging.next.after"},
                         {"properties", {"email", "phone=details.tel"}}};

TEST_F(Observers, HttpListFollowsTheCursorAndReadsEachPage) {
  TestServer server([](const TestRequest& request) {
    const std::string target = request.target();
    if (target == "/people?limit=2") {
      return TestAnswer{
          .bytes = http_answer(200, R"({"results":[{"id":"1","email":"a","details":{"tel":7}},
                                     {"id":2,"email":null}],"paging":{"next":{"after":"2 &"}}})")};
    }
    if (target == "/people?limit=2&after=2%20%26") {
      return TestAnswer{.bytes = http_answer(200, R"({"results":[{"id":"3","email":"c"}]})")};
    }
    return TestAnswer{.bytes = http_answer(404, target)};
  });
  const std::int64_t before_ms = to_unix_ms(clock_.now());
  const Observation seen = observe("http_list", list_settings, context(server.url()));
  const std::int64_t after_ms = to_unix_ms(clock_.now()) + 1;
  ASSERT_TRUE(seen.complete) << seen.error;
  ASSERT_EQ(seen.records.size(), 3U);
  EXPECT_EQ(seen.records[0].key, "1");
  EXPECT_THAT(seen.records[0].properties, ElementsAre(Pair("email", "a"), Pair("phone", "7")));
  EXPECT_THAT(seen.records[1].properties, ElementsAre(Pair("email", ""), Pair("phone", "")));
  EXPECT_EQ(seen.requests, 2U);
  EXPECT_LE(before_ms, seen.from_ms);
  EXPECT_LE(seen.from_ms, seen.to_ms);
  EXPECT_LE(seen.to_ms, after_ms);
}

std::string error_of_page(const std::string& bytes, Json extra = Json::object()) {
  TestServer server([&](const TestRequest&) { return TestAnswer{.bytes = bytes}; });
  RealClock clock;
  Json settings = list_settings;
  settings.update(extra);
  const Observation seen =
      observe("http_list", settings,
              {.clock = clock, .target_url = server.url(), .directory = "", .environment = {}});
  EXPECT_FALSE(seen.complete);
  return seen.error;
}

TEST_F(Observers, HttpListSaysWhatIsWrongWithAPage) {
  EXPECT_THAT(error_of_page(http_answer(503, "busy")), HasSubstr("answered 503: busy"));
  EXPECT_THAT(error_of_page(http_answer(200, "{")), HasSubstr("not JSON"));
  EXPECT_THAT(error_of_page(http_answer(200, "{}")), HasSubstr("no list at 'results'"));
  EXPECT_THAT(error_of_page(http_answer(200, R"({"results":[{"name":1}]})")),
              HasSubstr("a row has no 'id'"));
  const std::string again = http_answer(200, R"({"results":[],"paging":{"next":{"after":"1"}}})");
  EXPECT_THAT(error_of_page(again), HasSubstr("leads to itself"));
  const std::string three = http_answer(200, R"({"results":[{"id":1},{"id":2},{"id":3}]})");
  EXPECT_THAT(error_of_page(three, {{"max_records", 2}}), HasSubstr("max_records"));
  EXPECT_THAT(error_of_page(again, {{"max_pages", 1}}), HasSubstr("max_pages"));
}

TEST_F(Observers, HttpListOfAServerThatIsDownIsIncomplete) {
  std::string url;
  {
    TestServer server([](const TestRequest&) { return TestAnswer{}; });
    url = server.url();
  }
  const Observation seen = observe("http_list", list_settings, context(url));
  EXPECT_FALSE(seen.complete);
  EXPECT_THAT(seen.error, HasSubstr("/people"));
}

TEST_F(Observers, HttpListEndsAtItsTimeout) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{.bytes = http_answer(200, "{}"), .delay = std::chrono::seconds(20)};
  });
  Json settings = list_settings;
  settings["timeout"] = "50ms";
  EXPECT_FALSE(observe("http_list", settings, context(server.url())).complete);
}

TEST_F(Observers, AMirrorWithoutPropertiesIsRefused) {
  const auto observer = try_make("http_list", {{"url", "http://127.0.0.1:1/"}}, context());
  ASSERT_FALSE(observer.ok());
  EXPECT_THAT(observer.error(), HasSubstr("needs `properties`"));
  EXPECT_TRUE(
      try_make("http_list", {{"url", "http://127.0.0.1:1/"}, {"role", "effects"}}, context()).ok());
}

Json shell(const std::string& script) {
  return {{"command", {"sh", "-c", script}}, {"properties", "colour"}, {"timeout", "5s"}};
}

TEST_F(Observers, CommandReadsOneObjectALine) {
  const Observation seen = observe(
      "command", shell(R"(echo "{\"id\":1,\"colour\":\"$COLOUR\"}"; echo; echo '{"id":"2"}')"),
      context());
  ASSERT_TRUE(seen.complete) << seen.error;
  ASSERT_EQ(seen.records.size(), 2U);
  EXPECT_THAT(seen.records[0].properties, ElementsAre(Pair("colour", "red")));
}

TEST_F(Observers, CommandRunsInItsFolder) {
  const Observation seen =
      observe("command", shell(R"sh(printf '{"id":1,"colour":"%s"}' "$(pwd -P)")sh"), context());
  ASSERT_TRUE(seen.complete) << seen.error;
  EXPECT_EQ(seen.records.at(0).properties.at(0).second,
            std::filesystem::canonical(folder_.path()).string());
}

TEST_F(Observers, CommandSaysHowItFailed) {
  const auto error = [&](const Json& settings) {
    const Observation seen = observe("command", settings, context());
    EXPECT_FALSE(seen.complete);
    return seen.error;
  };
  EXPECT_THAT(error(shell("echo no luck >&2; exit 3")), HasSubstr("exit code 3: no luck"));
  EXPECT_THAT(error(shell("echo '{'")), HasSubstr("line 1 is not JSON"));
  EXPECT_THAT(error({{"command", "no_such_program"}, {"properties", "a"}}),
              HasSubstr("cannot start"));
  Json slow = shell("sleep 60 & sleep 60");
  slow["timeout"] = "50ms";
  EXPECT_THAT(error(slow), HasSubstr("timeout"));
  Json large = shell("yes | head -c 100000");
  large["max_bytes"] = 1000;
  EXPECT_THAT(error(large), HasSubstr("max_bytes"));
}

class SqlObservers : public Observers {
 protected:
  SqlObservers() {
    sqlite3* database = nullptr;
    sqlite3_open((folder_.path() + "/people.db").c_str(), &database);
    sqlite3_exec(database,
                 "CREATE TABLE people (id INTEGER, email TEXT, tel TEXT);"
                 "INSERT INTO people VALUES (1, 'a', '7'), (2, NULL, '8');",
                 nullptr, nullptr, nullptr);
    sqlite3_close(database);
  }
  Json settings(const std::string& statement) {
    return {
        {"file", "people.db"}, {"statement", statement}, {"properties", {"email", "phone=tel"}}};
  }
};

TEST_F(SqlObservers, ReadsTheColumnsByName) {
  const Observation seen =
      observe("sql", settings("SELECT tel, email, id FROM people ORDER BY id;"), context());
  ASSERT_TRUE(seen.complete) << seen.error;
  ASSERT_EQ(seen.records.size(), 2U);
  EXPECT_EQ(seen.records[1].key, "2");
  EXPECT_THAT(seen.records[1].properties, ElementsAre(Pair("email", ""), Pair("phone", "8")));
}

TEST_F(SqlObservers, RefusesToWriteAndSaysWhatIsMissing) {
  const auto error = [&](const std::string& statement) {
    const Observation seen = observe("sql", settings(statement), context());
    EXPECT_FALSE(seen.complete);
    return seen.error;
  };
  EXPECT_THAT(error("DELETE FROM people"), HasSubstr("it would write"));
  EXPECT_THAT(error("SELECT 1; SELECT 2"), HasSubstr("a single SELECT"));
  EXPECT_THAT(error("SELECT id, email FROM people"), HasSubstr("no column 'tel'"));
  EXPECT_THAT(error("SELECT * FROM nobody"), HasSubstr("no such table"));
}

TEST_F(SqlObservers, AnEndlessStatementEndsAtItsTimeout) {
  Json endless = settings(
      "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) "
      "SELECT max(id) AS id, '' AS email, '' AS tel FROM n");
  endless["timeout"] = "50ms";
  const Observation seen = observe("sql", endless, context());
  EXPECT_FALSE(seen.complete);
  EXPECT_THAT(seen.error, HasSubstr("timeout"));
}

TEST(AtPath, ReadsDottedPaths) {
  const Json value{{"a", {{"b", 1}, {"c", nullptr}}}};
  EXPECT_EQ(*at_path(value, "a.b"), 1);
  EXPECT_EQ(at_path(value, "a.c"), nullptr);
  EXPECT_EQ(at_path(value, "a.b.c"), nullptr);
  EXPECT_EQ(at_path(value, "."), &value);
}

}  // namespace
}  // namespace hubsim::scenarios
