#include "loadgen/engine/closed_loop.h"

#include <gtest/gtest.h>

#include <set>

#include "common/net/testing/test_server.h"
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

ClosedLoopPlan plan_for(const TestServer& server) {
  ClosedLoopPlan plan;
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
  ClosedLoopPlan plan = plan_for(server);
  plan.warmup = milliseconds(100);
  const auto report = run_closed_loop(plan);
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
  const auto report = run_closed_loop(plan_for(server));
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
  const auto report = run_closed_loop(plan_for(server));
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
  ClosedLoopPlan plan = plan_for(server);
  plan.request.timeout = milliseconds(100);
  const auto report = run_closed_loop(plan);
  EXPECT_GE(report->failures.at("timeout"), 4U);
}

TEST(ClosedLoop, SaysWhenNobodyIsThere) {
  ClosedLoopPlan plan;
  plan.request.url = "http://127.0.0.1:" + std::to_string(*net::pick_free_port());
  EXPECT_NE(run_closed_loop(plan).error().find("cannot connect"), std::string::npos);
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
