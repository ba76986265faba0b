#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/json/json.h"
#include "common/net/testing/test_server.h"
#include "common/time/clock.h"
#include "loadgen/telemetry/exposition.h"
#include "loadgen/telemetry/otlp_pusher.h"

namespace hubsim::loadgen {
namespace {

using net::testing::http_answer;
using net::testing::TestAnswer;
using net::testing::TestRequest;
using net::testing::TestServer;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

const RunIdentity run{"run-1", "a \"name\"\\\n", "0.1.0", 1'000};

stats::Histogram two_times() {
  stats::Histogram times;
  times.record(milliseconds(3), 2);
  times.record(std::chrono::minutes(10));
  return times;
}

PhaseMetrics some_phase(const char* phase) {
  return {.driver = "people",
          .phase = phase,
          .planned = 10,
          .sent = 9,
          .ok = 6,
          .failed = 2,
          .unknown = 1,
          .overflow = 1,
          .response = buckets_of(two_times()),
          .lag = {}};
}

TEST(MetricsBoard, AddsUpSourcesAndKeepsTheirLastWord) {
  MetricsBoard board;
  board.publish(0, {.driver = "people", .in_flight = 3, .phases = {some_phase("storm")}});
  board.publish(1, {.driver = "people", .in_flight = 1, .phases = {some_phase("storm")}});
  board.publish(
      1, {.driver = "people", .in_flight = 2, .phases = {some_phase("storm"), some_phase("calm")}});
  const MetricsTotals totals = board.totals();
  ASSERT_EQ(totals.phases.size(), 2U);
  EXPECT_EQ(totals.phases[0].planned, 20U);
  EXPECT_EQ(totals.phases[0].response.count, 6U);
  EXPECT_EQ(totals.phases[1].ok, 6U);
  EXPECT_EQ(totals.in_flight.at("people"), 5U);
  EXPECT_FALSE(totals.end.has_value());
}

TEST(LatencyBuckets, AreCumulative) {
  const LatencyBuckets buckets = buckets_of(two_times());
  EXPECT_EQ(buckets.at_most[2], 0U);  // 2.5 ms
  EXPECT_EQ(buckets.at_most[3], 2U);  // 5 ms
  EXPECT_EQ(buckets.at_most.back(), 2U);
  EXPECT_EQ(buckets.count, 3U);
  EXPECT_NEAR(buckets.sum_s, 600.006, 0.01);
}

TEST(Prometheus, WritesEachFamilyOnce) {
  MetricsBoard board;
  board.publish(
      0, {.driver = "people", .in_flight = 3, .phases = {some_phase("storm"), some_phase("calm")}});
  const std::string running = prometheus_text(board.totals(), run);
  EXPECT_THAT(running,
              HasSubstr("hubsim_run_info{run_id=\"run-1\",name=\"a \\\"name\\\"\\\\\\n\""));
  EXPECT_THAT(running,
              HasSubstr("hubsim_requests_planned_total{driver=\"people\",phase=\"storm\"} 10\n"));
  EXPECT_THAT(running, HasSubstr("phase=\"calm\",outcome=\"overflow\"} 1\n"));
  EXPECT_THAT(running, HasSubstr("phase=\"storm\",le=\"0.005\"} 2\n"));
  EXPECT_THAT(running, HasSubstr("phase=\"storm\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(running, HasSubstr("hubsim_run_ended 0\n"));
  EXPECT_THAT(running, Not(HasSubstr("hubsim_run_verdict")));
  const auto first = running.find("# TYPE hubsim_response_seconds histogram\n");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(running.find("# TYPE hubsim_response_seconds ", first + 1), std::string::npos);
  board.conclude({"FAIL", {{"p99", false}}});
  const std::string ended = prometheus_text(board.totals(), run);
  EXPECT_THAT(ended, HasSubstr("hubsim_run_verdict{verdict=\"FAIL\"} 1\n"));
  EXPECT_THAT(ended, HasSubstr("hubsim_run_verdict{verdict=\"PASS\"} 0\n"));
  EXPECT_THAT(ended, HasSubstr("hubsim_requirement_passed{requirement=\"p99\"} 0\n"));
}

TEST(Otlp, HasCountsBetweenTheBounds) {
  MetricsBoard board;
  board.publish(0, {.driver = "people", .in_flight = 3, .phases = {some_phase("storm")}});
  const auto body = json::parse(otlp_json(board.totals(), run, 2'000));
  ASSERT_TRUE(body.ok());
  const Json& metrics = body->at("/resourceMetrics/0/scopeMetrics/0/metrics"_json_pointer);
  for (const Json& metric : metrics) {
    if (metric["name"] != "hubsim.response.duration") {
      continue;
    }
    const Json& point = metric.at("/histogram/dataPoints/0"_json_pointer);
    EXPECT_EQ(point["count"], "3");
    EXPECT_EQ(point["bucketCounts"].size(), point["explicitBounds"].size() + 1);
    EXPECT_EQ(point["bucketCounts"][3], "2");
    EXPECT_EQ(point["bucketCounts"].back(), "1");
    EXPECT_EQ(point["startTimeUnixNano"], "1000");
    EXPECT_EQ(point["timeUnixNano"], "2000");
    return;
  }
  ADD_FAILURE() << "no response.duration in " << metrics.dump();
}

TEST(OtlpPusher, AddsThePathAndTellsTheEnd) {
  std::string target;
  TestServer server([&](const TestRequest& request) {
    target = request.target();
    return TestAnswer{http_answer(200, "{}")};
  });
  OtlpPusher pusher({.url = server.url(), .headers = {}}, [] { return "{}"; });
  pusher.finish();
  pusher.finish();
  EXPECT_EQ(pusher.warning(), "");
  server.stop();
  EXPECT_EQ(target, "/v1/metrics");
  EXPECT_EQ(server.requests(), 1U);
}

TEST(OtlpPusher, ACollectorThatRefusesIsAWarning) {
  TestServer server([](const TestRequest&) { return TestAnswer{http_answer(503, "")}; });
  OtlpPusher pusher({.url = server.url() + "/mine", .headers = {}}, [] { return "{}"; });
  pusher.finish();
  EXPECT_THAT(pusher.warning(), HasSubstr("3 of 3 pushes"));
  EXPECT_THAT(pusher.warning(), HasSubstr("/mine failed"));
  EXPECT_THAT(pusher.warning(), HasSubstr("status 503; the end of the run was not told"));
}

TEST(OtlpPusher, AnAbsentCollectorIsAWarningToo) {
  OtlpPusher pusher({.url = "http://127.0.0.1:1", .headers = {}}, [] { return "{}"; });
  pusher.finish();
  EXPECT_THAT(pusher.warning(), HasSubstr("was not told"));
}

TEST(OtlpPusher, ASlowCollectorIsNotWaitedForLongerThanItsTimeout) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{.bytes = http_answer(200, "{}"), .delay = std::chrono::seconds(30)};
  });
  const auto began = monotonic_now();
  OtlpPusher pusher({.url = server.url(), .headers = {}, .timeout = milliseconds(20)},
                    [] { return "{}"; });
  pusher.finish();
  EXPECT_LT(monotonic_now() - began, std::chrono::seconds(5));
  EXPECT_THAT(pusher.warning(), HasSubstr("3 of 3 pushes"));
}

TEST(OtlpUrl, KeepsAPathThatIsThere) {
  EXPECT_EQ(otlp_metrics_url("http://a:4318"), "http://a:4318/v1/metrics");
  EXPECT_EQ(otlp_metrics_url("http://a:4318/"), "http://a:4318/v1/metrics");
  EXPECT_EQ(otlp_metrics_url("https://a/otlp/v1/metrics"), "https://a/otlp/v1/metrics");
}

}  // namespace
}  // namespace hubsim::loadgen
