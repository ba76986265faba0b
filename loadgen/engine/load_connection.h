// LoadConnection: one connection of a load worker, as the worker sees it: open it, ask whether it
// can take a request, send, cancel, shut. TCP and TLS are here, the same for every version of HTTP;
// what goes over them is in h1_connection.cpp and h2_connection.cpp.
// Threads: the worker's. The descriptor is in the host's poller while it is open; its token is the
// connection's number.
#pragma once

#include <memory>
#include <string>

#include "common/net/poller.h"
#include "common/net/socket.h"
#include "common/net/stream.h"
#include "loadgen/engine/arrival_queue.h"
#include "loadgen/engine/connection_host.h"

namespace hubsim::loadgen {

class LoadConnection {
 public:
  enum class State : std::uint8_t { closed, connecting, securing, open };

  LoadConnection(ConnectionHost& host, std::uint32_t number) : host_(host), number_(number) {}
  LoadConnection(const LoadConnection&) = delete;
  LoadConnection& operator=(const LoadConnection&) = delete;
  virtual ~LoadConnection() = default;

  void open();
  void shut();
  void on_event(const net::PollEvent& event);
  /// Ends what has taken too long, the connect or a request; now and then.
  void sweep();

  /// It is open, and another request may be sent at once.
  [[nodiscard]] virtual bool can_take() const noexcept = 0;
  /// It was idle for so long that it is not trusted.
  [[nodiscard]] virtual bool is_stale() const noexcept = 0;
  virtual void send(const WaitingArrival& arrival) = 0;
  /// Writes what send() left for later; the worker calls it after flush_later().
  virtual void flush() {}
  /// The run is over: what is still at hand is written down as cancelled.
  virtual void give_up() = 0;

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }

  // The worker's notes.
  bool listed_idle = false;  ///< stands in the list of idle ones, perhaps no longer idle
  bool listed_flush = false;
  ArrivalQueue::Line line;  ///< of a user's own arrivals

 protected:
  /// TCP and TLS are there.
  virtual void on_open() = 0;
  /// The descriptor says something.
  virtual void on_ready(const net::PollEvent& event) = 0;
  /// Nothing of the connection may be used any more.
  virtual void on_shut() = 0;
  virtual void end_late_requests() = 0;

  void want_write(bool wanted);
  void end_connect(const std::string& why);

  ConnectionHost& host_;
  net::Fd fd_;
  std::uint32_t number_;
  State state_ = State::closed;
  bool wants_write_ = false;
  std::unique_ptr<net::Stream> tls_;

 private:
  void on_connected();
  void secure();
  void enter();

  std::chrono::nanoseconds connect_from_{0};
};

[[nodiscard]] std::unique_ptr<LoadConnection> make_h1_connection(ConnectionHost& host,
                                                                 std::uint32_t number);
[[nodiscard]] std::unique_ptr<LoadConnection> make_h2_connection(ConnectionHost& host,
                                                                 std::uint32_t number);

}  // namespace hubsim::loadgen
