// ResponseParser: bytes of an HTTP/1.1 answer into status, headers and body, by Boost.Beast's
// basic_parser: chunked, by length, by close, none; interim 1xx answers are passed over.
// Here to keep Beast out of every other file.
// Threads: one thread at a time. Feed what arrived; bytes() of a second answer are not consumed.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/net/http_client.h"

namespace hubsim::net {

struct ParserLimits {
  std::size_t max_head_bytes = 64 * 1024;
  std::size_t max_body_bytes = 64 * 1024 * 1024;
};

class ResponseParser {
 public:
  enum class State { more, done, malformed, too_large };

  explicit ResponseParser(ParserLimits limits = {}, bool keep_body = true);
  ~ResponseParser();
  ResponseParser(ResponseParser&&) noexcept;
  ResponseParser& operator=(ResponseParser&&) noexcept;

  /// Starts over for the next answer; one to HEAD has no body.
  void reset(bool answer_to_head);
  /// `consumed` says how many bytes belonged to this answer.
  State feed(std::string_view bytes, std::size_t& consumed);
  /// The other side closed: done when that ends the answer, else malformed.
  State finish();

  [[nodiscard]] bool started() const noexcept;
  [[nodiscard]] bool keep_alive() const noexcept;
  [[nodiscard]] int status() const noexcept;
  [[nodiscard]] Headers& headers() noexcept;
  [[nodiscard]] std::string& body() noexcept;
  [[nodiscard]] const std::string& error() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hubsim::net
