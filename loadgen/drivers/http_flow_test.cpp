// Flows, mixes and feeders of driver http; driver replay.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "loadgen/drivers/driver.h"
#include "loadgen/drivers/feeder.h"

namespace hubsim::loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Made {
  std::unique_ptr<Driver> driver;
  config::Problems problems;
};

Made make(const std::string& kind_name, const Json& json) {
  DriverRegistry registry("driver");
  register_all_drivers(registry);
  const DriverKind* kind = registry.find(kind_name);
  Made made;
  const auto settings = config::read_settings(kind->fields, json, "", made.problems);
  if (made.problems.empty()) {
    made.driver = kind->make(settings, {"calls", "", "http://127.0.0.1:1", 7}, made.problems);
  }
  return made;
}

std::vector<Arrival> arrivals(std::uint64_t count) {
  std::vector<Arrival> all;
  for (std::uint64_t i = 0; i < count; ++i) {
    all.push_back({i, {}});
  }
  return all;
}

net::ClientResult answer(int status, const std::string& body = "") {
  net::ClientResult result;
  result.status = status;
  result.body = body;
  return result;
}

/// A file that goes away with the test.
class TempFile {
 public:
  explicit TempFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("hubsim_flow_test_" + std::to_string(::getpid()) + "_" + std::to_string(++made_))) {
    std::ofstream(path_) << text;
  }
  ~TempFile() { std::filesystem::remove(path_); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  static inline int made_ = 0;
  std::filesystem::path path_;
};

const Json two_steps = {{"steps",
                         {{{"method", "POST"},
                           {"url", "/people"},
                           {"body", R"({"n":${index}})"},
                           {"expect", 201},
                           {"capture", {{"id", "/results/0/id"}}}},
                          {{"url", "/people/${got.id}?of=${index}"}, {"think", "20ms"}}}}};

TEST(HttpFlow, ALaterStepUsesWhatAnEarlierOneGot) {
  auto made = make("http", two_steps);
  ASSERT_TRUE(made.driver) << made.problems.at(0).message;
  const auto calls = made.driver->render(arrivals(2));
  EXPECT_EQ(calls[1].request.url, "http://127.0.0.1:1/people");
  const auto created = answer(201, R"({"results":[{"id":42}]})");
  EXPECT_EQ(made.driver->judge(calls[1], created)[0].outcome, Outcome::ok);
  const auto next = made.driver->follow(calls[1], created);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->request.url, "http://127.0.0.1:1/people/42?of=1");
  EXPECT_EQ(next->delay, milliseconds(20));
  const Call second{next->request, calls[1].arrivals};
  EXPECT_EQ(made.driver->judge(second, answer(200))[0].outcome, Outcome::ok);
  EXPECT_FALSE(made.driver->follow(second, answer(200)));
}

TEST(HttpFlow, EndsWhereAStepFails) {
  auto made = make("http", two_steps);
  const auto calls = made.driver->render(arrivals(2));
  EXPECT_EQ(made.driver->judge(calls[0], answer(500))[0].why, "status 500");
  EXPECT_FALSE(made.driver->follow(calls[0], answer(500)));
  const auto empty = answer(201, R"({"results":[]})");
  EXPECT_EQ(made.driver->judge(calls[1], empty)[0].why, "nothing to capture at /results/0/id");
  EXPECT_FALSE(made.driver->follow(calls[1], empty));
}

TEST(HttpFlow, AMixKeepsItsWeights) {
  auto made = make("http", {{"mix",
                             {{{"weight", 3}, {"url", "/often"}},
                              {{"weight", 1}, {"url", "/seldom"}},
                              {{"weight", 0}, {"url", "/never"}}}}});
  ASSERT_TRUE(made.driver) << made.problems.at(0).message;
  std::size_t often = 0;
  for (const Call& call : made.driver->render(arrivals(2000))) {
    EXPECT_EQ(call.request.url.find("never"), std::string::npos);
    often += call.request.url.ends_with("/often") ? 1U : 0U;
  }
  EXPECT_NEAR(static_cast<double>(often) / 2000, 0.75, 0.04);
}

TEST(HttpFlow, AFeederGivesEachArrivalARow) {
  const TempFile file("email,\"full name\"\r\na@x.org,\"Ada, L\"\r\nb@x.org,\"B \"\"Bee\"\"\"\r\n");
  auto made = make("http", {{"url", "/p?e=${feed.email}"},
                            {"body", "${feed.full name}"},
                            {"feeder", {{"file", file.path()}}}});
  ASSERT_TRUE(made.driver) << made.problems.at(0).message;
  const auto calls = made.driver->render(arrivals(3));
  EXPECT_TRUE(calls[0].request.url.ends_with("e=a@x.org"));
  EXPECT_EQ(calls[0].request.body, "Ada, L");
  EXPECT_EQ(calls[1].request.body, "B \"Bee\"");
  EXPECT_EQ(calls[2].request.body, "Ada, L");
}

