#include "loadgen/drivers/driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "common/json/json.h"
#include "common/net/blocking_client.h"
#include "common/net/testing/test_server.h"
#include "hubspot/rules/signature.h"
#include "loadgen/drivers/record_book.h"
#include "loadgen/drivers/text_template.h"

namespace hubsim::loadgen {
namespace {

using net::testing::http_answer;
using net::testing::TestAnswer;
using net::testing::TestRequest;
using net::testing::TestServer;
using ::testing::HasSubstr;

struct Made {
  std::unique_ptr<Driver> driver;
  config::Problems problems;
};

Made make(const std::string& kind_name, const Json& settings_json,
          const std::string& url = "http://127.0.0.1:1") {
  DriverRegistry registry("driver");
  register_all_drivers(registry);
  const DriverKind* kind = registry.find(kind_name);
  Made made;
  const auto settings = config::read_settings(kind->fields, settings_json, "", made.problems);
  if (made.problems.empty()) {
    made.driver = kind->make(settings, {"people", url, url, 7}, made.problems);
  }
  return made;
}

std::vector<Arrival> arrivals(std::uint64_t count, std::uint64_t first = 0) {
  std::vector<Arrival> all;
  for (std::uint64_t i = 0; i < count; ++i) {
    all.push_back({first + i, {}});
  }
  return all;
}

net::ClientResult answer(int status, const std::string& body = "") {
  net::ClientResult result;
  result.status = status;
  result.body = body;
  return result;
}

/// Three living contacts: 11, 13, 15; 12 was archived, 14 is a company.
TestAnswer history(const TestRequest& request) {
  if (request.target().find("after=0&") == std::string::npos) {
    return {http_answer(200, R"({"results":[],"next_after":6})")};
  }
  Json results = Json::array();
  const auto add = [&](const char* kind, const char* type, const char* id) {
    results.push_back({{"kind", kind}, {"object_type", type}, {"object_id", id}});
  };
  add("created", "0-1", "11");
  add("created", "0-1", "12");
  add("created", "0-1", "13");
  add("created", "0-2", "14");
  add("archived", "0-1", "12");
  add("created", "0-1", "15");
  return {http_answer(200, json::dump(Json{{"results", results}, {"next_after", 6}}))};
}

const Json mix =
    Json::parse(R"([{"weight":70,"do":"update","set":["phone","city","lifecyclestage?"]},
    {"weight":25,"do":"create"},{"weight":5,"do":"archive"}])");

TEST(HttpDriver, FillsTheTextsAndKnowsTheTarget) {
  auto made = make("http", {{"method", "POST"},
                            {"url", "/people?n=${index}"},
                            {"headers", {{"X-Id", "${uuid}"}}},
                            {"body", R"({"email":"s-${index}@example.org"})"},
                            {"expect", {200, 201}}});
  ASSERT_TRUE(made.driver) << made.problems.at(0).message;
  const auto calls = made.driver->render(arrivals(2, 5));
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].request.url, "http://127.0.0.1:1/people?n=5");
  EXPECT_EQ(calls[1].request.body, R"({"email":"s-6@example.org"})");
  EXPECT_EQ(calls[0].request.headers.at(0).second.size(), 36U);
  EXPECT_NE(calls[0].request.headers[0].second, calls[1].request.headers[0].second);
  EXPECT_EQ(calls[0].request.headers.at(1).second, "application/json");
  EXPECT_EQ(made.driver->judge(calls[0], answer(201))[0].outcome, Outcome::ok);
  const auto bad = made.driver->judge(calls[0], answer(204))[0];
  EXPECT_EQ(bad.outcome, Outcome::failed);
  EXPECT_EQ(bad.why, "status 204");
}

