#include "loadgen/cli_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/net/testing/test_server.h"

namespace hubsim::loadgen {
namespace {

using net::testing::http_answer;
using net::testing::TestAnswer;
using net::testing::TestRequest;
using net::testing::TestServer;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

/// Other programs may have the machine: only what a test is about makes it INVALID.
VerdictRules lenient() {
  VerdictRules rules;
  rules.max_lag = milliseconds(250);
  rules.max_throttled = 1;
  rules.max_stolen = 1;
  return rules;
}

LoadOptions options_for(const TestServer& server) {
  LoadOptions options;
  options.url = server.url() + "/${index}";
  options.duration = milliseconds(300);
  options.warmup = milliseconds(100);
  options.rules = lenient();
  return options;
}

TEST(RunLoad, PassesAndTellsTheLatencies) {
  TestServer server([](const TestRequest&) { return TestAnswer{http_answer(200, "ok")}; });
  LoadOptions options = options_for(server);
  options.rate_per_s = 200;
  const LoadOutcome open = run_load(options);
  EXPECT_EQ(open.exit_code, 0) << open.text;
  EXPECT_THAT(open.text, HasSubstr("60 sent, 60 ok, 0 failed"));
  EXPECT_THAT(open.text, HasSubstr("response"));
  EXPECT_EQ(open.json["report"]["phases"][0]["phase"], "warmup");
  EXPECT_EQ(open.json["verdict"], "PASS");
  EXPECT_EQ(open.json["requests"], 60);
  EXPECT_EQ(open.json["errors"], 0);
  EXPECT_NEAR(open.json["rate_achieved"].get<double>(), 200, 5);
  EXPECT_GT(open.json["cpu_us_per_request"].get<double>(), 0);
  for (const char* latency : {"response", "service", "schedule_lag"}) {
    for (const char* quantile : {"p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms"}) {
      EXPECT_TRUE(open.json["latency"][latency][quantile].is_number()) << latency << quantile;
    }
  }
  options.rate_per_s.reset();
  const LoadOutcome closed = run_load(options);
  EXPECT_EQ(closed.exit_code, 0) << closed.text;
  EXPECT_THAT(closed.text, HasSubstr("no arrival plan"));
}

TEST(RunLoad, FailsOnErrorsOverTheBound) {
  TestServer server([](const TestRequest& request) {
    return TestAnswer{http_answer(request.target().back() % 2 == 0 ? 200 : 500, "")};
  });
  LoadOptions options = options_for(server);
  options.rate_per_s = 200;
  EXPECT_EQ(run_load(options).exit_code, 1);
  options.rules.max_errors = 0.51;
  EXPECT_EQ(run_load(options).exit_code, 0);
}

TEST(RunLoad, IsInvalidWhenItCannotKeepItsSchedule) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, "ok"), TestAnswer::After::keep, milliseconds(100)};
  });
  LoadOptions options = options_for(server);
  options.rules.max_lag = milliseconds(50);
  options.rate_per_s = 30;
  options.connections = 1;  // ten a second at best
  const LoadOutcome outcome = run_load(options);
  EXPECT_EQ(outcome.exit_code, 3) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("schedule lag"));
}

TEST(RunLoad, SaysWhenNobodyIsThere) {
  LoadOptions options;
  options.url = "http://127.0.0.1:" + std::to_string(*net::pick_free_port());
  options.duration = milliseconds(50);
  EXPECT_EQ(run_load(options).exit_code, 4);
  options.rate_per_s = 100;
  EXPECT_EQ(run_load(options).exit_code, 4);
  options.shape = "stairs(2)";
  EXPECT_EQ(run_load(options).exit_code, 2);
  options.url = "nonsense";
  EXPECT_EQ(run_load(options).exit_code, 2);
}

}  // namespace
}  // namespace hubsim::loadgen
