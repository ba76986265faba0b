// Requests as real clients write them, legal and odd, reach the handler as they were sent.
#include <gtest/gtest.h>

#include <string>

#include "tests/integration/support/echo_server.h"
#include "tests/integration/support/raw_client.h"

namespace hubsim::testing {
namespace {

TEST(WireRequests, Http11KeepsTheConnectionWithoutBeingAsked) {
  EchoServer server;
  RawClient client(server.port());
  for (const char* target : {"/first", "/second", "/third"}) {
    client.send(get_request(target));
    const RawResponse response = client.read_response();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.header("connection"), "keep-alive");
    EXPECT_NE(response.body.find(target), std::string::npos);
  }
  EXPECT_EQ(server.server.counters().connections_accepted, 1U);
}

TEST(WireRequests, ConnectionCloseIsHonouredAfterTheAnswer) {
  EchoServer server;
  RawClient client(server.port());
  client.send(get_request("/", "Connection: close\r\n"));
  const RawResponse response = client.read_response();
  EXPECT_EQ(response.header("connection"), "close");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(client.end(), StreamEnd::fin);
}

TEST(WireRequests, Http10ClosesUnlessKeepAliveIsAsked) {
  EchoServer server;
  RawClient old_client(server.port());
  old_client.send("GET /old HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old_client.read_response().header("connection"), "close");
  EXPECT_EQ(old_client.read_to_end(), "");
  EXPECT_EQ(old_client.end(), StreamEnd::fin);

  RawClient keeping(server.port());
  for (int i = 0; i < 2; ++i) {
    keeping.send("GET /kept HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(keeping.read_response().header("connection"), "keep-alive");
  }
}

TEST(WireRequests, ThreeInOnePacketGetThreeAnswersInOrder) {
  EchoServer server;
  RawClient client(server.port());
  client.send(get_request("/a") + post_request("/b", "body of b") + get_request("/c"));
  EXPECT_EQ(client.read_response().body.substr(0, 6), "GET /a");
  const std::string second = client.read_response().body;
  EXPECT_EQ(second.substr(0, 7), "POST /b");
  EXPECT_NE(second.find("body of b"), std::string::npos);
  EXPECT_EQ(client.read_response().body.substr(0, 6), "GET /c");
}

TEST(WireRequests, AHundredInOnePacketGetAHundredAnswersInOrder) {
  EchoServer server;
  RawClient client(server.port());
  std::string packet;
  for (int i = 0; i < 100; ++i) {
    packet += get_request("/number/" + std::to_string(i));
  }
  client.send(packet);
  for (int i = 0; i < 100; ++i) {
    const std::string expected = "GET /number/" + std::to_string(i) + "\n";
    EXPECT_EQ(client.read_response().body.substr(0, expected.size()), expected);
  }
}

TEST(WireRequests, PipelinedRequestsWaitForADelayedAnswer) {
  EchoServer server({}, [](const http::RequestView& request) {
    gateway::Outcome outcome = outcome_of(std::string(request.path));
    if (request.path == "/slow") {
      outcome.wire.delay = std::chrono::milliseconds(50);
    }
    return outcome;
  });
  RawClient client(server.port());
  client.send(get_request("/quick") + get_request("/slow") + get_request("/after"));
  EXPECT_EQ(client.read_response().body, "/quick");
  EXPECT_EQ(client.read_response().body, "/slow");
  EXPECT_EQ(client.read_response().body, "/after");
}

TEST(WireRequests, RepeatedHeadersAndQueryKeysKeepTheirOrder) {
  EchoServer server;
  RawClient client(server.port());
  client.send("GET /x?a=1&b=2&a=3 HTTP/1.1\r\nX-One: 1\r\nX-Two: 2\r\nx-one: 3\r\n\r\n");
  EXPECT_EQ(client.read_response().body, "GET /x?a=1&b=2&a=3\nX-One: 1\nX-Two: 2\nx-one: 3\n\n");
}

TEST(WireRequests, PercentEncodingIsLeftAlone) {
  EchoServer server;
  RawClient client(server.port());
  client.send(get_request("/contacts/a%40b.org%2F?idProperty=%65mail+x"));
  EXPECT_EQ(client.read_response().body.substr(0, 52),
            "GET /contacts/a%40b.org%2F?idProperty=%65mail+x\nHost");
}

TEST(WireRequests, OddButLegalHeadersReachTheHandler) {
  EchoServer server;
  RawClient client(server.port());
  for (const char* header : {"Accept: garbage", "Accept: text/html, *;q=0.1", "Cookie: a",
                             "Content-Type: ", "Content-Type: json", "Host: a:b", "Date: whenever",
                             "Cache-Control: =,=", "Authorization: Bearer", "X-Utf8: \xc3\xa4"}) {
    client.send("GET / HTTP/1.1\r\n" + std::string(header) + "\r\n\r\n");
    const RawResponse response = client.read_response();
    EXPECT_EQ(response.status, 200) << header;
    EXPECT_NE(response.body.find(header), std::string::npos) << header;
  }
}

TEST(WireRequests, AnyMethodReachesTheHandlerWithItsBody) {
  EchoServer server;
  RawClient client(server.port());
  for (const char* method : {"PATCH", "DELETE", "PUT", "POST", "OPTIONS"}) {
    client.send(std::string(method) + " /m HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody");
    EXPECT_EQ(client.read_response().body, std::string(method) + " /m\nContent-Length: 4\n\nbody");
  }
  for (const char* method : {"PROPFIND", "BREW", "get", "TRACE"}) {
    client.send(std::string(method) + " /m HTTP/1.1\r\n\r\n");
    EXPECT_EQ(client.read_response().body, "OTHER /m\n\n") << method;
  }
}

TEST(WireRequests, AbsoluteAndOtherTargetForms) {
  EchoServer server;
  RawClient client(server.port());
  const auto asked = [&](const std::string& line) {
    client.send(line + " HTTP/1.1\r\n\r\n");
    return client.read_response().body;
  };
  EXPECT_EQ(asked("GET http://api.hubapi.com:80/crm/v3?limit=1"), "GET /crm/v3?limit=1\n\n");
  EXPECT_EQ(asked("GET http://api.hubapi.com"), "GET /\n\n");
  EXPECT_EQ(asked("GET http://api.hubapi.com?a=b"), "GET /?a=b\n\n");
  EXPECT_EQ(asked("OPTIONS *"), "OPTIONS *\n\n");
  EXPECT_EQ(asked("GET /redirect?to=http://elsewhere/x"),
            "GET /redirect?to=http://elsewhere/x\n\n");
}

TEST(WireRequests, EmptyLinesBeforeARequestArePassedOver) {
  EchoServer server;
  RawClient client(server.port());
  client.send("\r\n\r\n" + get_request("/late"));
  EXPECT_EQ(client.read_response().body.substr(0, 9), "GET /late");
}

TEST(WireRequests, AHeadCutAnywhereIsTheSameRequest) {
  EchoServer server;
  const std::string request = "GET /cut?a=1 HTTP/1.1\r\nHost: test\r\nX-Value: one two\r\n\r\n";
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    RawClient client(server.port());
    const auto before = server.server.counters().bytes_in;
    client.send(request.substr(0, cut));
    ASSERT_TRUE(becomes_true([&] { return server.server.counters().bytes_in == before + cut; }));
    client.send(request.substr(cut));
    EXPECT_EQ(client.read_response().body, "GET /cut?a=1\nHost: test\nX-Value: one two\n\n")
        << "cut at " << cut;
  }
}

TEST(WireRequests, SilentClientsDelayNobody) {
  EchoServer server({.threads = 1});
  std::vector<RawClient> silent;
  for (int i = 0; i < 50; ++i) {
    silent.emplace_back(server.port());
    silent.back().send(i % 2 == 0 ? "" : "POST / HTTP/1.1\r\nContent-Le");
  }
  RawClient client(server.port());
  client.send(get_request("/quick"));
  EXPECT_EQ(client.read_response().status, 200);
}

TEST(WireRequests, AClientThatClosesItsSendingSideGetsItsAnswer) {
  EchoServer server;
  RawClient client(server.port());
  client.send(get_request("/last"));
  client.close_sending();
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(client.end(), StreamEnd::fin);
}

}  // namespace
}  // namespace hubsim::testing
