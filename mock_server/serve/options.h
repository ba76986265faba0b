// Options of the HTTP server: where it listens, and every limit with what happens at it.
// Threads: plain values, read-only once the server runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/net/tls.h"

namespace hubsim::serve {

struct Options {
  /// An IPv4 address, a name, or an IPv6 address in brackets.
  std::string host = "127.0.0.1";
  /// 0 takes a free one; Server::port() tells which.
  std::uint16_t port = 0;
  int threads = 2;

  /// What a TLS client is shown; none: http only. A connection's first byte tells which it speaks.
  net::TlsContext::Ptr tls{};
  /// Http is answered 400 then.
  bool tls_only = false;

  /// Request line and header lines with their line ends; above it 431.
  std::size_t max_header_bytes = std::size_t{64} << 10;
  /// After removing the chunks; above it 413.
  std::uint64_t max_body_bytes = std::uint64_t{16} << 20;
  /// Above it a connection is answered 503 and closed. Lowered when the process may hold fewer
  /// descriptors.
  std::size_t max_connections = 12'000;
  /// Bytes of further requests kept while an earlier answer is on its way; above it the server
  /// stops reading, so the client's writes block.
  std::size_t max_pipelined_bytes = std::size_t{64} << 10;
  /// Unsent answer bytes above which no further pipelined request is begun.
  std::size_t max_unsent_bytes = std::size_t{256} << 10;

  /// From the first byte of a request to the end of its header; then 408.
  std::chrono::milliseconds header_timeout{10'000};
  /// Between two pieces of a body; then 408.
  std::chrono::milliseconds body_idle_timeout{30'000};
  /// Between two requests; then the connection is closed.
  std::chrono::milliseconds keep_alive_timeout{65'000};
  /// Between two pieces the client takes of an answer; then the connection is reset.
  std::chrono::milliseconds write_idle_timeout{60'000};
  /// How long a connection that the server closed waits for the client's own close, so that the
  /// last answer is not destroyed by a reset.
  std::chrono::milliseconds linger_timeout{2'000};
  /// How long stop() waits for answers on their way.
  std::chrono::milliseconds stop_timeout{2'000};
};

}  // namespace hubsim::serve
