// Limits and timeouts: each has a visible, defined answer when it is reached.
#include <gtest/gtest.h>

#include <string>

#include "tests/integration/support/echo_server.h"
#include "tests/integration/support/raw_client.h"

namespace hubsim::testing {
namespace {

using std::chrono::milliseconds;

/// A GET whose head has exactly this many bytes.
std::string head_of(std::size_t bytes) {
  const std::string start = "GET / HTTP/1.1\r\nX-Fill: ";
  return start + std::string(bytes - start.size() - 4, 'f') + "\r\n\r\n";
}

TEST(WireLimits, SixtyFourKilobytesOfHeadersAreAccepted) {
  EchoServer server;
  RawClient client(server.port());
  client.send(head_of(65'536));
  EXPECT_EQ(client.read_response().status, 200);
}

TEST(WireLimits, MoreHeadersAreRefused) {
  EchoServer server;
  for (const std::size_t bytes : {65'537U, 66'000U, 70'000U, 200'000U}) {
    RawClient client(server.port());
    client.send(head_of(bytes));
    EXPECT_EQ(client.read_response().status, 431) << bytes;
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(client.end(), StreamEnd::fin);
  }
}

TEST(WireLimits, AnOverlongRequestLineIsRefused) {
  EchoServer server;
  RawClient client(server.port());
  client.send("GET /" + std::string(100'000, 'u'));
  EXPECT_EQ(client.read_response().status, 431);
}

TEST(WireLimits, ManySmallHeadersAreAccepted) {
  EchoServer server;
  RawClient client(server.port());
  std::string request = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 4'000; ++i) {
    request += "X-" + std::to_string(i) + ": v\r\n";
  }
  client.send(request + "\r\n");
  EXPECT_EQ(client.read_response().status, 200);
}

TEST(WireLimits, ASlowHeadIsTimedOut) {
  EchoServer server({.header_timeout = milliseconds(100)});
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nX-Sl");
  const RawResponse response = client.read_response();
  EXPECT_EQ(response.status, 408);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(client.end(), StreamEnd::fin);
  EXPECT_EQ(server.server.counters().timeouts, 1U);
}

TEST(WireLimits, ASlowHeadIsTimedOutThoughBytesKeepComing) {
  EchoServer server({.header_timeout = milliseconds(150)});
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nX: ");
  const auto limit = after(milliseconds(5'000));
  std::string answer;
  while (answer.empty() && !is_past(limit)) {
    client.send("y");
    answer = client.read_within(milliseconds(10));
  }
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 408");
}

TEST(WireLimits, AStalledBodyIsTimedOut) {
  EchoServer server({.body_idle_timeout = milliseconds(100)});
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(client.read_response().status, 408);
  EXPECT_EQ(server.handled(), 0U);
}

TEST(WireLimits, AnIdleConnectionIsClosedInSilence) {
  EchoServer server({.keep_alive_timeout = milliseconds(100)});
  RawClient never(server.port());
  RawClient once(server.port());
  once.send(get_request("/"));
  EXPECT_EQ(once.read_response().status, 200);
  EXPECT_EQ(once.read_to_end(), "");
  EXPECT_EQ(once.end(), StreamEnd::fin);
  EXPECT_EQ(never.read_to_end(), "");
  EXPECT_EQ(never.end(), StreamEnd::fin);
}

TEST(WireLimits, ABusyConnectionOutlivesTheIdleTimeout) {
  EchoServer server({.keep_alive_timeout = milliseconds(200)});
  RawClient client(server.port());
  const auto limit = after(milliseconds(700));
  while (!is_past(limit)) {
    client.send(get_request("/"));
    ASSERT_EQ(client.read_response().status, 200);
    EXPECT_EQ(client.read_within(milliseconds(20)), "");
  }
}

TEST(WireLimits, AClientThatTakesNothingOfItsAnswerIsDropped) {
  EchoServer server({.write_idle_timeout = milliseconds(150)}, [](const http::RequestView&) {
    return outcome_of(std::string(20'000'000, 'x'));
  });
  RawClient client(server.port());
  client.shrink_receive_buffer();
  client.send(get_request("/"));
  const auto sent = server.wait_for_sent(1);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_FALSE(sent[0].complete);
  EXPECT_TRUE(becomes_true([&] { return server.server.counters().connections_open == 0; }));
}

TEST(WireLimits, TooManyConnectionsAreAnswered503) {
  EchoServer server({.max_connections = 3});
  std::vector<RawClient> kept;
  for (int i = 0; i < 3; ++i) {
    kept.emplace_back(server.port());
    kept.back().send(get_request("/"));
    ASSERT_EQ(kept.back().read_response().status, 200);
  }
  RawClient refused(server.port());
  EXPECT_EQ(refused.read_response().status, 503);
  EXPECT_EQ(refused.read_to_end(), "");
  EXPECT_EQ(server.server.counters().connections_refused, 1U);
  EXPECT_EQ(server.server.counters().connections_accepted, 3U);
  EXPECT_EQ(server.server.counters().connections_open, 3U);
  kept.pop_back();
  ASSERT_TRUE(becomes_true([&] { return server.server.counters().connections_open == 2; }));
  RawClient next(server.port());
  next.send(get_request("/"));
  EXPECT_EQ(next.read_response().status, 200);
}

TEST(WireLimits, AnAddressInUseIsNamedWithTheRemedy) {
  EchoServer first;
  EchoServer second;
  serve::Server third({.port = first.port()}, second);
  const auto started = third.start();
  ASSERT_FALSE(started.ok());
  EXPECT_NE(started.error().find("127.0.0.1:" + std::to_string(first.port())), std::string::npos)
      << started.error();
  EXPECT_NE(started.error().find("in use"), std::string::npos) << started.error();
  EXPECT_NE(started.error().find("another port"), std::string::npos) << started.error();
}

TEST(WireLimits, AForeignAddressIsNamed) {
  EchoServer handler;
  serve::Server server({.host = "192.0.2.1"}, handler);
  const auto started = server.start();
  ASSERT_FALSE(started.ok());
  EXPECT_NE(started.error().find("192.0.2.1"), std::string::npos) << started.error();
}

TEST(WireLimits, StopLetsTheAnswerOnItsWayOut) {
  EchoServer server({.threads = 2}, [](const http::RequestView&) {
    return outcome_of("late", {.delay = milliseconds(100)});
  });
  RawClient idle(server.port());
  RawClient waiting(server.port());
  waiting.send(get_request("/"));
  ASSERT_TRUE(becomes_true(
      [&] { return server.handled() == 1 && server.server.counters().connections_accepted == 2; }));
  server.server.stop();
  EXPECT_EQ(waiting.read_response().body, "late");
  EXPECT_EQ(waiting.read_to_end(), "");
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_EQ(server.server.counters().connections_open, 0U);
}

TEST(WireLimits, StopEndsWithinItsBoundWhateverHangs) {
  EchoServer server({.stop_timeout = milliseconds(100)}, [](const http::RequestView& request) {
    return outcome_of("x", {.delay = milliseconds(request.path == "/late" ? 60'000 : 0),
                            .ending = gateway::WireEnding::hang});
  });
  RawClient hanging(server.port());
  hanging.send(get_request("/hang"));
  RawClient late(server.port());
  late.send(get_request("/late"));
  ASSERT_TRUE(becomes_true([&] { return server.handled() == 2; }));
  const auto limit = after(milliseconds(3'000));
  server.server.stop();
  EXPECT_FALSE(is_past(limit));
  EXPECT_EQ(server.wait_for_sent(2).size(), 2U) << "what did not go out is reported";
}

}  // namespace
}  // namespace hubsim::testing
