#include "loadgen/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>

#include "common/net/testing/test_server.h"
#include "common/time/clock.h"

namespace hubsim::loadgen {
namespace {

using net::testing::http_answer;
using net::testing::TestAnswer;
using net::testing::TestRequest;
using net::testing::TestServer;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TrafficSpec http_spec(const std::string& arrivals = "constant") {
  return {"calls", "http", arrivals, Json{{"url", "/${index}"}, {"timeout", "3s"}}};
}

TestAnswer answer_ok(const TestRequest& /*request*/) { return {http_answer(200, "ok")}; }

void wait_drained(const TrafficRun& run) {
  const auto limit = monotonic_now() + seconds(8);
  while (!run.drained() && monotonic_now() < limit) {
    std::this_thread::yield();
  }
  ASSERT_TRUE(run.drained());
}

TEST(TrafficRun, SendsThePlanAndCountsEachPhaseForItself) {
  TestServer server(answer_ok);
  TrafficRun run({http_spec()}, {"", server.url()}, 1);
  ASSERT_TRUE(run.prepare().ok());
  const auto t0 = monotonic_now();
  run.start(t0);
  run.begin_phase("one", t0, {{"calls", {{seconds(0), milliseconds(300), 200, 200}}}});
  run.begin_phase("two", t0 + milliseconds(300),
                  {{"calls", {{seconds(0), milliseconds(200), 100, 100}}}});
  wait_drained(run);
  run.stop(seconds(1));
  const auto reports = run.report();
  ASSERT_EQ(reports.size(), 1U);
  ASSERT_EQ(reports[0].phases.size(), 2U);
  EXPECT_EQ(reports[0].phases[0].planned, 60U);
  EXPECT_EQ(reports[0].phases[0].ok, 60U);
  EXPECT_EQ(reports[0].phases[1].ok, 20U);
  EXPECT_EQ(reports[0].phases[1].start, milliseconds(300));
  EXPECT_NEAR(reports[0].phases[0].planned_per_s, 200, 0.2);
  EXPECT_EQ(reports[0].phases[0].response.count(), 60U);
  EXPECT_EQ(reports[0].statuses.at(200), 80U);
  EXPECT_TRUE(reports[0].invalid.empty());
  EXPECT_GT(reports[0].cpu.count(), 0);
  EXPECT_EQ(server.requests(), 80U);
  EXPECT_EQ(run.snapshot()[0].ok, 80U);
  EXPECT_NE(reports[0].hdr_log().find("Tag=calls/two/service,"), std::string::npos);
  EXPECT_EQ(to_json(reports[0])["phases"][1]["planned"], 20);
}

TEST(TrafficRun, EndPhaseGivesUpWhatWasNotDue) {
  TestServer server(answer_ok);
  TrafficRun run({http_spec()}, {"", server.url()}, 1);
  ASSERT_TRUE(run.prepare().ok());
  const auto t0 = monotonic_now();
  run.start(t0);
  run.begin_phase("open", t0, {{"calls", {{seconds(0), seconds(600), 100, 100}}}});
  run.end_phase(t0 + milliseconds(200));
  run.begin_phase("next", t0 + milliseconds(250),
                  {{"calls", {{seconds(0), milliseconds(100), 100, 100}}}});
  wait_drained(run);
  run.stop(seconds(1));
  const auto report = run.report()[0];
  EXPECT_EQ(report.phases[0].planned, 20U);
  EXPECT_EQ(report.phases[0].length, milliseconds(200));
  EXPECT_EQ(report.phases[1].ok, 10U);
}

// The analytic truth of a stall in an open process: everything due while the server stands still
// waits for its end, so a stall of S in a run of T puts a share of S/T of the answers between 0 and
// S. A generator that times from its own send, or waits for answers, would not see it.
TEST(TrafficRun, AFrozenServerShowsInTheResponseTimes) {
  TestServer server(answer_ok);
  TrafficRun run({http_spec()}, {"", server.url()}, 1);
  ASSERT_TRUE(run.prepare().ok());
  const auto t0 = monotonic_now();
  run.start(t0);
  run.begin_phase("all", t0, {{"calls", {{seconds(0), seconds(3), 300, 300}}}});
  while (monotonic_now() < t0 + seconds(1)) {
    std::this_thread::yield();
  }
  server.freeze(milliseconds(600));
  wait_drained(run);
  run.stop(seconds(1));
  const PhaseReport phase = run.report()[0].phases[0];
  ASSERT_EQ(phase.ok, 900U);
  const auto ms = [](nanoseconds span) { return static_cast<double>(span.count()) / 1e6; };
  // What the machine itself adds (it may be busy) is known from the lag, and allowed for.
  const double slack = 100 + ms(phase.lag.max());
  // A fifth of the arrivals fall into the freeze: p90 is its middle, p99 5 % before its end.
  EXPECT_NEAR(ms(phase.response.quantile(0.90)), 300, slack);
  EXPECT_NEAR(ms(phase.response.quantile(0.99)), 570, slack);
  EXPECT_LT(ms(phase.response.quantile(0.75)), 20 + slack);
  // It had connections enough to send on time, so service time shows it too and lag does not.
  EXPECT_NEAR(ms(phase.service.quantile(0.99)), 570, slack);
  EXPECT_LT(ms(phase.lag.quantile(0.99)), 300);
}

TEST(TrafficRun, TooManyOpenIsOverflowAndInvalid) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, ""), TestAnswer::After::keep, seconds(60)};
  });
  TrafficLimits limits;
  limits.max_in_flight_per_driver = 10;
  TrafficRun run({http_spec()}, {"", server.url()}, 1, limits);
  ASSERT_TRUE(run.prepare().ok());
  const auto t0 = monotonic_now();
  run.start(t0);
  run.begin_phase("all", t0, {{"calls", {{seconds(0), milliseconds(100), 300, 300}}}});
  while (run.snapshot()[0].planned < 30) {
    std::this_thread::yield();
  }
  run.stop(milliseconds(50));
  const auto report = run.report()[0];
  EXPECT_EQ(report.phases[0].overflow, 20U);
  EXPECT_EQ(report.phases[0].unknown, 10U);  // sent, and no answer before the end
  ASSERT_EQ(report.invalid.size(), 1U);
  EXPECT_THAT(report.invalid[0], ::testing::HasSubstr("20 arrivals were never sent"));
}

