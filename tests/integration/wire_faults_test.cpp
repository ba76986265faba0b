// Wire plans: answers held back, cut, dripped, or replaced by the end of the connection.
#include <gtest/gtest.h>

#include <string>

#include "tests/integration/support/echo_server.h"
#include "tests/integration/support/raw_client.h"

namespace hubsim::testing {
namespace {

using gateway::WireEnding;
using gateway::WirePlan;
using std::chrono::milliseconds;

EchoServer::Answer always(std::string body, WirePlan plan) {
  return [=](const http::RequestView&) { return outcome_of(body, plan); };
}

TEST(WireFaults, ADelayHoldsNoThread) {
  EchoServer server({.threads = 1}, [](const http::RequestView& request) {
    return outcome_of(std::string(request.path),
                      {.delay = milliseconds(request.path == "/slow" ? 300 : 0)});
  });
  std::vector<RawClient> slow;
  for (int i = 0; i < 50; ++i) {
    slow.emplace_back(server.port());
    slow.back().send(get_request("/slow"));
  }
  ASSERT_TRUE(becomes_true([&] { return server.handled() == 50; }));
  RawClient quick(server.port());
  quick.send(get_request("/quick"));
  EXPECT_EQ(quick.read_response().body, "/quick");
  for (RawClient& client : slow) {
    EXPECT_EQ(client.read_response().body, "/slow");
  }
  for (const auto& sent : server.wait_for_sent(51)) {
    EXPECT_TRUE(sent.complete);
    EXPECT_GE(sent.took, sent.request_number <= 50 ? milliseconds(300) : milliseconds(0));
    EXPECT_LT(sent.took, milliseconds(3'000));
  }
}

TEST(WireFaults, ADelayBeyondTheTimeoutsIsStillAnswered) {
  EchoServer server({.header_timeout = milliseconds(50),
                     .body_idle_timeout = milliseconds(50),
                     .keep_alive_timeout = milliseconds(50)},
                    always("late", {.delay = milliseconds(300)}));
  RawClient client(server.port());
  client.send(post_request("/", "body"));
  const RawResponse response = client.read_response();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "late");
}

TEST(WireFaults, CloseWithoutAnAnswer) {
  EchoServer server({}, always("never", {.ending = WireEnding::close}));
  RawClient client(server.port());
  client.send(get_request("/"));
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(client.end(), StreamEnd::fin);
  const auto sent = server.wait_for_sent(1);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].bytes, 0U);
  EXPECT_FALSE(sent[0].complete);
}

TEST(WireFaults, ResetIsSeenAsAReset) {
  EchoServer server({}, always("never", {.ending = WireEnding::reset}));
  RawClient client(server.port());
  client.send(post_request("/", "with a body"));
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(client.end(), StreamEnd::reset);
  EXPECT_FALSE(server.wait_for_sent(1).at(0).complete);
}

TEST(WireFaults, ResetAfterADelay) {
  EchoServer server({}, always("never", {.delay = milliseconds(30), .ending = WireEnding::reset}));
  RawClient client(server.port());
  client.send(get_request("/"));
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(client.end(), StreamEnd::reset);
}

TEST(WireFaults, TruncatedBodyUnderItsFullLength) {
  EchoServer server({},
                    always("0123456789", {.ending = WireEnding::truncate, .cut_after_bytes = 4}));
  RawClient client(server.port());
  client.send(get_request("/"));
  const RawResponse response = client.read_response();
  EXPECT_EQ(response.header("content-length"), "10");
  EXPECT_EQ(response.body, "0123");
  EXPECT_EQ(client.end(), StreamEnd::fin);
  const auto sent = server.wait_for_sent(1);
  EXPECT_EQ(sent.at(0).bytes, response.head.size() + 4);
  EXPECT_FALSE(sent.at(0).complete);
}

TEST(WireFaults, ResetInTheMiddleOfABody) {
  const std::string body(2'000'000, 'b');
  EchoServer server({},
                    always(body, {.ending = WireEnding::reset_mid, .cut_after_bytes = 1'000'000}));
  RawClient client(server.port());
  client.send(get_request("/"));
  const RawResponse response = client.read_response();
  EXPECT_EQ(response.header("content-length"), "2000000");
  EXPECT_EQ(response.body.size(), 1'000'000U) << "the part before the cut arrives whole";
  EXPECT_EQ(client.end(), StreamEnd::reset);
  EXPECT_FALSE(server.wait_for_sent(1).at(0).complete);
}

TEST(WireFaults, HangLastsUntilTheClientLeaves) {
  EchoServer server(
      {.threads = 1, .keep_alive_timeout = milliseconds(30)}, [](const http::RequestView& request) {
        return outcome_of(
            "x", {.ending = request.path == "/hang" ? WireEnding::hang : WireEnding::complete});
      });
  RawClient client(server.port());
  client.send(get_request("/hang") + get_request("/behind"));
  ASSERT_TRUE(becomes_true([&] { return server.handled() == 1; }));
  EXPECT_EQ(client.read_within(milliseconds(200)), "");
  EXPECT_EQ(client.end(), StreamEnd::open);
  RawClient other(server.port());
  other.send(get_request("/other"));
  EXPECT_EQ(other.read_response().status, 200);
  client.close();
  const auto sent = server.wait_for_sent(2);
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[1].request_number, 1U);
  EXPECT_EQ(sent[1].bytes, 0U);
  EXPECT_FALSE(sent[1].complete);
  EXPECT_GE(sent[1].took, milliseconds(200));
}