TEST(HttpFlow, AFeederMayBeMadeAndPickedFromAHotSet) {
  auto made = make("http", {{"url", "/${feed.user}/${feed.plan}"},
                            {"feeder",
                             {{"generate", {{"user", "u-${index}"}, {"plan", {"free", "pro"}}}},
                              {"rows", 100},
                              {"pick", "hot(1%)"}}}});
  ASSERT_TRUE(made.driver) << made.problems.at(0).message;
  std::size_t hot = 0;
  std::set<std::string> all;
  for (const Call& call : made.driver->render(arrivals(1000))) {
    hot += call.request.url.ends_with("/u-0/free") ? 1U : 0U;
    all.insert(call.request.url);
  }
  EXPECT_NEAR(static_cast<double>(hot), 900, 40);
  EXPECT_TRUE(all.contains("http://127.0.0.1:1/u-1/pro") ||
              all.contains("http://127.0.0.1:1/u-3/pro"));
}

TEST(HttpFlow, SaysWhatIsWrong) {
  const auto first = [](const Json& json) {
    const auto made = make("http", json);
    return made.problems.empty() ? std::string("accepted")
                                 : made.problems[0].pointer + ": " + made.problems[0].message;
  };
  EXPECT_THAT(first({{"method", "GET"}}), HasSubstr("either 'url'"));
  EXPECT_THAT(first({{"url", "/"}, {"mix", {{{"url", "/"}}}}}), HasSubstr("/mix: 'mix' stands"));
  EXPECT_THAT(first({{"steps", {{{"method", "GET"}}}}}), HasSubstr("no 'url'"));
  EXPECT_THAT(first({{"steps", {{{"url", "/${got.id}"}}}}}), HasSubstr("/steps/0/url: unknown"));
  EXPECT_THAT(first({{"steps", {{{"url", "/"}, {"capture", {{"a", "id"}}}}}}}),
              HasSubstr("no JSON pointer"));
  EXPECT_THAT(first({{"url", "/${feed.x}"}, {"feeder", {{"generate", {{"y", "1"}}}}}}),
              HasSubstr("known: index, uuid, feed.y"));
  EXPECT_THAT(first({{"url", "/"}, {"feeder", {{"file", "no/such.csv"}}}}),
              HasSubstr("/feeder/file: cannot read"));
  EXPECT_THAT(first({{"mix", {{{"weight", 0}, {"url", "/"}}}}}), HasSubstr("all weights are 0"));
  EXPECT_THAT(
      first({{"steps", two_steps["steps"]}, {"writes", {{"property", "email"}, {"value", "x"}}}}),
      HasSubstr("'writes' goes with 'url'"));
}

TEST(Csv, NamesTheLineOfAMistake) {
  EXPECT_THAT(parse_csv("a,b\n1,2\n\"x\ny\",3\n4\n").error(),
              HasSubstr("line 5: 1 values under 2"));
  EXPECT_THAT(parse_csv("a\n\"open\n").error(), HasSubstr("line 2: a quote is never closed"));
  EXPECT_THAT(parse_csv("a,b\n").error(), HasSubstr("no rows"));
  EXPECT_THAT(*parse_csv("a\nx\n"), ElementsAre(ElementsAre("a"), ElementsAre("x")));
}

constexpr const char* recording =
    "{\"at_ms\":0,\"url\":\"https://elsewhere.org/a?x=1\"}\n"
    "{\"at_ms\":100,\"method\":\"POST\",\"url\":\"/b\",\"body\":\"hi\"}\n"
    "{\"at_ms\":400}\n";

std::vector<nanoseconds> times_of(Driver& driver, nanoseconds length) {
  const auto stream = driver.own_arrivals(length);
  std::vector<nanoseconds> all;
  while (const auto at = stream->next()) {
    all.push_back(*at);
  }
  return all;
}

TEST(Replay, PlaysARecordingAtItsTimesOverSeveralPhases) {
  const TempFile file(recording);
  auto made = make("replay", {{"file", file.path()}, {"speed", 2}});
  ASSERT_TRUE(made.driver) << made.problems.at(0).message;
  EXPECT_THAT(times_of(*made.driver, milliseconds(50)), ElementsAre(nanoseconds(0)));
  EXPECT_THAT(times_of(*made.driver, seconds(1)), ElementsAre(nanoseconds(0), milliseconds(150)));
  const auto calls = made.driver->render(arrivals(3));
  EXPECT_EQ(calls[0].request.url, "http://127.0.0.1:1/a?x=1");
  EXPECT_EQ(calls[1].request.method, "POST");
  EXPECT_EQ(calls[1].request.body, "hi");
  EXPECT_EQ(calls[2].request.url, "http://127.0.0.1:1/");
}

TEST(Replay, RepeatsWithItsMeanGap) {
  const TempFile file(recording);
  auto made = make("replay", {{"file", file.path()}, {"repeat", true}});
  ASSERT_TRUE(made.driver) << made.problems.at(0).message;
  EXPECT_THAT(times_of(*made.driver, milliseconds(701)),
              ElementsAre(milliseconds(0), milliseconds(100), milliseconds(400), milliseconds(600),
                          milliseconds(700)));
  EXPECT_THAT(make("replay", {{"file", "none"}}).problems.at(0).message, HasSubstr("cannot read"));
}

}  // namespace
}  // namespace hubsim::loadgen