TEST(TrafficRun, CountsWhatFailed) {
  TestServer server([](const TestRequest& request) -> TestAnswer {
    const bool even = (request.target().back() - '0') % 2 == 0;
    if (even) {
      return {http_answer(503, "")};
    }
    return {"", TestAnswer::After::reset};
  });
  TrafficRun run({http_spec("poisson")}, {"", server.url()}, 1);
  ASSERT_TRUE(run.prepare().ok());
  const auto t0 = monotonic_now();
  run.start(t0);
  run.begin_phase("all", t0, {{"calls", {{seconds(0), milliseconds(200), 300, 300}}}});
  wait_drained(run);
  run.stop(seconds(1));
  const auto report = run.report()[0];
  EXPECT_EQ(report.phases[0].failed, report.failures.at("status 503"));
  EXPECT_EQ(report.phases[0].unknown, report.failures.at("connection_reset"));
  EXPECT_EQ(report.phases[0].failed + report.phases[0].unknown, report.phases[0].planned);
  EXPECT_EQ(report.statuses.at(0), report.phases[0].unknown);
}

TEST(TrafficRun, ClosedUsersWaitForTheirAnswers) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, "ok"), TestAnswer::After::keep, milliseconds(20)};
  });
  TrafficRun run({http_spec()}, {"", server.url()}, 1);
  ASSERT_TRUE(run.prepare().ok());
  const auto t0 = monotonic_now();
  run.start(t0);
  DriverPlan plan{"calls", {{seconds(0), milliseconds(400), 0, 0}}};
  plan.users = 3;
  run.begin_phase("users", t0, {plan});
  run.begin_phase("rate", t0 + milliseconds(400),
                  {{"calls", {{seconds(0), milliseconds(100), 100, 100}}}});
  wait_drained(run);
  run.stop(seconds(1));
  const auto report = run.report()[0];
  // Each turn takes 20 ms and a little: never more than 20 for each of the three.
  EXPECT_GT(report.phases[0].ok, 6U);
  EXPECT_LE(report.phases[0].ok, 63U);
  EXPECT_EQ(report.phases[0].ok, report.phases[0].planned);
  EXPECT_EQ(report.phases[1].ok, 10U);
}

