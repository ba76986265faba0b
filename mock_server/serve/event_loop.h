// What a connection needs of the worker thread it lives on: its descriptor watched, its timers
// kept, the shared buffers and counters. The one implementation is Worker (Pistache's epoll loop);
// the seam keeps Pistache out of the connection's code.
// Threads: everything here belongs to one worker thread, but `draining` may be set by any.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/time/clock.h"
#include "common/time/timer_queue.h"
#include "mock_server/gateway/outcome.h"
#include "mock_server/serve/counters.h"
#include "mock_server/serve/options.h"
#include "mock_server/serve/response_writer.h"

namespace hubsim::serve {

class Connection;

/// What the workers of one server share.
struct Shared {
  Shared(Options chosen, gateway::Handler& machine)
      : options(std::move(chosen)), handler(machine) {}
  Options options;
  gateway::Handler& handler;
  std::atomic<bool> draining{false};
  /// Served connections of all workers, for max_connections.
  std::atomic<std::size_t> open{0};
  /// Tells stop() that `open` fell to zero.
  std::mutex mutex;
  std::condition_variable none_open;
};

class EventLoop {
 public:
  EventLoop(Shared& shared, WorkerCounters& worker_counters)
      : common(shared), counters(worker_counters), input(std::size_t{64} << 10) {}
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  virtual ~EventLoop() = default;

  /// Changes what the descriptor is watched for. Level-triggered: what is not read stays visible.
  virtual void watch(Connection& connection, bool readable, bool writable) = 0;
  /// Takes the connection off the loop and closes its descriptor.
  virtual void close(Connection& connection) = 0;

  /// Monotonic time as an Instant, for the timer queue.
  [[nodiscard]] static Instant now() {
    return Instant(std::chrono::duration_cast<Duration>(monotonic_now()));
  }

  Shared& common;
  WorkerCounters& counters;
  TimerQueue timers;
  DateHeader date;
  /// Where every connection's bytes are read into; they are looked at before the next read.
  std::vector<char> input;
  /// An empty string with room, lent to whichever connection writes, so that idle ones hold none.
  std::string spare_output;
};

}  // namespace hubsim::serve