TEST(WireFaults, DripComesInPiecesAndTheConnectionGoesOn) {
  EchoServer server({.threads = 1}, [](const http::RequestView& request) {
    WirePlan plan;
    if (request.path == "/drip") {
      plan = {.ending = WireEnding::drip, .drip_bytes = 10, .drip_interval = milliseconds(2)};
    }
    return outcome_of("0123456789 dripped", plan);
  });
  RawClient client(server.port());
  client.send(get_request("/drip") + get_request("/plain"));
  EXPECT_LE(client.read_within(milliseconds(8'000)).size(), 60U) << "not all at once";
  RawClient again(server.port());
  again.send(get_request("/drip") + get_request("/plain"));
  EXPECT_EQ(again.read_response().body, "0123456789 dripped");
  EXPECT_EQ(again.read_response().body, "0123456789 dripped");
  const auto sent = server.wait_for_sent(4);
  ASSERT_EQ(sent.size(), 4U);
  for (const auto& one : sent) {
    EXPECT_TRUE(one.complete);
  }
}

TEST(WireFaults, ADripToAClientThatLeavesIsReportedAsItWas) {
  EchoServer server(
      {}, always(std::string(1'000, 'd'),
                 {.ending = WireEnding::drip, .drip_bytes = 1, .drip_interval = milliseconds(1)}));
  RawClient client(server.port());
  client.send(get_request("/"));
  EXPECT_EQ(client.read_bytes(5), "HTTP/");
  client.reset();
  const auto sent = server.wait_for_sent(1);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_FALSE(sent[0].complete);
  EXPECT_GE(sent[0].bytes, 5U);
  EXPECT_LT(sent[0].bytes, 1'000U);
}

TEST(WireFaults, AClientThatLeavesBeforeItsAnswerDoesNotKillTheProcess) {
  EchoServer server({.threads = 1}, always("x", {.delay = milliseconds(5)}));
  for (int i = 0; i < 200; ++i) {
    RawClient client(server.port());
    client.send(get_request("/"));
    if (i % 2 == 0) {
      client.reset();
    }
  }
  RawClient client(server.port());
  client.send(get_request("/"));
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(server.wait_for_sent(201).size(), 201U) << "every answer is accounted for";
}

// Stock Pistache gave 2 of 26,158 delayed answers to a later connection with the same descriptor.
TEST(WireFaults, ADelayedAnswerNeverReachesALaterConnection) {
  EchoServer server({.threads = 2}, [](const http::RequestView& request) {
    return outcome_of(std::string(request.path), {.delay = milliseconds(1)});
  });
  constexpr int rounds = 8'000;
  int strays = 0;
  for (int i = 0; i < rounds; ++i) {
    {
      RawClient leaver(server.port());
      leaver.send(get_request("/leaver/" + std::to_string(i)));
    }
    RawClient stayer(server.port());
    const std::string target = "/stayer/" + std::to_string(i);
    if (i % 8 == 0) {
      stayer.send(get_request(target));
      strays += stayer.read_response().body == target ? 0 : 1;
    } else if (i % 64 == 1) {
      strays += stayer.read_within(milliseconds(3)).empty() ? 0 : 1;
    }
  }
  EXPECT_EQ(strays, 0);
}

}  // namespace
}  // namespace hubsim::testing