TEST(HttpDriver, SaysWhatAGoodAnswerPromises) {
  auto made = make(
      "http", {{"url", "/"}, {"writes", {{"property", "email"}, {"value", "s-${index}@x.org"}}}});
  ASSERT_TRUE(made.driver) << made.problems.at(0).message;
  const auto calls = made.driver->render(arrivals(1, 7));
  EXPECT_EQ(made.driver->judge(calls[0], answer(202))[0].accepted, "s-7@x.org");
  EXPECT_EQ(made.driver->judge(calls[0], answer(500))[0].accepted, "");
  EXPECT_EQ(make("http", {{"url", "/"}, {"writes", {{"property", "email"}}}}).problems.size(), 1U);
}

TEST(HttpDriver, TellsUnknownFromFailed) {
  auto made = make("http", {{"url", "/"}});
  const auto calls = made.driver->render(arrivals(1));
  net::ClientResult result;
  result.error = net::ErrorKind::connection_refused;
  EXPECT_EQ(made.driver->judge(calls[0], result)[0].outcome, Outcome::failed);
  result.error = net::ErrorKind::timeout;
  result.stamps.sent = std::chrono::nanoseconds(1);
  EXPECT_EQ(made.driver->judge(calls[0], result)[0].outcome, Outcome::unknown);
}

TEST(HttpDriver, NamesWhatIsWrong) {
  const auto made = make("http", {{"url", "/x/${indx}"}, {"expect", {99, "ok"}}});
  ASSERT_EQ(made.problems.size(), 3U);
  EXPECT_EQ(made.problems[0].pointer, "/url");
  EXPECT_THAT(made.problems[0].message, HasSubstr("did you mean 'index'"));
  EXPECT_EQ(made.problems[1].pointer, "/expect/0");
}

TEST(CrmChanges, OneArrivalChangesManyRecordsEachOnce) {
  TestServer server(history);
  auto made = make("crm_changes",
                   {{"mix", Json::parse(R"([{"do":"update","set":["phone"]},{"do":"create"}])")},
                    {"records", 3},
                    {"source", "IMPORT"}},
                   server.url());
  ASSERT_TRUE(made.driver) << made.problems.at(0).message;
  ASSERT_TRUE(made.driver->prepare().ok());
  const auto calls = made.driver->render(arrivals(400));
  ASSERT_EQ(calls.size(), 4U);  // at most 100 arrivals, and 1,000 changes, a request
  const Json body = Json::parse(calls[0].request.body);
  EXPECT_EQ(body["source"], "IMPORT");
  ASSERT_EQ(body["changes"].size(), 300U);
  std::set<std::string> values;
  for (std::size_t at = 0; at < 300; at += 3) {
    std::set<std::string> touched;
    for (std::size_t i = at; i < at + 3; ++i) {
      const Json& change = body["changes"][i];
      EXPECT_TRUE(!change.contains("id") || touched.insert(change["id"]).second) << i;
      values.insert(change["properties"].value("phone", change.value("lineage", "")));
    }
  }
  EXPECT_EQ(values.size(), 300U);
  Json results = Json::array();
  for (std::size_t i = 0; i < 300; ++i) {
    results.push_back({{"status", i == 4 ? "error" : "ok"}, {"id", "1"}, {"message", "no"}});
  }
  const auto judged =
      made.driver->judge(calls[0], answer(200, json::dump(Json{{"results", results}})));
  ASSERT_EQ(judged.size(), 100U);
  EXPECT_EQ(judged[0].outcome, Outcome::ok);
  EXPECT_EQ(judged[1].why, "no");
  EXPECT_EQ(judged[2].outcome, Outcome::ok);
}

