#include <gtest/gtest.h>

#include <set>

#include "common/crypto/throwaway_ca.h"
#include "common/net/testing/test_server.h"
#include "loadgen/engine/load_engine.h"
#include "loadgen/engine/testing/h2_test_server.h"

namespace hubsim::loadgen {
namespace {

using std::chrono::milliseconds;
using testing::H2TestAnswer;
using testing::H2TestRequest;
using testing::H2TestServer;
using Then = H2TestAnswer::Then;

/// 600 a second for 150 ms: 90 requests.
LoadPlan plan_for(const std::string& url) {
  static const WorkloadRegistry workloads = [] {
    WorkloadRegistry made("arrivals");
    register_all_workloads(made);
    return made;
  }();
  LoadPlan plan;
  plan.request.url = url + "/${index}";
  plan.http = HttpChoice::http2;
  plan.connections = 4;
  plan.duration = milliseconds(150);
  plan.arrivals = ArrivalPlan{
      workloads.find("constant"), {{std::chrono::nanoseconds(0), milliseconds(150), 600, 600}}, 1};
  return plan;
}

/// Each arrival has one end, whatever happened.
void expect_all_told(const PhaseReport& main) {
  EXPECT_EQ(main.planned, 90U);
  EXPECT_EQ(main.ok + main.failed + main.unknown + main.overflow, main.planned);
}

TEST(Http2Load, SendsEveryArrivalOnceOverOneConnection) {
  std::set<std::string> paths;
  H2TestServer server([&](const H2TestRequest& request) {
    paths.insert(request.fields.at(":path"));
    EXPECT_EQ(request.fields.at(":method"), "GET");
    EXPECT_EQ(request.fields.at(":scheme"), "http");
    EXPECT_EQ("http://" + request.fields.at(":authority"), server.url());
    return H2TestAnswer{.body = std::string(100'000, 'x')};
  });
  LoadPlan plan = plan_for(server.url());
  plan.connections = 1;  // a second one would open while the server's SETTINGS are on their way
  const auto report = run_load_engine(plan);
  server.stop();
  ASSERT_TRUE(report.ok()) << report.error();
  const PhaseReport& main = report->phases.back();
  expect_all_told(main);
  EXPECT_EQ(main.ok, 90U);
  EXPECT_EQ(main.sent, 90U);
  EXPECT_EQ(paths.size(), 90U);
  EXPECT_TRUE(paths.contains("/0000000089"));
  EXPECT_EQ(report->connections, 1U);
  EXPECT_EQ(report->http, "HTTP/2");
  EXPECT_EQ(main.first_byte.count(), 90U);
  EXPECT_EQ(main.lag.count(), 90U);
  EXPECT_GE(main.response.max(), main.service.max());
}

TEST(Http2Load, ClosedLoopKeepsItsStreamsBusy) {
  H2TestServer server([](const H2TestRequest&) { return H2TestAnswer{.delay = milliseconds(5)}; });
  LoadPlan plan = plan_for(server.url());
  plan.arrivals.reset();
  plan.connections = 2;
  plan.streams = 7;
  const auto report = run_load_engine(plan);
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_EQ(server.most_streams(), 7U);
  EXPECT_EQ(report->connections, 2U);
  EXPECT_GT(report->phases[0].ok, 14U * 2);
  EXPECT_EQ(report->phases[0].unknown + report->phases[0].failed, 0U);
  EXPECT_LE(report->requests, server.requests());
  EXPECT_GE(report->requests + 14, server.requests());
}

TEST(Http2Load, UploadsThroughTinyWindows) {
  std::set<std::string> bodies;
  H2TestServer server(
      [&](const H2TestRequest& request) {
        bodies.insert(request.body);
        EXPECT_EQ(request.fields.at("content-length"), std::to_string(request.body.size()));
        return H2TestAnswer{.status = 201, .early_hints = true, .trailers = true};
      },
      {.window = 100});
  LoadPlan plan = plan_for(server.url());
  plan.request.method = "POST";
  plan.request.body = std::string(995, 'b') + "${index}" + std::string(995, 'c');
  plan.expect = {201};
  const auto report = run_load_engine(plan);
  server.stop();
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_EQ(report->phases.back().ok, 90U);
  ASSERT_EQ(bodies.size(), 90U);
  EXPECT_EQ(*bodies.begin(), std::string(995, 'b') + "0000000000" + std::string(995, 'c'));
}

TEST(Http2Load, AnAnswerBeforeTheBodyIsOutCancelsTheRest) {
  H2TestServer server([](const H2TestRequest&) { return H2TestAnswer{.status = 413}; },
                      {.window = 10, .answer_at_head = true});
  LoadPlan plan = plan_for(server.url());
  plan.request.method = "POST";
  plan.request.body = std::string(200'000, 'b');
  plan.expect = {413};
  const auto report = run_load_engine(plan);
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_EQ(report->phases.back().ok, 90U);
  EXPECT_EQ(report->phases.back().unknown, 0U);
}

TEST(Http2Load, KeepsToTheServersNumberOfStreams) {
  H2TestServer server([](const H2TestRequest&) { return H2TestAnswer{.delay = milliseconds(3)}; },
                      {.max_streams = 1});
  LoadPlan plan = plan_for(server.url());
  plan.connections = 2;
  const auto report = run_load_engine(plan);
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_EQ(report->phases.back().ok, 90U);
  EXPECT_EQ(server.most_streams(), 1U);
}

TEST(Http2Load, ARefusedStreamFailedAndIsNotUnknown) {
  H2TestServer server([](const H2TestRequest& request) {
    return request.number % 3 == 0 ? H2TestAnswer{.then = Then::reset, .code = 7} : H2TestAnswer{};
  });
  const auto report = run_load_engine(plan_for(server.url()));
  ASSERT_TRUE(report.ok()) << report.error();
  const PhaseReport& main = report->phases.back();
  expect_all_told(main);
  EXPECT_EQ(main.failed, 30U);
  EXPECT_EQ(main.unknown, 0U);
  EXPECT_EQ(report->failures.at("refused_stream"), 30U);
  EXPECT_EQ(report->connections, 1U);
}

TEST(Http2Load, AnyOtherResetIsUnknown) {
  H2TestServer server([](const H2TestRequest& request) {
    return request.number % 3 == 0 ? H2TestAnswer{.then = Then::reset, .code = 2} : H2TestAnswer{};
  });
  const auto report = run_load_engine(plan_for(server.url()));
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_EQ(report->phases.back().unknown, 30U);
  EXPECT_EQ(report->failures.at("stream_reset: INTERNAL_ERROR"), 30U);
}

TEST(Http2Load, WhatAGoawayLeavesOutGoesAgainElsewhere) {
  std::set<std::string> paths;
  H2TestServer server([&](const H2TestRequest& request) -> H2TestAnswer {
    if (request.number % 20 == 10) {
      return {.then = Then::go_away};
    }
    paths.insert(request.fields.at(":path"));
    return {.delay = milliseconds(4),
            .then = request.number % 20 == 0 ? Then::drain : Then::answer};
  });
  const auto report = run_load_engine(plan_for(server.url()));
  server.stop();
  ASSERT_TRUE(report.ok()) << report.error();
  const PhaseReport& main = report->phases.back();
  expect_all_told(main);
  EXPECT_EQ(main.ok, 90U);
  EXPECT_EQ(paths.size(), 90U);
  EXPECT_GE(report->failures.at("goaway: sent again"), 4U);
  EXPECT_GE(report->connections, 5U);
}

TEST(Http2Load, ALateStreamIsCancelledAndTheConnectionStays) {
  H2TestServer server([](const H2TestRequest& request) -> H2TestAnswer {
    return {.then = request.number % 3 == 0 ? Then::never : Then::answer};
  });
  LoadPlan plan = plan_for(server.url());
  plan.request.timeout = milliseconds(100);
  const auto report = run_load_engine(plan);
  ASSERT_TRUE(report.ok()) << report.error();
  expect_all_told(report->phases.back());
  EXPECT_EQ(report->phases.back().ok, 60U);
  EXPECT_EQ(report->phases.back().unknown, 30U);
  EXPECT_GT(report->failures.at("timeout"), 10U);
  EXPECT_EQ(report->connections, 1U);
  EXPECT_GT(server.cancelled(), 10U);
}

TEST(Http2Load, ASilentConnectionIsLeft) {
  H2TestServer server([](const H2TestRequest&) { return H2TestAnswer{.then = Then::never}; });
  LoadPlan plan = plan_for(server.url());
  plan.request.timeout = milliseconds(60);
  const auto report = run_load_engine(plan);
  ASSERT_TRUE(report.ok()) << report.error();
  expect_all_told(report->phases.back());
  EXPECT_EQ(report->phases.back().ok, 0U);
  EXPECT_GE(report->connections, 2U);
}

TEST(Http2Load, GarbageBreaksTheConnectionAndNotTheRun) {
  H2TestServer server([](const H2TestRequest& request) -> H2TestAnswer {
    return {.then = request.number % 10 == 0 ? Then::garbage : Then::answer};
  });
  const auto report = run_load_engine(plan_for(server.url()));
  ASSERT_TRUE(report.ok()) << report.error();
  expect_all_told(report->phases.back());
  EXPECT_GE(report->failures.at("malformed"), 9U);
  EXPECT_GE(report->phases.back().ok, 60U);
}

TEST(Http2Load, AClosedConnectionLeavesItsRequestsUnknown) {
  H2TestServer server([](const H2TestRequest& request) -> H2TestAnswer {
    return {.then = request.number % 10 == 0 ? Then::close : Then::answer};
  });
  const auto report = run_load_engine(plan_for(server.url()));
  ASSERT_TRUE(report.ok()) << report.error();
  expect_all_told(report->phases.back());
  EXPECT_GE(report->failures.at("connection_reset"), 9U);
}

TEST(Http2Load, UsersAndFreshConnections) {
  H2TestServer server([](const H2TestRequest&) { return H2TestAnswer{}; });
  LoadPlan plan = plan_for(server.url());
  plan.policy = ConnectionPolicy::per_user;
  const auto users = run_load_engine(plan);
  ASSERT_TRUE(users.ok()) << users.error();
  EXPECT_EQ(users->phases.back().ok, 90U);
  EXPECT_EQ(users->connections, 4U);
  plan.policy = ConnectionPolicy::fresh;
  plan.connections = 50;
  const auto fresh = run_load_engine(plan);
  ASSERT_TRUE(fresh.ok()) << fresh.error();
  EXPECT_EQ(fresh->phases.back().ok, 90U);
  EXPECT_GE(fresh->connections, 90U);
}

TEST(Http2Load, SaysWhenTheServerSpeaksHttp1) {
  net::testing::TestServer server([](const net::testing::TestRequest&) {
    return net::testing::TestAnswer{net::testing::http_answer(400, "")};
  });
  const auto report = run_load_engine(plan_for(server.url()));
  ASSERT_TRUE(report.ok()) << report.error();
  EXPECT_EQ(report->phases.back().ok, 0U);
  EXPECT_TRUE(report->failures.contains("not_http2") || report->failures.contains("timeout"))
      << report->failures.begin()->first;
}

TEST(Http2Load, ServersWithoutH2AreToldOfOrTakenAsTheyAre) {
  const crypto::ThrowawayCa ca;
  const auto issued = ca.issue({});
  const auto context = net::TlsContext::for_server({issued.certificate, issued.private_key});
  net::testing::TestServer server(
      [](const net::testing::TestRequest&) {
        return net::testing::TestAnswer{net::testing::http_answer(200, "")};
      },
      *context);
  LoadPlan plan = plan_for(server.url());
  plan.request.tls.verify = false;
  const auto refused = run_load_engine(plan);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().find("did not offer h2 (by ALPN it chose http/1.1)"), std::string::npos)
      << refused.error();
  plan.http = HttpChoice::automatic;
  const auto taken = run_load_engine(plan);
  ASSERT_TRUE(taken.ok()) << taken.error();
  EXPECT_EQ(taken->phases.back().ok, 90U);
  EXPECT_EQ(taken->http, "HTTP/1.1");
}

TEST(Http2Load, RefusesHeadersOfConnections) {
  LoadPlan plan;
  H2TestServer server([](const H2TestRequest&) { return H2TestAnswer{}; });
  plan = plan_for(server.url());
  plan.request.headers = {{"Connection", "close"}};
  EXPECT_NE(run_load_engine(plan).error().find("'Connection' has no place in HTTP/2"),
            std::string::npos);
}

TEST(PatchedFields, NumbersValuesAndCopiesPartsOfTheBody) {
  auto made = PatchedFields::make({.url = "http://a/${index}?n=${index}",
                                   .method = "POST",
                                   .headers = {{"X-N", "${index}"}, {"Host", "b"}},
                                   .body = "[${index}]"});
  ASSERT_TRUE(made.ok()) << made.error();
  std::map<std::string, std::string> fields;
  for (auto& [name, value] : made->fields) {
    fields[name] = value.with(42);
  }
  EXPECT_EQ(fields, (std::map<std::string, std::string>{{":method", "POST"},
                                                        {":scheme", "http"},
                                                        {":authority", "b"},
                                                        {":path", "/0000000042?n=0000000042"},
                                                        {"x-n", "0000000042"},
                                                        {"content-length", "12"}}));
  std::string copied;
  for (std::size_t at = 0; at < 12; at += 5) {
    std::array<char, 5> piece{};
    copied.append(piece.data(), made->body.copy(1'234'567'890, at, piece));
  }
  EXPECT_EQ(copied, "[1234567890]");
  EXPECT_EQ(made->body.copy(1, 12, std::span<char>()), 0U);
}

}  // namespace
}  // namespace hubsim::loadgen
