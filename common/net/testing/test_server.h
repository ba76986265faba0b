// TestServer: a small HTTP server on 127.0.0.1 for tests of clients: it answers the bytes it is
// told, closes, resets or freezes on command. Never part of the product.
// Threads: owns one thread, on which the handler runs; everything else may be called from anywhere.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "common/net/event_loop.h"
#include "common/net/tls.h"

namespace hubsim::net::testing {

struct TestRequest {
  std::string head;  ///< up to and with the empty line
  std::string body;  ///< by Content-Length
  [[nodiscard]] std::string method() const { return head.substr(0, head.find(' ')); }
  [[nodiscard]] std::string target() const;
};

struct TestAnswer {
  std::string bytes;
  /// `cut` closes a TLS connection without close_notify.
  enum class After { keep, close, reset, cut } after = After::keep;
  std::chrono::nanoseconds delay{0};
};

/// A complete answer with Content-Length.
[[nodiscard]] std::string http_answer(int status, const std::string& body,
                                      const std::string& headers = "");

class TestServer {
 public:
  using Handler = std::function<TestAnswer(const TestRequest&)>;

  explicit TestServer(Handler handler);
  /// https, with the context's certificate.
  TestServer(Handler handler, TlsContext::Ptr tls);
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  ~TestServer();

  /// "http://127.0.0.1:PORT", or https.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Connections that took up an earlier TLS session.
  [[nodiscard]] std::uint64_t resumed() const { return resumed_.load(); }
  [[nodiscard]] std::uint64_t requests() const { return requests_.load(); }
  [[nodiscard]] std::uint64_t connections() const { return accepted_.load(); }
  /// Closed ones are not counted once the kernel has sent their end.
  [[nodiscard]] std::uint64_t open_connections() const { return open_.load(); }
  /// The server's thread does nothing for that long, as if it had been stopped.
  void freeze(std::chrono::milliseconds length);
  /// Ends the thread; what the handler wrote may be read then.
  void stop();
  /// Closes every connection that is open.
  void close_all();

 private:
  class Peer;
  class Listener;
  void accept_all();
  void drop(Peer& peer);

  Handler handler_;
  TlsContext::Ptr tls_;
  EventLoop loop_;
  Fd listen_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Listener> listener_;
  std::map<Peer*, std::unique_ptr<Peer>> peers_;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> open_{0};
  std::atomic<std::uint64_t> resumed_{0};
  std::thread thread_;
};

}  // namespace hubsim::net::testing
