// OpenEngine: the open-loop generator. One thread with an event loop and one HTTP client; it wakes
// when an arrival falls due, sends, and books the answer with its three times. Late is late: an
// arrival keeps the time of its plan whenever the engine comes to it.
// Threads: add() before start(); the rest as in TrafficRun (loadgen/runner.h), which wraps it.
// Invariant: after stop() every call was booked; reports are read only then.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/net/event_loop.h"
#include "common/net/http_client.h"
#include "loadgen/engine/driver_run.h"

namespace hubsim::loadgen {

class OpenEngine {
 public:
  using PhasePlan = std::vector<std::pair<std::size_t, TrafficShare>>;

  explicit OpenEngine(net::ClientOptions options);
  OpenEngine(const OpenEngine&) = delete;
  OpenEngine& operator=(const OpenEngine&) = delete;
  ~OpenEngine();

  /// The driver's number, for PhasePlan.
  std::size_t add(DriverSetup setup, std::chrono::nanoseconds t0);
  /// Before start(): told about once a second, and when all is booked.
  void publish_to(MetricsBoard* board) { metrics_ = board; }
  void start();
  void begin_phase(std::string name, std::chrono::nanoseconds start, PhasePlan plan);
  void end_phase(std::chrono::nanoseconds at);
  [[nodiscard]] bool drained() const noexcept;
  void stop(std::chrono::nanoseconds grace);

  [[nodiscard]] const std::vector<std::unique_ptr<DriverRun>>& runs() const noexcept {
    return runs_;
  }
  /// CPU time of the engine's thread; after stop().
  [[nodiscard]] std::chrono::nanoseconds cpu() const noexcept { return cpu_; }
  /// CPU time over its whole life's time; after stop().
  [[nodiscard]] double busy() const noexcept { return busy_; }

 private:
  void run_thread();
  /// Commands come in order; `pending_` is what drained() must wait for.
  void command(net::EventLoop::Task task);
  void pump();
  void wake_at_next();
  void send(DriverRun& run, Call call);
  void send_when_due(DriverRun& run, Call call);
  void update_drained();
  void check_stop();
  void publish() const;
  void publish_each_second();

  net::ClientOptions options_;
  net::EventLoop loop_;
  std::vector<std::unique_ptr<DriverRun>> runs_;
  std::unique_ptr<net::HttpClient> client_;
  net::EventLoop::TimerId wake_{};
  std::optional<std::chrono::nanoseconds> stop_by_;
  std::atomic<std::uint64_t> pending_{0};
  std::atomic<bool> runs_drained_{true};
  std::chrono::nanoseconds cpu_{0};
  double busy_ = 0;
  MetricsBoard* metrics_ = nullptr;
  std::thread thread_;
};

}  // namespace hubsim::loadgen
