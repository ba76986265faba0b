#include "loadgen/engine/load_engine.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "common/crypto/throwaway_ca.h"
#include "common/net/testing/test_server.h"
#include "common/stats/log_reader.h"
#include "common/time/clock.h"
#include "loadgen/engine/head_scan.h"
#include "loadgen/engine/patched_request.h"

namespace hubsim::loadgen {
namespace {

using net::testing::http_answer;
using net::testing::TestAnswer;
using net::testing::TestRequest;
using net::testing::TestServer;
using After = TestAnswer::After;
using std::chrono::milliseconds;

LoadPlan plan_for(const TestServer& server) {
  LoadPlan plan;
  plan.request.url = server.url() + "/${index}";
  plan.connections = 4;
  plan.threads = 2;
  plan.duration = milliseconds(300);
  return plan;
}

TEST(ClosedLoop, CountsEveryAnswerOnce) {
  std::set<std::string> targets;
  TestServer server([&](const TestRequest& request) {
    targets.insert(request.target());
    return TestAnswer{http_answer(200, std::string(100'000, 'x'))};
  });
  LoadPlan plan = plan_for(server);
  plan.warmup = milliseconds(100);
  const auto report = run_load_engine(plan);
  server.stop();
  ASSERT_TRUE(report.ok()) << report.error();
  ASSERT_EQ(report->phases.size(), 2U);
  const PhaseReport& main = report->phases[1];
  EXPECT_GT(main.ok, 50U);
  EXPECT_EQ(main.service.count(), main.ok);
  EXPECT_EQ(main.failed + main.unknown, 0U);
  EXPECT_EQ(report->statuses.at(200), report->requests);
  // At the end each connection has one request out that nobody counts.
  EXPECT_LE(report->requests, server.requests());
  EXPECT_GE(report->requests + plan.connections, server.requests());
  EXPECT_EQ(targets.size(), server.requests());  // numbers are not used twice
  EXPECT_GT(report->cpu.count(), 0);
}

TEST(ClosedLoop, ReadsChunkedAndClosedAnswersWithTheRealParser) {
  TestServer server([](const TestRequest& request) -> TestAnswer {
    switch (request.target().back() % 3) {
      case 0:
        return {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"};
      case 1:
        return {"HTTP/1.1 200 OK\r\n\r\nuntil the end", After::close};
      default:
        return {http_answer(200, "x", "Connection: close\r\n"), After::close};
    }
  });
  const auto report = run_load_engine(plan_for(server));
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_GT(report->phases[0].ok, 20U);
  EXPECT_EQ(report->phases[0].unknown, 0U) << report->failures.begin()->first;
}

TEST(ClosedLoop, TellsFailedFromUnknown) {
  TestServer server([](const TestRequest& request) -> TestAnswer {
    if (request.target().back() % 2 == 0) {
      return {http_answer(500, "")};
    }
    return {"", After::reset};
  });
  const auto report = run_load_engine(plan_for(server));
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_GT(report->phases[0].failed, 5U);
  EXPECT_EQ(report->phases[0].failed, report->statuses.at(500));
  EXPECT_EQ(report->phases[0].unknown, report->failures.at("connection_reset"));
  EXPECT_EQ(report->phases[0].ok, 0U);
}

TEST(ClosedLoop, EndsWhatTakesTooLong) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, ""), After::keep, std::chrono::seconds(60)};
  });
  LoadPlan plan = plan_for(server);
  plan.request.timeout = milliseconds(100);
  const auto report = run_load_engine(plan);
  EXPECT_GE(report->failures.at("timeout"), 4U);
}

TEST(LoadEngine, SaysWhenNobodyIsThere) {
  LoadPlan plan;
  plan.request.url = "http://127.0.0.1:" + std::to_string(*net::pick_free_port());
  EXPECT_NE(run_load_engine(plan).error().find("cannot connect"), std::string::npos);
}

/// 300 a second for 300 ms.
LoadPlan open_plan(const TestServer& server) {
  static const WorkloadRegistry workloads = [] {
    WorkloadRegistry made("arrivals");
    register_all_workloads(made);
    return made;
  }();
  LoadPlan plan = plan_for(server);
  plan.connections = 50;
  plan.arrivals = ArrivalPlan{
      workloads.find("constant"), {{std::chrono::nanoseconds(0), milliseconds(300), 300, 300}}, 1};
  return plan;
}

TEST(OpenLoop, SendsEveryArrivalOfThePlanOnce) {
  std::set<std::string> targets;
  TestServer server([&](const TestRequest& request) {
    targets.insert(request.target());
    return TestAnswer{http_answer(200, "ok")};
  });
  const auto report = run_load_engine(open_plan(server));
  server.stop();
  ASSERT_TRUE(report.ok()) << report.error();
  const PhaseReport& main = report->phases.back();
  EXPECT_EQ(main.planned, 90U);
  EXPECT_EQ(main.ok, 90U);
  EXPECT_EQ(targets.size(), 90U);  // two threads share the plan, and neither takes the other's
  EXPECT_NEAR(main.planned_per_s, 300, 0.1);
  EXPECT_EQ(main.response.count(), 90U);
  EXPECT_EQ(main.lag.count(), 90U);
  EXPECT_EQ(main.first_byte.count(), 90U);
  EXPECT_GE(main.response.max(), main.service.max());
}

TEST(OpenLoop, ShardsTogetherSendThePlanOnceAndBeginTogether) {
  std::set<std::string> targets;
  TestServer server([&](const TestRequest& request) {
    targets.insert(request.target());
    return TestAnswer{http_answer(200, "ok")};
  });
  for (std::uint64_t i = 0; i < 4; ++i) {
    LoadPlan plan = open_plan(server);
    plan.shard = {i, 4};
    plan.start = monotonic_now() + milliseconds(30);
    const auto report = run_load_engine(plan);
    ASSERT_TRUE(report.ok()) << report.error();
    EXPECT_EQ(report->started, *plan.start);
    EXPECT_EQ(report->phases.back().planned, i < 2 ? 23U : 22U);
    EXPECT_EQ(report->phases.back().ok, report->phases.back().planned);
    EXPECT_NEAR(report->phases.back().planned_per_s, 75, 0.1);
  }
  server.stop();
  EXPECT_EQ(targets.size(), 90U);
}

TEST(ClosedLoop, ShardsDivideTheConnectionsAndWaitForTheStart) {
  TestServer server([](const TestRequest&) { return TestAnswer{http_answer(200, "ok")}; });
  LoadPlan plan = plan_for(server);
  plan.connections = 5;
  plan.duration = milliseconds(60);
  std::uint64_t opened = 0;
  for (std::uint64_t i = 0; i < 3; ++i) {
    plan.shard = {i, 3};
    plan.start = monotonic_now() + milliseconds(40);
    const auto report = run_load_engine(plan);
    ASSERT_TRUE(report.ok()) << report.error();
    EXPECT_GE(monotonic_now() - *plan.start, plan.duration);
    EXPECT_GT(report->phases.back().ok, 5U);
    opened += report->connections;
  }
  EXPECT_EQ(opened, 5U);
  plan.shard = {7, 8};
  EXPECT_NE(run_load_engine(plan).error().find("leave shard 7/8 none"), std::string::npos);
}

TEST(OpenLoop, WarmUpIsByIntendedTime) {
  TestServer server([](const TestRequest&) { return TestAnswer{http_answer(200, "ok")}; });
  LoadPlan plan = open_plan(server);
  plan.warmup = milliseconds(100);
  plan.duration = milliseconds(200);
  const auto report = run_load_engine(plan);
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_EQ(report->phases[0].planned, 30U);
  EXPECT_EQ(report->phases[1].planned, 60U);
}

TEST(OpenLoop, ArrivalsWaitForAConnectionAndThatIsLag) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, "ok"), After::keep, milliseconds(20)};
  });
  LoadPlan plan = open_plan(server);
  plan.threads = 1;
  plan.connections = 2;  // a hundred a second at best: the last waits for most of a second
  const auto report = run_load_engine(plan);
  ASSERT_TRUE(report.ok()) << report.error();
  const PhaseReport& main = report->phases.back();
  EXPECT_EQ(main.ok, 90U);
  EXPECT_GT(main.lag.max(), milliseconds(400));
  EXPECT_GT(main.response.max(), main.service.max());
  EXPECT_EQ(report->connections, 2U);
}