TEST(TrafficRun, ShardsDivideArrivalsAndUsers) {
  std::multiset<std::string> targets;
  TestServer server([&](const TestRequest& request) {
    targets.insert(request.target());
    return TestAnswer{http_answer(200, "ok"), TestAnswer::After::keep, milliseconds(5)};
  });
  std::uint64_t planned = 0;
  for (std::uint64_t i = 0; i < 3; ++i) {
    TrafficRun run({http_spec("poisson")}, {"", server.url()}, 1, {}, {i, 3});
    ASSERT_TRUE(run.prepare().ok());
    const auto t0 = monotonic_now();
    run.start(t0);
    run.begin_phase("one", t0, {{"calls", {{seconds(0), milliseconds(100), 400, 400}}}});
    run.begin_phase("two", t0 + milliseconds(100),
                    {{"calls", {{seconds(0), milliseconds(100), 100, 300}}}});
    DriverPlan users{"calls", {{seconds(0), milliseconds(50), 0, 0}}};
    users.users = 2;
    run.begin_phase("users", t0 + milliseconds(200), {users});
    wait_drained(run);
    run.stop(seconds(1));
    const auto report = run.report()[0];
    planned += report.phases[0].planned + report.phases[1].planned;
    EXPECT_EQ(report.phases[2].planned > 0, i < 2);  // two users for three shards
  }
  server.stop();
  // Every number of the two open phases, from 0 on, came once.
  EXPECT_GT(planned, 30U);
  for (std::uint64_t number = 0; number < planned; ++number) {
    EXPECT_EQ(targets.count("/" + std::to_string(number)), 1U) << number;
  }
}

TEST(TrafficRun, APersonaPollsAgainWhenItsAnswerIsThere) {
  TestServer server(
      [](const TestRequest&) { return TestAnswer{http_answer(200, R"({"results":[]})")}; });
  const Json settings{
      {"persona", "second_app"}, {"api", server.url()}, {"token", "t"}, {"interval", "10ms"}};
  TrafficRun run({{"neighbour", "persona", "constant", settings}}, {"", server.url()}, 1);
  ASSERT_TRUE(run.prepare().ok());
  const auto t0 = monotonic_now();
  run.start(t0);
  run.begin_phase("day", t0, {{"neighbour", {{seconds(0), milliseconds(200), 0, 0}}}});
  wait_drained(run);
  run.stop(seconds(1));
  EXPECT_GT(run.report()[0].phases[0].ok, 4U);
}

TEST(TrafficRun, StepsOfAFlowFollowTheirAnswers) {
  TestServer server([](const TestRequest& request) {
    const bool first = request.target() == "/start";
    return TestAnswer{http_answer(200, first ? R"({"id":"n-1"})" : "")};
  });
  const Json settings{{"steps",
                       {{{"url", "/start"}, {"capture", {{"id", "/id"}}}},
                        {{"url", "/next/${got.id}"}, {"think", "5ms"}}}}};
  TrafficRun run({{"calls", "http", "constant", settings}}, {"", server.url()}, 1);
  ASSERT_TRUE(run.prepare().ok());
  const auto t0 = monotonic_now();
  run.start(t0);
  run.begin_phase("all", t0, {{"calls", {{seconds(0), milliseconds(200), 100, 100}}}});
  wait_drained(run);
  run.stop(seconds(1));
  const auto report = run.report()[0];
  EXPECT_EQ(report.phases[0].planned, 40U);  // twenty flows of two
  EXPECT_EQ(report.phases[0].ok, 40U);
  EXPECT_EQ(server.requests(), 40U);
}

TEST(TrafficRun, NamesWhatCannotBePrepared) {
  TrafficRun unknown({{"calls", "htp"}}, {"", ""}, 1);
  EXPECT_THAT(unknown.prepare().error(), ::testing::HasSubstr("did you mean 'http'"));
  TrafficRun arrivals({{"calls", "http", "even", Json{{"url", "/"}}}}, {"", ""}, 1);
  EXPECT_THAT(arrivals.prepare().error(), ::testing::HasSubstr("known: constant, poisson"));
  TrafficRun settings({{"calls", "http", "constant", Json{{"ulr", "/"}}}}, {"", ""}, 1);
  EXPECT_THAT(settings.prepare().error(), ::testing::HasSubstr("ulr"));
}

}  // namespace
}  // namespace hubsim::loadgen
