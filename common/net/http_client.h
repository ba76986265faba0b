// HttpClient: HTTP/1.1 requests over pooled keep-alive connections, on an EventLoop. What it says
// is what happened on the wire, with a time for each step; nothing is retried but a pooled
// connection that turned out dead before the kernel took a byte of the request.
// Threads: the loop's thread only; others go through loop.post(). Destroy it on the loop's thread
// or after the loop has stopped; requests still open then get `cancelled`.
// Limits: connections and waiting requests per origin, head and body size; each has its own answer.
// https:// is TLS 1.2 and up with the certificate checked against the system's authorities, or as
// the request's TlsOptions say; the next connection to an origin resumes the TLS session.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/unique_function.h"
#include "common/net/event_loop.h"
#include "common/net/tls.h"

namespace hubsim::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct ClientRequest {
  std::string url;
  std::string method = "GET";
  /// Host, Content-Length and Connection are added; giving Host here replaces ours.
  Headers headers{};
  std::string body{};
  /// From send() to the last byte of the answer, waiting for a connection included.
  std::chrono::nanoseconds timeout = std::chrono::seconds(30);
  /// TCP and, for https, the TLS handshake.
  std::chrono::nanoseconds connect_timeout = std::chrono::seconds(5);
  /// For https; connections are shared only among requests that ask for the same.
  TlsOptions tls{};
};

enum class ErrorKind {
  none,         ///< an answer came, whatever its status
  bad_request,  ///< the URL, the method or a header cannot be sent
  resolve_failed,
  connection_refused,
  connect_failed,  ///< any other failure to connect: unreachable, no descriptors, no ports
  connect_timeout,
  certificate_refused,  ///< the other side is not who the URL says, or nobody vouches for it
  tls_failed,           ///< any other failure of TLS, or a ca_file that cannot be read
  connection_reset,     ///< reset or closed before the answer was complete
  timeout,
  malformed,   ///< the answer is not HTTP
  too_large,   ///< the answer is over the client's limit
  queue_full,  ///< never sent
  cancelled,
};
/// "connection_refused"
[[nodiscard]] std::string_view name_of(ErrorKind kind) noexcept;

/// monotonic_now() of each step; 0 = never reached.
struct Stamps {
  std::chrono::nanoseconds queued{0};      ///< send() was called
  std::chrono::nanoseconds sent{0};        ///< the kernel took the first byte of the request
  std::chrono::nanoseconds sent_last{0};   ///< ... and the last
  std::chrono::nanoseconds first_byte{0};  ///< first byte of the answer
  std::chrono::nanoseconds done{0};        ///< the answer complete, or the error known
};

struct ClientResult {
  ErrorKind error = ErrorKind::none;
  std::string error_text;  ///< a sentence, for people
  int status = 0;          ///< also set when the body broke off later
  Headers headers;
  std::string body;
  Stamps stamps;
  bool reused_connection = false;

  [[nodiscard]] bool ok() const noexcept { return error == ErrorKind::none; }
  /// False when the other side cannot have seen the request; true leaves it unknown.
  [[nodiscard]] bool may_have_arrived() const noexcept { return stamps.sent.count() != 0; }
  /// First header of that name, case-insensitive; nullptr when absent.
  [[nodiscard]] const std::string* header(std::string_view name) const noexcept;
};

struct ClientOptions {
  std::size_t max_connections_per_origin = 64;
  /// Requests that wait for a connection; one more is answered queue_full.
  std::size_t max_waiting_per_origin = 10'000;
  /// Idle connections are closed after this; under Node's default keep-alive of 5 s.
  std::chrono::nanoseconds idle_timeout = std::chrono::seconds(4);
  std::size_t max_head_bytes = 64 * 1024;
  std::size_t max_body_bytes = 64 * 1024 * 1024;
};

class HttpClient {
 public:
  using Callback = UniqueFunction<void(ClientResult)>;

  explicit HttpClient(EventLoop& loop, ClientOptions options = {});
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  /// The callback is called exactly once, on the loop's thread, never from inside send().
  void send(ClientRequest request, Callback callback);

  /// Requests accepted and not yet answered, waiting ones included.
  [[nodiscard]] std::size_t open_requests() const noexcept;
  /// Closes idle connections, e.g. because the other process was restarted.
  void close_idle();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hubsim::net
