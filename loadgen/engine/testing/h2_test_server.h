// H2TestServer: an HTTP/2 server (h2c) on 127.0.0.1 for tests of the load engine: it answers what
// it is told, resets streams, goes away, stalls or talks nonsense on command. Its frames are
// nghttp2's; an independent server is in tests/load_cli. Never part of the product.
// Threads: owns one, on which the handler runs; the counts may be read from anywhere.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "common/net/event_loop.h"

namespace hubsim::loadgen::testing {

struct H2TestRequest {
  std::map<std::string, std::string> fields;  ///< with :method and :path
  std::string body;
  std::uint64_t number = 0;  ///< on this server, from 1
};

struct H2TestAnswer {
  int status = 200;
  std::string body;
  bool early_hints = false;  ///< 103 before it
  bool trailers = false;     ///< after the body
  std::chrono::nanoseconds delay{0};
  enum class Then {
    answer,
    reset,    ///< RST_STREAM with `code` instead
    go_away,  ///< GOAWAY: this one and later ones were not processed
    drain,    ///< GOAWAY, but this one is answered
    never,
    garbage,  ///< bytes that are no HTTP/2
    close     ///< the connection ends
  } then = Then::answer;
  std::uint32_t code = 0;
};

struct H2TestSettings {
  std::uint32_t max_streams = 100;
  std::uint32_t window = 65'535;  ///< of each stream, for uploads
  bool answer_at_head = false;    ///< the handler is asked before the body is there
};

class H2TestServer {
 public:
  using Handler = std::function<H2TestAnswer(const H2TestRequest&)>;

  explicit H2TestServer(Handler handler, H2TestSettings settings = {});
  H2TestServer(const H2TestServer&) = delete;
  H2TestServer& operator=(const H2TestServer&) = delete;
  ~H2TestServer();

  [[nodiscard]] std::string url() const;
  /// Ends the thread; what the handler wrote may be read then.
  void stop();
  [[nodiscard]] std::uint64_t requests() const { return requests_.load(); }
  [[nodiscard]] std::uint64_t connections() const { return accepted_.load(); }
  /// The most streams that were open at once on one connection.
  [[nodiscard]] std::uint64_t most_streams() const { return most_streams_.load(); }
  /// Streams that the client cancelled.
  [[nodiscard]] std::uint64_t cancelled() const { return cancelled_.load(); }

 private:
  class Peer;
  class Listener;
  void accept_all();
  void drop(Peer& peer);

  Handler handler_;
  H2TestSettings settings_;
  net::EventLoop loop_;
  net::Fd listen_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Listener> listener_;
  std::map<Peer*, std::unique_ptr<Peer>> peers_;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> most_streams_{0};
  std::atomic<std::uint64_t> cancelled_{0};
  std::thread thread_;
};

}  // namespace hubsim::loadgen::testing