TEST(OpenLoop, AFullQueueIsOverflowAndInvalid) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, ""), After::keep, std::chrono::seconds(60)};
  });
  LoadPlan plan = open_plan(server);
  plan.threads = 1;
  plan.connections = 5;
  plan.max_waiting = 10;
  plan.request.timeout = milliseconds(1000);
  const auto report = run_load_engine(plan);
  ASSERT_TRUE(report.ok()) << report.error();
  const PhaseReport& main = report->phases.back();
  EXPECT_EQ(main.overflow, 75U);
  EXPECT_EQ(main.ok + main.failed + main.unknown + main.overflow, main.planned);
  ASSERT_EQ(report->invalid.size(), 1U);
  EXPECT_NE(report->invalid[0].find("75 arrivals"), std::string::npos) << report->invalid[0];
}

TEST(OpenLoop, ManyFreshConnections) {
  TestServer server([](const TestRequest&) { return TestAnswer{http_answer(200, "ok")}; });
  LoadPlan plan = open_plan(server);
  plan.policy = ConnectionPolicy::fresh;
  const auto report = run_load_engine(plan);
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_EQ(report->phases.back().ok, 90U);
  EXPECT_GE(server.connections(), 90U);
}

TEST(OpenLoop, AUserKeepsTheirConnection) {
  TestServer server([](const TestRequest&) { return TestAnswer{http_answer(200, "ok")}; });
  LoadPlan plan = open_plan(server);
  plan.policy = ConnectionPolicy::per_user;
  plan.connections = 6;
  const auto report = run_load_engine(plan);
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_EQ(report->phases.back().ok, 90U);
  EXPECT_EQ(report->connections, 6U);
}

