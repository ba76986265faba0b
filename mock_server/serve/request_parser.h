// RequestParser: bytes in, whole HTTP/1.x requests out. Boost.Beast's basic_parser knows the
// grammar; this class keeps what arrives in pieces, bounds it, and refuses what Beast lets pass.
// No sockets, so the fuzz target and the unit tests drive it directly.
// Threads: none of its own. Lifetime: request() views the parser's buffers and, when a request came
// in one piece, the bytes given to consume(); it ends with next() or when those bytes go. A body
// over the limit that the handler knows as an upload is spooled to disk and mapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "mock_server/gateway/outcome.h"

namespace hubsim::serve {

struct ParserLimits {
  std::size_t head_bytes = std::size_t{64} << 10;
  std::uint64_t body_bytes = std::uint64_t{16} << 20;
  /// Asked whether a larger body is an upload that may be spooled to disk; none: never.
  const gateway::Handler* handler = nullptr;
};

/// Why a request is refused, and by which status.
struct ParseError {
  int status = 400;
  std::string message;
};

class RequestParser {
 public:
  enum class State {
    idle,   ///< nothing of a request has come
    head,   ///< part of a head has come
    body,   ///< the head is whole, the body is not
    ready,  ///< request() is whole
    bad,    ///< error() says why; what follows cannot be read
  };

  explicit RequestParser(ParserLimits limits);
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;
  ~RequestParser();

  /// Takes bytes up to the end of one request; says how many. Not when ready or bad.
  /// All of `input` is taken unless the state becomes ready or bad.
  [[nodiscard]] std::size_t consume(std::string_view input);
  /// After ready: begins the next request.
  void next();

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] const http::RequestView& request() const noexcept { return request_; }
  /// Whether the bytes come over TLS: told to each request.
  void set_secure(bool secure) noexcept { secure_ = secure; }
  [[nodiscard]] const ParseError& error() const noexcept { return error_; }
  /// From the version and the Connection header; known once the head is.
  [[nodiscard]] bool keep_alive() const;
  [[nodiscard]] bool is_http_1_0() const;
  /// The client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool expects_continue() const;

 private:
  class Grammar;

  std::size_t consume_head(std::string_view input);
  std::size_t consume_head_in_pieces(std::string_view input);
  void check_unfinished_head();
  void finish_head();
  void keep_head();
  std::size_t consume_body(std::string_view input);
  std::size_t consume_chunks(std::string_view input);
  std::size_t parse_chunks(std::string_view bytes);
  void finish_request();
  void fail(int status, std::string message);
  void fail(const Grammar& grammar);

  ParserLimits limits_;
  State state_ = State::idle;
  std::unique_ptr<Grammar> grammar_;
  /// The head when it came in pieces.
  std::string head_;
  /// How much of the head Beast has taken; its size once it is whole.
  std::size_t head_parsed_ = 0;
  std::size_t head_checked_ = 0;
  /// Chunk lines and trailers cut by the end of the input.
  std::string chunk_rest_;
  http::RequestView request_;
  bool secure_ = false;
  ParseError error_;
};

}  // namespace hubsim::serve