TEST(CrmChanges, PicksLivingRecordsAndNamesItsWrites) {
  TestServer server(history);
  auto made = make("crm_changes", {{"mix", mix}}, server.url());
  ASSERT_TRUE(made.driver) << made.problems.at(0).message;
  const auto ready = made.driver->prepare();
  ASSERT_TRUE(ready.ok()) << ready.error();
  const auto calls = made.driver->render(arrivals(250));
  ASSERT_EQ(calls.size(), 3U);  // 100 + 100 + 50 share a request
  std::set<std::string> phones;
  std::map<std::string, int> ops;
  for (const Call& call : calls) {
    const Json body = Json::parse(call.request.body);
    EXPECT_EQ(body["changes"].size(), call.arrivals.size());
    EXPECT_EQ(body["source"], "CRM_UI");
    for (std::size_t i = 0; i < call.arrivals.size(); ++i) {
      const Json& change = body["changes"][i];
      const std::string index = std::to_string(call.arrivals[i].index);
      ++ops[change["op"]];
      EXPECT_EQ(change["object_type"], "contacts");
      if (change["op"] == "create") {
        EXPECT_EQ(change["lineage"], "people/" + index);
        EXPECT_EQ(change["properties"]["email"], "people-" + index + "@example.org");
        continue;
      }
      EXPECT_THAT(change["id"].get<std::string>(), ::testing::AnyOf("11", "13", "15"));
      if (change["op"] == "update") {
        EXPECT_EQ(change["properties"]["city"], "City people-" + index);
        EXPECT_TRUE(phones.insert(change["properties"]["phone"]).second);
      }
    }
  }
  EXPECT_GT(ops["update"], 100);
  EXPECT_GT(ops["create"], 30);
  EXPECT_LE(ops["archive"], 3);
  EXPECT_GE(ops["archive"], 1);
}

TEST(CrmChanges, ASeedRepeatsHoweverTheArrivalsAreCut) {
  TestServer server(history);
  std::vector<std::string> texts;
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{40}}) {
    auto made = make("crm_changes", {{"mix", mix}}, server.url());
    ASSERT_TRUE(made.driver->prepare().ok());
    std::string text;
    for (std::uint64_t at = 0; at < 40; at += step) {
      for (const Call& call :
           made.driver->render(arrivals(std::min<std::uint64_t>(step, 40 - at), at))) {
        const Json body = Json::parse(call.request.body);
        for (const Json& change : body["changes"]) {
          text += change.dump() + "\n";
        }
      }
    }
    texts.push_back(text);
  }
  EXPECT_EQ(texts[0], texts[1]);
  EXPECT_EQ(texts[0], texts[2]);
}

TEST(CrmChanges, JudgesEachItemForItself) {
  TestServer server(history);
  auto made = make("crm_changes", {{"mix", mix}}, server.url());
  ASSERT_TRUE(made.driver->prepare().ok());
  const auto calls = made.driver->render(arrivals(2));
  const auto judged = made.driver->judge(
      calls[0],
      answer(200, R"({"results":[{"status":"ok","id":"1"},{"status":"error","message":"no"}]})"));
  EXPECT_EQ(judged[0].outcome, Outcome::ok);
  EXPECT_EQ(judged[1].outcome, Outcome::failed);
  EXPECT_EQ(judged[1].why, "no");
  EXPECT_EQ(made.driver->judge(calls[0], answer(500))[1].why, "changes: status 500");
}

TEST(CrmChanges, NamesWhatIsWrong) {
  auto made = make("crm_changes", {{"mix", Json::parse(R"([{"do":"update","set":["phnoe"]},
      {"do":"archive","set":["city"]},{"do":"update"},{"do":"vanish"}])")},
                                   {"pick", "sometimes"}});
  ASSERT_EQ(made.problems.size(), 5U);
  EXPECT_EQ(made.problems[0].pointer, "/pick");
  EXPECT_EQ(made.problems[1].pointer, "/mix/0/set/0");
  EXPECT_THAT(made.problems[1].message, HasSubstr("did you mean 'phone'"));
  EXPECT_FALSE(make("crm_changes", {{"mix", mix}, {"object_type", "contcts"}}).driver);
}

TEST(CrmChanges, SaysWhenThereIsNothingToChange) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, R"({"results":[],"next_after":0})")};
  });
  const Json updates = Json::parse(R"([{"do":"update","set":["phone"]}])");
  auto made = make("crm_changes", {{"mix", updates}}, server.url());
  EXPECT_THAT(made.driver->prepare().error(), HasSubstr("world.data"));
  EXPECT_THAT(make("crm_changes", {{"mix", updates}}).driver->prepare().error(),
              HasSubstr("cannot read the portal's history"));
}