TEST(OpenLoop, AnAbsentServerFailsEachArrival) {
  auto server = std::make_unique<TestServer>(
      [](const TestRequest&) { return TestAnswer{http_answer(200, "ok"), After::reset}; });
  const auto report = run_load_engine(open_plan(*server));
  ASSERT_TRUE(report.ok()) << report.error();
  const PhaseReport& main = report->phases.back();
  EXPECT_EQ(main.ok + main.failed + main.unknown, 90U);
}

/// https with a certificate nobody vouches for.
std::unique_ptr<TestServer> tls_server(After after) {
  const crypto::ThrowawayCa ca;
  const auto issued = ca.issue({});
  auto context = net::TlsContext::for_server({issued.certificate, issued.private_key});
  EXPECT_TRUE(context.ok());
  return std::make_unique<TestServer>(
      [after](const TestRequest&) {
        return TestAnswer{http_answer(200, std::string(40'000, 'x')), after};
      },
      *context);
}

TEST(LoadEngine, SpeaksTlsAndTakesUpSessions) {
  const auto server = tls_server(After::keep);
  LoadPlan plan = open_plan(*server);
  plan.request.tls.verify = false;
  plan.policy = ConnectionPolicy::fresh;
  plan.threads = 1;
  const auto open = run_load_engine(plan);
  ASSERT_TRUE(open.ok()) << open.error();
  EXPECT_EQ(open->phases.back().ok, 90U);
  EXPECT_GT(server->resumed(), 45U);  // all but those that began before the first had ended
  plan.arrivals.reset();
  plan.policy = ConnectionPolicy::pool;
  plan.connections = 3;
  const auto closed = run_load_engine(plan);
  ASSERT_TRUE(closed.ok()) << closed.error();
  EXPECT_GT(closed->phases.back().ok, 20U);
  EXPECT_EQ(closed->phases.back().unknown, 0U);
  EXPECT_EQ(closed->connections, 3U);
}

TEST(LoadEngine, RefusesACertificateNobodyVouchesFor) {
  const auto server = tls_server(After::keep);
  const auto report = run_load_engine(open_plan(*server));
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_EQ(report->phases.back().ok, 0U);
  EXPECT_EQ(report->failures.at("certificate_refused"), 90U);
}

TEST(LoadEngine, TellsTheSecondsWhileItRuns) {
  TestServer server([](const TestRequest&) { return TestAnswer{http_answer(200, "ok")}; });
  LoadPlan plan = open_plan(server);
  plan.arrivals->rate[0].length = plan.duration = milliseconds(1300);
  std::uint64_t seen = 0;
  plan.on_second = [&](const stats::SecondPoint& point) { seen += point.ok; };
  const auto report = run_load_engine(plan);
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_NEAR(static_cast<double>(seen), 300, 150);  // the first second; machines may be busy
}

TEST(LoadEngine, KeepsResponseTimesBySecondOverAllThreads) {
  TestServer server([](const TestRequest&) { return TestAnswer{http_answer(200, "x")}; });
  LoadPlan plan = plan_for(server);
  plan.warmup = milliseconds(200);
  plan.duration = milliseconds(1100);
  const auto report = run_load_engine(plan);
  ASSERT_TRUE(report.ok()) << report.error();
  const auto lines = stats::read_log(report->hdr_log());
  ASSERT_TRUE(lines.ok()) << lines.error();
  std::map<std::string, stats::Histogram> by_tag;
  std::map<double, stats::Histogram> by_second;
  for (const stats::LogLine& line : *lines) {
    line.add_to(by_tag[line.tag]);
    if (line.tag.ends_with("/response")) {
      EXPECT_EQ(line.length_s, 1);
      line.add_to(by_second[line.start_s]);
    }
  }
  EXPECT_TRUE(by_tag["load/warmup/response"] == report->phases[0].response);
  EXPECT_TRUE(by_tag["load/main/response"] == report->phases[1].response);
  EXPECT_EQ(by_tag["load/main/first_byte"].count(), report->phases[1].ok);
  ASSERT_EQ(report->series.size(), by_second.size());
  for (const stats::SecondPoint& point : report->series) {
    const stats::Histogram& all = by_second.at(static_cast<double>(point.second));
    EXPECT_EQ(point.ok, all.count());
    EXPECT_EQ(point.p50, std::min(all.quantile(0.5), point.max));
    EXPECT_EQ(point.p99, std::min(all.quantile(0.99), point.max));
  }
}

TEST(LiveBoard, MergesTheSecondsOfThreads) {
  LiveBoard board;
  const auto post = [&board](std::uint64_t second, std::uint64_t ok, milliseconds latency) {
    stats::SecondPoint point;
    point.second = second;
    point.ok = ok;
    point.p50 = point.p99 = point.max = latency;
    stats::Histogram histogram;
    histogram.record(latency, ok);
    board.post(point, histogram);
  };
  post(0, 10, milliseconds(1));
  post(1, 99, milliseconds(1));
  post(0, 90, milliseconds(50));
  const auto first = board.take_before(1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].ok, 100U);
  EXPECT_EQ(first[0].p50, milliseconds(50));
  EXPECT_EQ(first[0].max, milliseconds(50));
  EXPECT_TRUE(board.take_before(1).empty());
  post(1, 1, milliseconds(50));
  const auto second = board.take_before(2);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_NEAR(static_cast<double>(second[0].p99.count()), 1e6, 1e3);  // the worst thread's is 50
}

TEST(ArrivalQueue, KeepsLinesApartInOneStore) {
  using std::chrono::nanoseconds;
  ArrivalQueue queue(3);
  ArrivalQueue::Line a;
  ArrivalQueue::Line b;
  EXPECT_TRUE(queue.push(a, {1, nanoseconds(10)}));
  EXPECT_TRUE(queue.push(b, {2, nanoseconds(20)}));
  EXPECT_TRUE(queue.push(a, {3, nanoseconds(30)}));
  EXPECT_FALSE(queue.push(b, {4, nanoseconds(40)}));
  EXPECT_EQ(queue.pop(a).index, 1U);
  EXPECT_TRUE(queue.push(b, {5, nanoseconds(50)}));
  EXPECT_EQ(queue.front(b).index, 2U);
  EXPECT_EQ(queue.pop(a).index, 3U);
  EXPECT_TRUE(a.empty());
  EXPECT_EQ(queue.pop(b).index, 2U);
  EXPECT_EQ(queue.pop(b).index, 5U);
  EXPECT_EQ(queue.size(), 0U);
}

TEST(HeadScan, ReadsPlainHeadsAndLeavesTheRest) {
  using State = HeadScan::State;
  const auto scan = [](std::string_view bytes) { return scan_head(bytes, false); };
  EXPECT_EQ(scan("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n").state, State::more);
  const HeadScan plain = scan("HTTP/1.1 201 OK\r\nA: b\r\ncontent-LENGTH:5 \r\n\r\nhello");
  EXPECT_EQ(plain.state, State::plain);
  EXPECT_EQ(plain.status, 201);
  EXPECT_EQ(plain.body_bytes, 5U);
  EXPECT_EQ(plain.head_bytes, 44U);
  EXPECT_FALSE(plain.closes);
  EXPECT_TRUE(scan("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n").closes);
  EXPECT_EQ(scan("HTTP/1.1 204 No\r\n\r\n").state, State::plain);
  EXPECT_EQ(scan("HTTP/1.1 200 OK\r\n\r\n").state, State::odd);
  EXPECT_EQ(scan("HTTP/1.1 100 Continue\r\n\r\n").state, State::odd);
  EXPECT_EQ(scan("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").state, State::odd);
  EXPECT_EQ(scan("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").state, State::odd);
  EXPECT_EQ(scan("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n").state, State::odd);
  EXPECT_EQ(scan("nonsense\r\n\r\n").state, State::odd);
  EXPECT_EQ(scan_head("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true).body_bytes, 0U);
}

TEST(PatchedRequest, WritesTheNumberInPlace) {
  auto made = PatchedRequest::make({.url = "http://a/${index}/x?n=${index}",
                                    .method = "POST",
                                    .headers = {{"X-N", "${index}"}},
                                    .body = "[${index},${index}]"});
  ASSERT_TRUE(made.ok());
  const std::string text(made->bytes_for(42));
  EXPECT_NE(text.find("POST /0000000042/x?n=0000000042 HTTP/1.1"), std::string::npos) << text;
  EXPECT_NE(text.find("X-N: 0000000042\r\n"), std::string::npos);
  EXPECT_NE(text.find("Content-Length: 23\r\n\r\n[0000000042,0000000042]"), std::string::npos);
  EXPECT_NE(made->bytes_for(1'234'567'890).find("[1234567890,1234567890]"), std::string_view::npos);
  EXPECT_FALSE(PatchedRequest::make({.url = "nonsense"}).ok());
}

}  // namespace
}  // namespace hubsim::loadgen
