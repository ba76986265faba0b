// ConnectionHost: what a connection of the load engine has of its worker: the plan, the books, the
// poller, the newest clock reading, and whom to tell when it is free or gone. Tests of a connection
// stand in for the worker with it.
// Threads: the worker's. Calls of serve() and what follows may send over the connection, or open it
// again, before they return.
#pragma once

#include <string>
#include <vector>

#include "common/net/poller.h"
#include "loadgen/engine/arrival_queue.h"
#include "loadgen/engine/load_books.h"
#include "loadgen/engine/worker_plan.h"

namespace hubsim::loadgen {

class LoadConnection;

class ConnectionHost {
 public:
  explicit ConnectionHost(WorkerPlan given);
  ConnectionHost(const ConnectionHost&) = delete;
  ConnectionHost& operator=(const ConnectionHost&) = delete;
  virtual ~ConnectionHost() = default;

  /// It can take requests: it is given them, or stands ready.
  virtual void serve(LoadConnection& connection) = 0;
  /// It has ended, and may be opened again.
  virtual void after_close(LoadConnection& connection) = 0;
  /// Not even a connect could be tried.
  virtual void on_open_failed(LoadConnection& connection, const std::string& why) = 0;
  virtual void on_connect_failed(LoadConnection& connection, const std::string& why) = 0;

  /// Something is to be written; flush() comes before the loop waits again, once for all of it.
  virtual void flush_later(LoadConnection& connection) = 0;
  /// The server did nothing about it and said so: it goes over the next connection that takes it.
  virtual void send_again(const WaitingArrival& arrival) = 0;

  [[nodiscard]] bool is_closed_loop() const noexcept { return plan.arrivals == nullptr; }
  [[nodiscard]] bool is_expected(int status) const noexcept {
    const auto place = static_cast<std::size_t>(status);
    return place < plan.expect.size() && plan.expect[place];
  }

  WorkerPlan plan;
  LoadBooks books;
  net::Poller poller;
  std::vector<char> buffer = std::vector<char>(std::size_t{64} * 1024);
  std::chrono::nanoseconds now{0};  ///< the newest clock reading
  std::size_t connecting = 0;       ///< connections
  std::size_t at_hand = 0;          ///< requests
  std::uint64_t connects = 0;
};

inline ConnectionHost::ConnectionHost(WorkerPlan given)
    : plan(std::move(given)), books(plan.start, plan.main_from, plan.arrivals != nullptr) {}

}  // namespace hubsim::loadgen