TEST(WebhookStorm, TellsOfLivingRecordsAndSigns) {
  TestServer server(history);
  auto made =
      make("webhook_storm", {{"url", "/hooks"}, {"secret", "s3cret"}, {"batch", 2}}, server.url());
  ASSERT_TRUE(made.driver) << made.problems.at(0).message;
  ASSERT_TRUE(made.driver->prepare().ok());
  const auto calls = made.driver->render(arrivals(5));
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[0].request.url, server.url() + "/hooks");
  EXPECT_EQ(calls[2].arrivals.size(), 1U);
  const Json events = Json::parse(calls[0].request.body);
  ASSERT_EQ(events.size(), 2U);
  const std::set<std::int64_t> living{11, 13, 15};
  EXPECT_TRUE(living.contains(events[0]["objectId"].get<std::int64_t>())) << events.dump();
  EXPECT_NE(events[0]["eventId"], events[1]["eventId"]);
  EXPECT_EQ(events[0]["subscriptionType"], "contact.propertyChange");
  std::map<std::string, std::string> headers(calls[0].request.headers.begin(),
                                             calls[0].request.headers.end());
  EXPECT_EQ(headers["x-hubspot-signature"], hubspot::signature_v1("s3cret", calls[0].request.body));
  EXPECT_EQ(headers["x-hubspot-signature-v3"],
            hubspot::signature_v3("s3cret", {"POST", calls[0].request.url, calls[0].request.body},
                                  std::stoll(headers["x-hubspot-request-timestamp"])));
  const auto judged = made.driver->judge(calls[0], answer(503));
  ASSERT_EQ(judged.size(), 2U);
  EXPECT_EQ(judged[1].why, "status 503");
}

TEST(PickRule, ReadsAndDraws) {
  EXPECT_FALSE(PickRule::parse("zipf").ok());
  EXPECT_FALSE(PickRule::parse("hot(0%)").ok());
  Prng prng(3);
  const auto share_below = [&](const PickRule& rule, std::size_t limit) {
    int below = 0;
    for (int i = 0; i < 20'000; ++i) {
      const std::size_t place = rule.place(1000, prng);
      EXPECT_LT(place, 1000U);
      below += place < limit ? 1 : 0;
    }
    return below / 20'000.0;
  };
  EXPECT_NEAR(share_below(*PickRule::parse("uniform"), 100), 0.1, 0.02);
  EXPECT_NEAR(share_below(*PickRule::parse("hot(10%)"), 100), 0.91, 0.02);
  EXPECT_NEAR(share_below(*PickRule::parse("zipf(1)"), 31), 0.5, 0.03);
}

TEST(RecordBook, OwnCreationsSettleFirstAndArchivedOnesStayGone) {
  RecordBook book;
  const auto place = book.add_created(0);
  ASSERT_TRUE(place);
  book.set_id(*place, "5");
  Prng prng(1);
  EXPECT_EQ(book.pick({}, RecordBook::settle_arrivals - 1, prng), "");
  EXPECT_EQ(book.pick({}, RecordBook::settle_arrivals, prng), "5");
  EXPECT_EQ(book.pick_to_archive({}, RecordBook::settle_arrivals + 1, prng), "");  // just touched
  EXPECT_EQ(book.pick_to_archive({}, 200, prng), "5");
  EXPECT_EQ(book.pick({}, 300, prng), "");
  EXPECT_EQ(book.living(), 0U);
}

TEST(TextTemplate, LeavesOtherDollarsAlone) {
  const auto text = TextTemplate::parse("$5 ${index} {x} ${");
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->fill(12, ""), "$5 12 {x} ${");
  EXPECT_EQ(TextTemplate::parse("plain")->fill(1, ""), "plain");
}

}  // namespace
}  // namespace hubsim::loadgen
