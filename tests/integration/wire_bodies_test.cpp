// Request bodies: by length and by chunks, however they are cut, waited for and bounded.
#include <gtest/gtest.h>

#include <string>

#include "tests/integration/support/echo_server.h"
#include "tests/integration/support/raw_client.h"

namespace hubsim::testing {
namespace {

const std::string chunked_head = "POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string chunked_answer = "POST /c\nTransfer-Encoding: chunked\n\n";

gateway::Outcome body_size_only(const http::RequestView& request) {
  return outcome_of(std::to_string(request.body.size()));
}

TEST(WireBodies, ChunkedBodyCutAnywhereIsTheSameBody) {
  EchoServer server;
  const std::string body = "6\r\nHello \r\n5;ext=\"q\"\r\nworld\r\n0\r\n\r\n";
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    RawClient client(server.port());
    const auto before = server.server.counters().bytes_in;
    client.send(chunked_head + body.substr(0, cut));
    ASSERT_TRUE(becomes_true(
        [&] { return server.server.counters().bytes_in == before + chunked_head.size() + cut; }));
    client.send(body.substr(cut));
    EXPECT_EQ(client.read_response().body, chunked_answer + "Hello world") << "cut at " << cut;
  }
}

TEST(WireBodies, ChunkedBodyByteByByteNeverSticksAThread) {
  EchoServer server({.threads = 1});
  RawClient client(server.port());
  auto received = server.server.counters().bytes_in;
  const std::string bytes = chunked_head + "3\r\nabc\r\n1\r\nd\r\n0\r\nTrailer: x\r\n\r\n";
  for (const char byte : bytes) {
    client.send({&byte, 1});
    ++received;
    ASSERT_TRUE(becomes_true([&] { return server.server.counters().bytes_in == received; }));
  }
  EXPECT_EQ(client.read_response().body, chunked_answer + "abcd");
  client.send(get_request("/next"));
  EXPECT_EQ(client.read_response().status, 200);
}

TEST(WireBodies, ChunkExtensionsAndTrailersAreAllowed) {
  EchoServer server;
  RawClient client(server.port());
  client.send(chunked_head + "6;ext=1\r\nabcdef\r\n0\r\nX-Trailer: t\r\nContent-MD5: y\r\n\r\n" +
              get_request("/next"));
  EXPECT_EQ(client.read_response().body, chunked_answer + "abcdef");
  EXPECT_EQ(client.read_response().body.substr(0, 9), "GET /next");
}

TEST(WireBodies, EmptyChunkedBody) {
  EchoServer server;
  RawClient client(server.port());
  client.send(chunked_head + "0\r\n\r\n");
  EXPECT_EQ(client.read_response().body, chunked_answer);
}

TEST(WireBodies, ExpectContinueIsAnsweredBeforeTheBody) {
  EchoServer server;
  RawClient client(server.port());
  client.send("POST /e HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_response(false).status, 100);
  client.send("hello");
  const RawResponse response = client.read_response();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.substr(response.body.size() - 5), "hello");
}

TEST(WireBodies, ExpectContinueWithTheBodyAlreadyThereNeedsNoContinue) {
  EchoServer server;
  RawClient client(server.port());
  client.send("POST /e HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");
  EXPECT_EQ(client.read_response().status, 200);
}

TEST(WireBodies, ExpectContinueWithATooLargeBodyIsRefusedAtOnce) {
  EchoServer server;
  RawClient client(server.port());
  client.send("POST /e HTTP/1.1\r\nContent-Length: 999999999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 413);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(client.end(), StreamEnd::fin);
}

TEST(WireBodies, UnknownExpectationIsRefused) {
  EchoServer server;
  RawClient client(server.port());
  client.send("POST /e HTTP/1.1\r\nContent-Length: 1\r\nExpect: a-miracle\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 417);
}

TEST(WireBodies, AHundredKilobytesGetOneAnswer) {
  EchoServer server({}, body_size_only);
  RawClient client(server.port());
  client.send(post_request("/big", std::string(100'000, 'x')));
  EXPECT_EQ(client.read_response().body, "100000");
  client.send(post_request("/small", "x"));
  EXPECT_EQ(client.read_response().body, "1");
  EXPECT_EQ(server.handled(), 2U);
}

TEST(WireBodies, SixteenMebibytesAreAccepted) {
  EchoServer server({}, body_size_only);
  RawClient client(server.port());
  const std::string body(std::size_t{16} << 20, 'x');
  client.send(post_request("/most", body));
  EXPECT_EQ(client.read_response().body, "16777216");

  client.send(chunked_head + "1000000\r\n" + body + "\r\n0\r\n\r\n");
  EXPECT_EQ(client.read_response().body, "16777216");
}

TEST(WireBodies, OneByteMoreIsTooLarge) {
  EchoServer server({}, body_size_only);
  const std::string body((std::size_t{16} << 20) + 1, 'x');
  RawClient by_length(server.port());
  by_length.send(post_request("/more", body));
  EXPECT_EQ(by_length.read_response().status, 413);

  RawClient by_chunks(server.port());
  by_chunks.send(chunked_head + "1000000\r\n" + body.substr(1) + "\r\n1\r\nx\r\n0\r\n\r\n");
  EXPECT_EQ(by_chunks.read_response().status, 413);
  EXPECT_EQ(server.handled(), 0U);
  EXPECT_EQ(server.server.counters().malformed, 2U);
}

TEST(WireBodies, ABodyIsBinary) {
  EchoServer server;
  RawClient client(server.port());
  const std::string body("\0\r\n\r\n\xff", 6);
  client.send(post_request("/b", body));
  const std::string answer = client.read_response().body;
  EXPECT_EQ(answer.substr(answer.size() - 6), body);
}

}  // namespace
}  // namespace hubsim::testing
