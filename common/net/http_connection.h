// HttpConnection: one TCP connection of HttpClient's pool and the request it carries. Internal.
// Threads: the loop's. Every request it was given goes back to the pool exactly once, through one
// of the pool's three calls, after which the connection touches nothing of its own.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "common/net/event_loop.h"
#include "common/net/http_client.h"
#include "common/net/response_parser.h"
#include "common/net/stream.h"

namespace hubsim::net {

class HttpConnection;
struct HttpOrigin;

/// One request on its way, owned by whoever it waits at.
struct HttpExchange {
  std::string method;
  std::string wire;
  std::size_t written = 0;
  std::chrono::nanoseconds connect_timeout{0};
  HttpClient::Callback callback;
  Stamps stamps;
  EventLoop::TimerId timeout{};
  HttpConnection* connection = nullptr;  ///< null while it waits for one
  bool reused = false;
};
using HttpExchangePtr = std::unique_ptr<HttpExchange>;

class HttpPool {
 public:
  HttpPool(EventLoop& loop, ClientOptions options) : loop_(loop), options_(options) {}
  HttpPool(const HttpPool&) = delete;
  HttpPool& operator=(const HttpPool&) = delete;
  virtual ~HttpPool() = default;

  /// The request has ended; the connection is idle when `reusable`, else dead.
  virtual void on_ended(HttpConnection& connection, HttpExchangePtr exchange, ClientResult result,
                        bool reusable) = 0;
  /// A pooled connection was dead before the kernel took a byte.
  virtual void on_not_written(HttpConnection& connection, HttpExchangePtr exchange) = 0;
  /// An idle connection was closed, or was idle for too long.
  virtual void on_idle_over(HttpConnection& connection) = 0;

  [[nodiscard]] EventLoop& loop() noexcept { return loop_; }
  [[nodiscard]] const ClientOptions& options() const noexcept { return options_; }
  [[nodiscard]] std::vector<char>& read_buffer() noexcept { return read_buffer_; }
  /// Plain, or TLS with what the origin asks for.
  [[nodiscard]] virtual std::unique_ptr<Stream> make_stream(HttpOrigin& origin, int fd) = 0;

 private:
  EventLoop& loop_;
  ClientOptions options_;
  std::vector<char> read_buffer_ = std::vector<char>(std::size_t{64} * 1024);
};

class HttpConnection final : public IoHandler {
 public:
  HttpConnection(HttpPool& pool, HttpOrigin& origin, const std::vector<Address>& addresses);
  ~HttpConnection() override { shut(); }

  /// Starts connecting for its first request.
  void open(HttpExchangePtr exchange);
  /// The next request of an idle connection.
  void use(HttpExchangePtr exchange);
  [[nodiscard]] bool idle() const noexcept { return phase_ == Phase::ready && !exchange_; }
  /// An idle connection on which anything is to be read (the end, most likely) is of no use.
  [[nodiscard]] bool stale() { return !stream_->quiet(); }
  /// Ends the request at hand from outside (its timeout).
  void give_up(ErrorKind kind, std::string text);
  /// Closes, and hands back the request at hand, if any.
  [[nodiscard]] HttpExchangePtr abandon();
  void shut();

  [[nodiscard]] HttpOrigin& origin() noexcept { return origin_; }
  void on_io(bool readable, bool writable) override;

 private:
  enum class Phase { connecting, securing, ready };

  void connect_next(int error);
  void on_connect(int error);
  void secure();
  void begin();
  [[nodiscard]] bool all_written() const noexcept;
  void want_write(bool wanted);
  bool write_some();
  bool on_write_failed(StreamStep step);
  void read_some();
  void on_bytes(std::string_view bytes);
  void on_end();
  void finish(bool reusable);
  [[nodiscard]] ClientResult result_so_far();

  HttpPool& pool_;
  HttpOrigin& origin_;
  const std::vector<Address>& addresses_;
  ResponseParser parser_;
  HttpExchangePtr exchange_;
  Fd fd_;
  std::unique_ptr<Stream> stream_;
  std::size_t next_address_ = 0;
  Phase phase_ = Phase::connecting;
  bool wants_write_ = true;
  EventLoop::TimerId connect_timer_{};
  EventLoop::TimerId idle_timer_{};
};

}  // namespace hubsim::net
