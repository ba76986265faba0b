// What is no HTTP request is answered 400 and the connection closed; no thread is ever stuck on it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/integration/support/echo_server.h"
#include "tests/integration/support/raw_client.h"

namespace hubsim::testing {
namespace {

struct Bad {
  const char* what;
  std::string bytes;
  int status = 400;
};

const std::string post = "POST / HTTP/1.1\r\n";
const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";

const std::vector<Bad>& bad_requests() {
  static const std::vector<Bad> all = {
      {"Content-Length: abc", post + "Content-Length: abc\r\n\r\n"},
      {"Content-Length: -1", post + "Content-Length: -1\r\n\r\n"},
      {"Content-Length: +1", post + "Content-Length: +1\r\n\r\n"},
      {"Content-Length empty", post + "Content-Length:\r\n\r\n"},
      {"Content-Length beyond 64 bits", post + "Content-Length: 99999999999999999999\r\n\r\n"},
      {"two Content-Lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n"},
      {"length and chunks",
       post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"chunks and length",
       post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"},
      {"chunked twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"unknown coding", post + "Transfer-Encoding: gzip\r\n\r\n", 501},
      {"unknown coding in front", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"line feeds only", "GET / HTTP/1.1\nHost: x\n\n"},
      {"NUL in the target", std::string("GET /\0 HTTP/1.1\r\n\r\n", 19)},
      {"NUL in a header", std::string("GET / HTTP/1.1\r\nX: a\0b\r\n\r\n", 26)},
      {"blank before the colon", "GET / HTTP/1.1\r\nX : a\r\n\r\n"},
      {"folded header", "GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n"},
      {"no colon", "GET / HTTP/1.1\r\nnonsense\r\n\r\n"},
      {"empty header name", "GET / HTTP/1.1\r\n: a\r\n\r\n"},
      {"no version", "GET /\r\n\r\n"},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
      {"HTTP/9.9", "GET / HTTP/9.9\r\n\r\n"},
      {"lower-case protocol", "GET / http/1.1\r\n\r\n"},
      {"blank in the target", "GET /a b HTTP/1.1\r\n\r\n"},
      {"no target", "GET  HTTP/1.1\r\n\r\n"},
      {"bad method", "G@T / HTTP/1.1\r\n\r\n"},
      {"TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)},
      {"negative chunk", chunked + "-5\r\nhello\r\n0\r\n\r\n"},
      {"chunk size with 0x", chunked + "0x5\r\nhello\r\n0\r\n\r\n"},
      {"chunk size no number", chunked + "zz\r\nhello\r\n"},
      {"chunk size empty", chunked + "\r\nhello\r\n"},
      {"chunk size beyond 64 bits", chunked + "fffffffffffffffff\r\n"},
      {"chunk longer than said", chunked + "3\r\nhello\r\n0\r\n\r\n"},
      {"chunk line ends in line feed", chunked + "5\nhello\n0\n\n"},
      {"huge chunk", chunked + "ffffffff\r\n", 413},
  };
  return all;
}

class WireMalformed : public ::testing::TestWithParam<std::size_t> {};

TEST_P(WireMalformed, IsRefusedAndTheConnectionClosed) {
  const Bad& bad = bad_requests()[GetParam()];
  EchoServer server({.threads = 1});
  RawClient client(server.port());
  client.send(bad.bytes);
  const RawResponse response = client.read_response();
  EXPECT_EQ(response.status, bad.status) << bad.what;
  EXPECT_EQ(response.header("connection"), "close") << bad.what;
  EXPECT_EQ(client.read_to_end(), "") << bad.what;
  EXPECT_EQ(client.end(), StreamEnd::fin) << bad.what;
  EXPECT_EQ(server.handled(), 0U) << bad.what;
  EXPECT_EQ(server.server.counters().malformed, 1U) << bad.what;

  RawClient next(server.port());
  next.send(get_request("/alive"));
  EXPECT_EQ(next.read_response().status, 200) << "the worker is stuck after: " << bad.what;
}

INSTANTIATE_TEST_SUITE_P(Each, WireMalformed, ::testing::Range<std::size_t>(0, 35));

TEST(WireMalformedList, IsWholeInTheSuite) { EXPECT_EQ(bad_requests().size(), 35U); }

TEST(WireMalformed, LineFeedsOnlyInPiecesAreRefusedWithoutWaiting) {
  EchoServer server({.threads = 1});
  RawClient client(server.port());
  client.send("GET / HT");
  ASSERT_TRUE(becomes_true([&] { return server.server.counters().bytes_in == 8; }));
  client.send("TP/1.1\nHost: x\n\n");
  EXPECT_EQ(client.read_response().status, 400);
}

TEST(WireMalformed, GoodRequestsBeforeABadOneAreAnswered) {
  EchoServer server;
  RawClient client(server.port());
  client.send(get_request("/good") + "BAD\r\n\r\n" + get_request("/never"));
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(client.read_response().status, 400);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server.handled(), 1U);
}

TEST(WireMalformed, ARefusalIsReadEvenByAClientStillSending) {
  EchoServer server;
  RawClient client(server.port());
  client.send("NONSENSE\r\n\r\n" + std::string(1'000'000, 'x'));
  EXPECT_EQ(client.read_response().status, 400);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(client.end(), StreamEnd::fin);
}

TEST(WireMalformed, EndlessChunkLinesAndTrailersAreBounded) {
  EchoServer server;
  for (const char* start : {"5;", "0\r\nX: "}) {
    RawClient client(server.port());
    client.send(chunked + start + std::string(100'000, 'e'));
    EXPECT_EQ(client.read_response().status, 431) << start;
  }
}

TEST(WireMalformed, AClientLeavingInTheMiddleOfARequestIsNoHarm) {
  EchoServer server({.threads = 1});
  for (const std::string& part :
       {std::string("GET / HT"), post + "Content-Length: 9\r\n\r\nab", chunked + "5\r\nab"}) {
    RawClient client(server.port());
    client.send(part);
    client.reset();
  }
  EXPECT_TRUE(becomes_true([&] { return server.server.counters().connections_open == 0; }));
  EXPECT_EQ(server.handled(), 0U);
}

}  // namespace
}  // namespace hubsim::testing
