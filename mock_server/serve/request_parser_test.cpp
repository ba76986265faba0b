#include "mock_server/serve/request_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace hubsim::serve {
namespace {

/// A request as text, and how the parser stood at the end.
struct Seen {
  std::vector<std::string> requests;
  RequestParser::State end = RequestParser::State::idle;
  int status = 0;
  friend bool operator==(const Seen&, const Seen&) = default;
};

std::string describe(const RequestParser& parser) {
  const http::RequestView& request = parser.request();
  std::string text = std::string(http::method_name(request.method)) + " " +
                     std::string(request.path) + " " + std::string(request.query);
  for (const auto& [name, value] : request.headers) {
    text.append("|").append(name).append("=").append(value);
  }
  return text.append("|").append(request.body).append(parser.keep_alive() ? "+" : "-");
}

/// Each piece in memory of its own, gone when the next one comes: views that outlive their bytes
/// show under AddressSanitizer.
Seen parse(const std::vector<std::string>& pieces, ParserLimits limits = {}) {
  RequestParser parser(limits);
  Seen seen;
  for (const std::string& piece : pieces) {
    const std::vector<char> bytes(piece.begin(), piece.end());
    std::string_view rest(bytes.data(), bytes.size());
    while (!rest.empty() && parser.state() != RequestParser::State::bad) {
      rest.remove_prefix(parser.consume(rest));
      if (parser.state() == RequestParser::State::ready) {
        seen.requests.push_back(describe(parser));
        parser.next();
      }
    }
  }
  seen.end = parser.state();
  seen.status = parser.state() == RequestParser::State::bad ? parser.error().status : 0;
  return seen;
}

std::vector<std::string> in_pieces_of(const std::string& text, std::size_t size) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < text.size(); at += size) {
    pieces.push_back(text.substr(at, size));
  }
  return pieces;
}

const std::string stream =
    "GET /a?x=1 HTTP/1.1\r\nHost: h\r\n\r\n"
    "\r\nPOST /b HTTP/1.1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
    "PUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    "4;e=1\r\nabcd\r\n10\r\n0123456789abcdef\r\n0\r\nX-Trailer: t\r\n\r\n"
    "PATCH /d HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    "DELETE /e HTTP/1.0\r\n\r\n";

TEST(RequestParser, ReadsAStreamOfRequests) {
  const Seen seen = parse({stream});
  const std::vector<std::string> expected = {
      "GET /a x=1|Host=h|+", "POST /b |Content-Length=5|Connection=close|hello-",
      "PUT /c |Transfer-Encoding=chunked|abcd0123456789abcdef+",
      "PATCH /d |Transfer-Encoding=chunked|+", "DELETE /e |-"};
  EXPECT_EQ(seen.requests, expected);
  EXPECT_EQ(seen.end, RequestParser::State::idle);
}

TEST(RequestParser, PiecesOfAnySizeAreTheSameStream) {
  const Seen whole = parse({stream});
  for (std::size_t size = 1; size < stream.size(); ++size) {
    EXPECT_EQ(parse(in_pieces_of(stream, size)), whole) << size;
  }
}

TEST(RequestParser, OneCutAnywhereIsTheSameStream) {
  const Seen whole = parse({stream});
  for (std::size_t cut = 1; cut < stream.size(); ++cut) {
    EXPECT_EQ(parse({stream.substr(0, cut), stream.substr(cut)}), whole) << cut;
  }
}

TEST(RequestParser, TellsHowFarItIs) {
  RequestParser parser({});
  EXPECT_EQ(parser.state(), RequestParser::State::idle);
  EXPECT_EQ(parser.consume("POST / HTTP/1.1\r\n"), 17U);
  EXPECT_EQ(parser.state(), RequestParser::State::head);
  EXPECT_EQ(parser.consume("Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"), 43U);
  EXPECT_EQ(parser.state(), RequestParser::State::body);
  EXPECT_TRUE(parser.expects_continue());
  EXPECT_EQ(parser.consume("okGET"), 2U) << "what follows is the next request's";
  EXPECT_EQ(parser.state(), RequestParser::State::ready);
  EXPECT_EQ(parser.request().body, "ok");
}

TEST(RequestParser, LimitsAreExact) {
  const std::string head = "GET / HTTP/1.1\r\nX: 1\r\n\r\n";
  for (const std::size_t piece : {head.size(), std::size_t{7}}) {
    EXPECT_EQ(parse(in_pieces_of(head, piece), {.head_bytes = head.size()}).requests.size(), 1U);
    EXPECT_EQ(parse(in_pieces_of(head, piece), {.head_bytes = head.size() - 1}).status, 431);
  }
  const std::string body = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
  EXPECT_EQ(parse({body}, {.body_bytes = 3}).requests.size(), 1U);
  EXPECT_EQ(parse({body}, {.body_bytes = 2}).status, 413);
  const std::string chunks =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
  EXPECT_EQ(parse({chunks}, {.body_bytes = 3}).requests.size(), 1U);
  EXPECT_EQ(parse({chunks}, {.body_bytes = 2}).status, 413);
}

TEST(RequestParser, AnErrorSaysWhatIsWrong) {
  RequestParser parser({});
  static_cast<void>(parser.consume("GET / HTTP/1.1\r\nExpect: luck\r\n\r\n"));
  EXPECT_EQ(parser.error().status, 417);
  EXPECT_NE(parser.error().message.find("100-continue"), std::string::npos);
}

TEST(RequestParser, ALongHeadCutByteByByteTakesLittleTime) {
  const std::string head = "GET / HTTP/1.1\r\nX: " + std::string(60'000, 'x') + "\r\n\r\n";
  EXPECT_EQ(parse(in_pieces_of(head, 1)).requests.size(), 1U);
}

/// Knows one upload: POST /upload, 100 bytes.
class Uploads final : public gateway::Handler {
 public:
  gateway::Outcome handle(const http::RequestView& /*request*/) override { return {}; }
  void sent(const gateway::Sent& /*sent*/) override {}
  std::uint64_t body_limit(http::Method method, std::string_view path) const override {
    return method == http::Method::post && path == "/upload" ? 100 : 0;
  }
};

TEST(RequestParser, ALargerBodyOfAnUploadIsSpooledAndOfAnotherRefused) {
  const Uploads uploads;
  const ParserLimits limits{.body_bytes = 3, .handler = &uploads};
  const std::string length = " HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789";
  const std::string chunked =
      " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n01\r\n8\r\n23456789\r\n0\r\n\r\n";
  for (const std::size_t size : {1U, 7U, 1000U}) {
    for (const std::string& rest : {length, chunked}) {
      const Seen seen = parse(in_pieces_of("POST /upload?x" + rest, size), limits);
      ASSERT_EQ(seen.requests.size(), 1U) << size;
      EXPECT_TRUE(seen.requests[0].ends_with("|0123456789+")) << seen.requests[0];
      EXPECT_EQ(parse(in_pieces_of("PUT /upload" + rest, size), limits).status, 413);
    }
  }
  const std::string over = "POST /upload HTTP/1.1\r\nContent-Length: 101\r\n\r\n";
  EXPECT_EQ(parse({over}, limits).status, 413);
}

}  // namespace
}  // namespace hubsim::serve
