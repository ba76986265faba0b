// Answers as HTTP demands them, whatever the handler said.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "common/base/text.h"
#include "tests/integration/support/echo_server.h"
#include "tests/integration/support/raw_client.h"

namespace hubsim::testing {
namespace {

gateway::Outcome with_status(int status, std::string body) {
  gateway::Outcome outcome = outcome_of(std::move(body));
  outcome.response.status = status;
  return outcome;
}

TEST(WireAnswers, HeadHasNoBodyButItsLength) {
  EchoServer server({}, [](const http::RequestView&) { return outcome_of("0123456789"); });
  RawClient client(server.port());
  client.send("HEAD /h HTTP/1.1\r\n\r\n" + get_request("/g"));
  EXPECT_EQ(client.read_response(false).header("content-length"), "10");
  EXPECT_EQ(client.read_response().body, "0123456789");
}

TEST(WireAnswers, NoBodyAndNoLengthOn204And304) {
  EchoServer server({}, [](const http::RequestView& request) {
    return with_status(request.path == "/204" ? 204 : 304, "must not be sent");
  });
  RawClient client(server.port());
  for (const char* target : {"/204", "/304"}) {
    client.send(get_request(target));
    const RawResponse response = client.read_response(false);
    EXPECT_EQ(std::to_string(response.status), std::string(target).substr(1));
    EXPECT_EQ(response.headers.count("content-length"), 0U);
  }
  EXPECT_EQ(client.read_within(std::chrono::milliseconds(20)), "");
}

TEST(WireAnswers, EveryStatusHasAReason) {
  EchoServer server({}, [](const http::RequestView& request) {
    const auto status = parse_int(request.path.substr(1)).value_or(0);
    return with_status(static_cast<int>(status), "x");
  });
  RawClient client(server.port());
  for (const int status :
       {200, 201, 207, 400, 404, 409, 423, 429, 477, 500, 502, 504, 521, 522, 523, 524}) {
    client.send(get_request("/" + std::to_string(status)));
    const RawResponse response = client.read_response();
    EXPECT_EQ(response.status, status);
    EXPECT_FALSE(response.reason.empty()) << status;
  }
}

TEST(WireAnswers, HeadersOfAnyNameAreSentAsWritten) {
  EchoServer server({}, [](const http::RequestView&) {
    gateway::Outcome outcome = outcome_of("x");
    outcome.response.headers = {{"X-HubSpot-RateLimit-Max", "100"},
                                {"set-cookie", "a=1"},
                                {"set-cookie", "b=2"},
                                {"Content-Length", "999"},
                                {"Transfer-Encoding", "chunked"}};
    return outcome;
  });
  RawClient client(server.port());
  client.send(get_request("/"));
  const RawResponse response = client.read_response();
  EXPECT_NE(response.head.find("X-HubSpot-RateLimit-Max: 100\r\n"), std::string::npos);
  EXPECT_NE(response.head.find("set-cookie: a=1\r\nset-cookie: b=2\r\n"), std::string::npos);
  EXPECT_EQ(response.header("content-length"), "1");
  EXPECT_EQ(response.headers.count("transfer-encoding"), 0U);
}

TEST(WireAnswers, ALineEndInAHeaderValueAddsNoHeader) {
  EchoServer server({}, [](const http::RequestView&) {
    gateway::Outcome outcome = outcome_of("x");
    outcome.response.headers = {{"Location", "/a\r\nX-Evil: 1"}};
    return outcome;
  });
  RawClient client(server.port());
  client.send(get_request("/"));
  EXPECT_EQ(client.read_response().headers.count("x-evil"), 0U);
}

TEST(WireAnswers, DateIsThereAndTheHandlersOwnWins) {
  EchoServer server({}, [](const http::RequestView& request) {
    gateway::Outcome outcome = outcome_of("x");
    if (request.path == "/own") {
      outcome.response.headers = {{"date", "Thu, 01 Jan 2026 00:00:00 GMT"}};
    }
    return outcome;
  });
  RawClient client(server.port());
  client.send(get_request("/") + get_request("/own"));
  const std::string date = client.read_response().header("date");
  EXPECT_EQ(date.size(), 29U) << date;
  EXPECT_EQ(date.substr(date.size() - 4), " GMT");
  const RawResponse own = client.read_response();
  EXPECT_EQ(own.header("date"), "Thu, 01 Jan 2026 00:00:00 GMT");
  EXPECT_EQ(own.head.find("Date:"), std::string::npos);
}

TEST(WireAnswers, TheHandlerMayCloseTheConnection) {
  EchoServer server({}, [](const http::RequestView& request) {
    gateway::Outcome outcome = outcome_of("last");
    outcome.close_connection = request.path == "/wish";
    if (request.path == "/header") {
      outcome.response.headers = {{"Connection", "close"}};
    }
    return outcome;
  });
  for (const char* target : {"/wish", "/header"}) {
    RawClient client(server.port());
    client.send(get_request(target) + get_request("/never"));
    const RawResponse response = client.read_response();
    EXPECT_EQ(response.body, "last");
    EXPECT_EQ(response.header("connection"), "close");
    EXPECT_EQ(client.read_to_end(), "") << "nothing is answered after a close";
    EXPECT_EQ(client.end(), StreamEnd::fin);
  }
}

TEST(WireAnswers, AnExceptionIsA500AndTheConnectionGoesOn) {
  EchoServer server({}, [](const http::RequestView& request) -> gateway::Outcome {
    if (request.path == "/throws") {
      throw std::runtime_error("deliberate");
    }
    return outcome_of("fine");
  });
  RawClient client(server.port());
  client.send(get_request("/throws") + get_request("/next"));
  const RawResponse failed = client.read_response();
  EXPECT_EQ(failed.status, 500);
  EXPECT_NE(failed.body.find(R"("status":"error")"), std::string::npos);
  EXPECT_EQ(client.read_response().body, "fine");
  EXPECT_EQ(server.server.counters().handler_failures, 1U);
}

TEST(WireAnswers, TenMegabytesReachASlowReaderIntact) {
  std::string large(10'000'000, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) {
    large[i] = static_cast<char>('a' + i % 23);
  }
  EchoServer server({.threads = 1}, [&](const http::RequestView& request) {
    return outcome_of(request.path == "/large" ? large : "small");
  });
  RawClient slow(server.port());
  slow.shrink_receive_buffer();
  slow.send(get_request("/large") + get_request("/small"));
  RawClient other(server.port());
  other.send(get_request("/small"));
  EXPECT_EQ(other.read_response().body, "small") << "a slow reader delays nobody";

  EXPECT_TRUE(slow.read_response().body == large);
  EXPECT_EQ(slow.read_response().body, "small");
  const auto sent = server.wait_for_sent(3);
  ASSERT_EQ(sent.size(), 3U);
  for (const auto& one : sent) {
    EXPECT_TRUE(one.complete);
  }
}

TEST(WireAnswers, AReaderThatStopsIsNotReadFromEither) {
  EchoServer server({.threads = 1, .max_unsent_bytes = 1000},
                    [](const http::RequestView&) { return outcome_of(std::string(100'000, 'x')); });
  RawClient client(server.port());
  client.shrink_receive_buffer();
  std::string packet;
  for (int i = 0; i < 400; ++i) {
    packet += get_request("/" + std::to_string(i));
  }
  client.send(packet);
  RawClient other(server.port());
  other.send(get_request("/"));
  EXPECT_EQ(other.read_response().status, 200);
  EXPECT_LT(server.handled(), 200U) << "40 MB of answers must not pile up in memory";
  for (int i = 0; i < 400; ++i) {
    ASSERT_EQ(client.read_response().body.size(), 100'000U) << i;
  }
}

TEST(WireAnswers, SentTellsBytesAndNumber) {
  EchoServer server;
  RawClient client(server.port());
  client.send(get_request("/"));
  const RawResponse response = client.read_response();
  const auto sent = server.wait_for_sent(1);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].request_number, 1U);
  EXPECT_EQ(sent[0].bytes, response.head.size() + response.body.size());
  EXPECT_TRUE(sent[0].complete);
  EXPECT_GE(sent[0].took.count(), 0);
}

}  // namespace
}  // namespace hubsim::testing
