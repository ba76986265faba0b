// Stream: what an HttpConnection reads from and writes to once TCP is connected: the socket itself,
// or TLS over it. All that HTTP does (pooling, timeouts, stamps) is above it and the same for both.
// Threads: the loop's thread only. The descriptor is the connection's; a stream never closes it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/net/http_client.h"
#include "common/net/tls.h"

namespace hubsim::net {

struct StreamStep {
  enum class Kind {
    moved,    ///< `bytes` were read or taken; of establish(): done
    blocked,  ///< wait for the socket: to write where has_unsent(), else to read
    ended,    ///< reading: the other side ended properly
    failed    ///< `error` and `text` say how
  };
  Kind kind = Kind::blocked;
  std::size_t bytes = 0;
  ErrorKind error = ErrorKind::none;
  std::string text{};
};

class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  /// What comes between the connect and the first byte of HTTP. Call again when it blocked.
  virtual StreamStep establish() = 0;
  virtual StreamStep read(std::span<char> into) = 0;
  /// Takes some of `bytes`, perhaps all; what the kernel refuses of them stays inside.
  virtual StreamStep write(std::string_view bytes) = 0;
  /// Bytes taken that the kernel has not.
  [[nodiscard]] virtual bool has_unsent() const noexcept = 0;
  /// A read may leave bytes inside that no event of the socket will tell of: read until it blocks.
  [[nodiscard]] virtual bool reads_ahead() const noexcept = 0;
  /// On an idle connection: neither ended nor anything to read.
  [[nodiscard]] virtual bool quiet() = 0;
  /// What ALPN agreed on, once it is established; empty: nothing, or no TLS.
  [[nodiscard]] virtual std::string_view protocol() const noexcept { return {}; }
};

[[nodiscard]] std::unique_ptr<Stream> make_plain_stream(int fd);

/// What a TLS connection begins with.
struct TlsStart {
  TlsContext::Ptr context;
  std::string host;
  std::shared_ptr<TlsSession> session;
};
[[nodiscard]] std::unique_ptr<Stream> make_tls_stream(int fd, const TlsStart& start);

}  // namespace hubsim::net
