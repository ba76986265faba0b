#include "common/net/response_parser.h"

#include <gtest/gtest.h>

namespace hubsim::net {
namespace {

using State = ResponseParser::State;

/// Feeds the text cut into pieces of `step` bytes; the state after the last.
State feed_in_steps(ResponseParser& parser, std::string_view text, std::size_t step) {
  State state = State::more;
  for (std::size_t at = 0; at < text.size() && state == State::more; at += step) {
    std::size_t consumed = 0;
    state = parser.feed(text.substr(at, step), consumed);
  }
  return state;
}

TEST(ResponseParser, ReadsAnAnswerHoweverItIsCut) {
  const std::string text =
      "HTTP/1.1 207 Multi\r\nX-A: one\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n7;ext=1\r\n, world\r\n0\r\nTrailer: x\r\n\r\n";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    ResponseParser parser;
    ASSERT_EQ(feed_in_steps(parser, text, step), State::done) << step;
    EXPECT_EQ(parser.status(), 207);
    EXPECT_EQ(parser.body(), "hello, world");
    EXPECT_EQ(parser.headers().at(0).second, "one");
    EXPECT_TRUE(parser.keep_alive());
  }
}

TEST(ResponseParser, PassesOverInterimAnswers) {
  const std::string text =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    ResponseParser parser;
    ASSERT_EQ(feed_in_steps(parser, text, step), State::done) << step;
    EXPECT_EQ(parser.status(), 200);
    EXPECT_EQ(parser.headers().size(), 1U);
  }
}

TEST(ResponseParser, EndsByCloseWhereThereIsNoLength) {
  ResponseParser parser;
  EXPECT_EQ(feed_in_steps(parser, "HTTP/1.1 200 OK\r\n\r\nall of it", 100), State::more);
  EXPECT_EQ(parser.finish(), State::done);
  EXPECT_EQ(parser.body(), "all of it");
  EXPECT_FALSE(parser.keep_alive());
}

TEST(ResponseParser, CloseInTheMiddleIsNoEnd) {
  ResponseParser parser;
  EXPECT_EQ(feed_in_steps(parser, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal", 100),
            State::more);
  EXPECT_EQ(parser.finish(), State::malformed);
  parser.reset(false);
  EXPECT_EQ(feed_in_steps(parser, "HTTP/1.1 200 OK\r\nConte", 100), State::more);
  EXPECT_EQ(parser.finish(), State::malformed);
}

TEST(ResponseParser, HeadHasNoBodyAndLeavesTheNextAnswerAlone) {
  ResponseParser parser;
  parser.reset(true);
  std::size_t consumed = 0;
  const std::string first = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
  EXPECT_EQ(parser.feed(first + "HTTP", consumed), State::done);
  EXPECT_EQ(consumed, first.size());
}

TEST(ResponseParser, RefusesWhatIsNotHttpAndWhatIsTooLarge) {
  ResponseParser parser({.max_head_bytes = 100, .max_body_bytes = 10});
  EXPECT_EQ(feed_in_steps(parser, "SSH-2.0-OpenSSH\r\n\r\n", 100), State::malformed);
  parser.reset(false);
  EXPECT_EQ(feed_in_steps(parser, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", 100),
            State::too_large);
  parser.reset(false);
  EXPECT_EQ(feed_in_steps(parser, "HTTP/1.1 200 OK\r\nX: " + std::string(200, 'x'), 50),
            State::too_large);
}

}  // namespace
}  // namespace hubsim::net
