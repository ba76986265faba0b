// LoadWorker: one thread of the load engine, with its connections; the hot path of `hubsim load`.
// Closed: each connection sends when it has its answer. Open: each arrival is sent at the time of
// the plan, over a free connection or as soon as there is one. Per request: one send, one recv, a
// clock read or two, a scan of the head, some histogram cells. Write first; the write interest is
// set only when the kernel's buffer is full.
// Threads: run() on its own thread; books() after it has returned.
// Limits: connections, arrivals that wait (one more is overflow), head size, time for an answer.
#pragma once

#include <atomic>
#include <bitset>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/net/poller.h"
#include "common/net/response_parser.h"
#include "common/net/socket.h"
#include "common/net/stream.h"
#include "loadgen/engine/arrival_queue.h"
#include "loadgen/engine/live_board.h"
#include "loadgen/engine/load_books.h"
#include "loadgen/engine/patched_request.h"
#include "loadgen/shard/sliced_stream.h"

namespace hubsim::loadgen {

enum class ConnectionPolicy {
  pool,      ///< any free connection takes the next arrival
  per_user,  ///< arrival i belongs to user i mod connections, and each user has one connection
  fresh      ///< a new connection for every request
};

struct WorkerPlan {
  PatchedRequest request;
  net::Address address;
  net::TlsStart tls;  ///< without a context: http
  std::size_t connections = 1;
  ConnectionPolicy policy = ConnectionPolicy::pool;
  std::unique_ptr<SlicedStream> arrivals;  ///< this worker's; null: closed
  Slice slice;                             ///< of the plan's arrivals those are this worker's
  std::size_t max_waiting = 100'000;
  std::chrono::nanoseconds start{0};  ///< monotonic
  std::chrono::nanoseconds main_from{0};
  std::chrono::nanoseconds end{0};
  std::chrono::nanoseconds timeout{0};
  std::bitset<600> expect;
  LiveBoard* board = nullptr;
  const std::atomic<bool>* interrupted = nullptr;
};

class LoadWorker {
 public:
  explicit LoadWorker(WorkerPlan plan);
  void run();

  [[nodiscard]] const LoadBooks& books() const noexcept { return books_; }
  /// Of the measured time.
  [[nodiscard]] std::chrono::nanoseconds main_cpu() const noexcept { return main_cpu_; }
  [[nodiscard]] std::chrono::nanoseconds main_wall() const noexcept { return main_wall_; }
  /// TLS handshakes that took up an earlier session.
  [[nodiscard]] std::uint64_t connects() const noexcept { return connects_; }

 private:
  enum class State : std::uint8_t { closed, connecting, securing, idle, busy };
  /// What few connections need, and only for a moment.
  struct Aside {
    std::string head;    ///< of an answer that has come in part
    std::string unsent;  ///< of a request the kernel took in part
    net::ResponseParser parser{net::ParserLimits{}, false};
  };
  struct Connection {
    net::Fd fd;
    State state = State::closed;
    bool listed_idle = false;  ///< stands in idle_, perhaps no longer idle
    bool odd = false;          ///< the answer at hand is read by the real parser
    bool closes = false;
    bool wants_write = false;
    int status = 0;
    std::uint64_t body_left = 0;
    RequestStamps stamps;  ///< of the request at hand; sent: also of the connect, and of last use
    ArrivalQueue::Line line;
    std::unique_ptr<net::Stream> tls;
    std::unique_ptr<Aside> aside;
  };

  void wait_for_start();
  [[nodiscard]] bool is_interrupted() const noexcept;
  [[nodiscard]] bool is_closed_loop() const noexcept { return plan_.arrivals == nullptr; }
  [[nodiscard]] bool is_over(std::chrono::nanoseconds now) const noexcept;
  [[nodiscard]] std::chrono::nanoseconds wait_limit(std::chrono::nanoseconds now) const noexcept;
  void watch_phase(std::chrono::nanoseconds now);

  // Arrivals (load_worker.cpp).
  void next_arrival();
  void take_due();
  void dispatch(const WaitingArrival& arrival);
  void wait_in_line(const WaitingArrival& arrival, Connection& user);
  void open_for_waiting();
  [[nodiscard]] Connection* take_idle(std::chrono::nanoseconds now);
  void serve(Connection& connection);
  void after_close(Connection& connection);
  void fail_one_waiting(Connection& connection, const std::string& why);
  [[nodiscard]] ArrivalQueue::Line& line_of(Connection& connection) noexcept;
  void sweep(std::chrono::nanoseconds now);
  void sweep_line(ArrivalQueue::Line& line, std::chrono::nanoseconds now);
  void give_up_rest();

  // Connections (load_connection.cpp).
  void open(Connection& connection);
  void shut(Connection& connection);
  void on_event(const net::PollEvent& event);
  void on_connected(Connection& connection);
  void secure(Connection& connection);
  void on_connect_failed(Connection& connection, const std::string& why);
  void send(Connection& connection, const WaitingArrival& arrival);
  void send_bytes(Connection& connection, std::string_view bytes);
  void send_rest(Connection& connection);
  void want_write(Connection& connection, bool wanted);
  void on_readable(Connection& connection);
  void on_readable_tls(Connection& connection);
  void on_idle_readable(Connection& connection);
  void on_end(Connection& connection);
  void on_bytes(Connection& connection, std::string_view bytes);
  void on_head(Connection& connection, std::string_view bytes);
  void on_odd_bytes(Connection& connection, std::string_view bytes);
  void on_answer(Connection& connection);
  void on_broken(Connection& connection, const std::string& why);
  [[nodiscard]] Aside& aside_of(Connection& connection);
  [[nodiscard]] std::uint64_t number_of(const Connection& connection) const noexcept;

  WorkerPlan plan_;
  LoadBooks books_;
  net::Poller poller_;
  std::vector<Connection> connections_;
  std::vector<std::uint32_t> idle_;
  std::vector<std::uint32_t> unopened_;
  ArrivalQueue waiting_;
  ArrivalQueue::Line line_;
  std::size_t connecting_ = 0;
  std::size_t busy_ = 0;
  std::uint64_t connects_ = 0;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{64} * 1024);
  std::uint64_t next_index_;
  std::chrono::nanoseconds next_due_ = std::chrono::nanoseconds::max();
  std::chrono::nanoseconds now_{0};  ///< the newest clock reading
  bool in_main_ = false;
  std::chrono::nanoseconds main_start_{0};
  std::chrono::nanoseconds cpu_from_{0};
  std::chrono::nanoseconds main_cpu_{0};
  std::chrono::nanoseconds main_wall_{0};
  std::size_t posted_ = 0;
};

}  // namespace hubsim::loadgen
