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

LoadOptions options_for(const TestServer& server) {
  LoadOptions options;
  options.url = server.url() + "/${index}";
  options.duration = milliseconds(300);
  options.warmup = milliseconds(100);
  options.max_lag = milliseconds(250);
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
  EXPECT_EQ(open.json["phases"][0]["phase"], "warmup");
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
  options.max_errors = 0.51;
  EXPECT_EQ(run_load(options).exit_code, 0);
}

TEST(RunLoad, IsInvalidWhenItCannotKeepItsSchedule) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, "ok"), TestAnswer::After::keep, milliseconds(100)};
  });
  LoadOptions options = options_for(server);
  options.max_lag = milliseconds(50);
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
  options.url = "https://127.0.0.1/";
  EXPECT_EQ(run_load(options).exit_code, 2);
  options.url = "nonsense";
  EXPECT_EQ(run_load(options).exit_code, 2);
}

}  // namespace
}  // namespace hubsim::loadgen
