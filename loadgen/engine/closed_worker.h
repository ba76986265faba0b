// ClosedWorker: one thread of the closed loop and its connections; the hot path. Per request: one
// send, one recv, one clock read, a scan of the head, two histogram cells. Write first; the write
// interest is set only when the kernel's buffer is full.
// Threads: run() on its own; results are read after it has returned.
#pragma once

#include <bitset>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/net/poller.h"
#include "common/net/response_parser.h"
#include "common/net/socket.h"
#include "common/stats/histogram.h"
#include "common/stats/time_series.h"
#include "loadgen/engine/patched_request.h"

namespace hubsim::loadgen {

struct WorkerPlan {
  PatchedRequest request;
  net::Address address;
  std::size_t connections = 1;
  std::uint64_t first_index = 0;
  std::uint64_t index_step = 1;
  std::chrono::nanoseconds start{0};  ///< monotonic
  std::chrono::nanoseconds main_from{0};
  std::chrono::nanoseconds end{0};
  std::chrono::nanoseconds timeout{0};
  std::bitset<600> expect;
};

struct WorkerPhase {
  stats::Histogram service;
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t unknown = 0;
};

class ClosedWorker {
 public:
  explicit ClosedWorker(WorkerPlan plan);
  void run();

  [[nodiscard]] const WorkerPhase& warmup() const noexcept { return warmup_; }
  [[nodiscard]] const WorkerPhase& main() const noexcept { return main_; }
  [[nodiscard]] const stats::TimeSeries& series() const noexcept { return series_; }
  [[nodiscard]] const std::vector<std::uint64_t>& statuses() const noexcept { return statuses_; }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& failures() const noexcept {
    return failures_;
  }
  [[nodiscard]] std::chrono::nanoseconds main_cpu() const noexcept { return main_cpu_; }

 private:
  struct Connection {
    net::Fd fd;
    bool connected = false;
    bool waiting = false;  ///< a request is out
    bool odd = false;      ///< the answer at hand is read by `parser`
    bool closes = false;
    int status = 0;
    std::uint64_t body_left = 0;
    std::chrono::nanoseconds sent{0};
    std::string head;    ///< of an answer that has come in part
    std::string unsent;  ///< of a request the kernel took in part
    std::unique_ptr<net::ResponseParser> parser;
  };

  void open(std::size_t number);
  void on_event(const net::PollEvent& event);
  void on_connected(std::size_t number);
  void send_next(std::size_t number, std::chrono::nanoseconds now);
  void send_rest(std::size_t number);
  void on_readable(std::size_t number);
  void on_bytes(std::size_t number, std::string_view bytes, std::chrono::nanoseconds now);
  void on_head(std::size_t number, std::string_view bytes, std::chrono::nanoseconds now);
  void on_odd_bytes(std::size_t number, std::string_view bytes, std::chrono::nanoseconds now);
  void on_answer(std::size_t number, std::chrono::nanoseconds now);
  void on_broken(std::size_t number, const char* why);
  void book(const Connection& connection, std::chrono::nanoseconds now);
  /// Reopens what failed to connect and ends what has waited too long; now and then.
  void sweep(std::chrono::nanoseconds now);

  WorkerPlan plan_;
  net::Poller poller_;
  std::vector<Connection> connections_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{64} * 1024);
  std::uint64_t next_index_;
  WorkerPhase warmup_;
  WorkerPhase main_;
  WorkerPhase* phase_ = &warmup_;
  stats::TimeSeries series_;
  std::vector<std::uint64_t> statuses_ = std::vector<std::uint64_t>(1000);
  std::map<std::string, std::uint64_t> failures_;
  std::chrono::nanoseconds main_cpu_{0};
};

}  // namespace hubsim::loadgen
