// LoadWorker: one thread of the load engine: its loop, its connections, and which arrival goes over
// which of them.
// Closed: each connection sends when it has its answer. Open: each arrival is sent at the time of
// the plan, over a connection that can take it or as soon as there is one.
// Threads: run() on its own thread; the books after it has returned.
// Limits: connections, arrivals that wait (one more is overflow), time for an answer.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/engine/arrival_queue.h"
#include "loadgen/engine/connection_host.h"
#include "loadgen/engine/load_connection.h"

namespace hubsim::loadgen {

class LoadWorker final : private ConnectionHost {
 public:
  explicit LoadWorker(WorkerPlan plan);
  void run();

  [[nodiscard]] const LoadBooks& recorded() const noexcept { return books; }
  /// Of the measured time.
  [[nodiscard]] std::chrono::nanoseconds main_cpu() const noexcept { return main_cpu_; }
  [[nodiscard]] std::chrono::nanoseconds main_wall() const noexcept { return main_wall_; }
  [[nodiscard]] std::uint64_t opened() const noexcept { return connects; }

 private:
  void wait_for_start();
  [[nodiscard]] bool is_interrupted() const noexcept;
  [[nodiscard]] bool is_over() const noexcept;
  [[nodiscard]] std::chrono::nanoseconds wait_limit() const noexcept;
  void watch_phase();

  void next_arrival();
  void take_due();
  void dispatch(const WaitingArrival& arrival);
  void wait_in_line(const WaitingArrival& arrival, LoadConnection& user);
  void open_for_waiting();
  [[nodiscard]] LoadConnection* find_free();
  void list_idle(LoadConnection& connection);
  void serve(LoadConnection& connection) override;
  void after_close(LoadConnection& connection) override;
  void on_open_failed(LoadConnection& connection, const std::string& why) override;
  void on_connect_failed(LoadConnection& connection, const std::string& why) override;
  void flush_later(LoadConnection& connection) override;
  void send_again(const WaitingArrival& arrival) override;
  void settle();
  void fail_one_waiting(LoadConnection& connection, const std::string& why);
  [[nodiscard]] ArrivalQueue::Line& line_of(LoadConnection& connection) noexcept;
  void sweep();
  void sweep_line(ArrivalQueue::Line& line);
  void give_up_rest();
  void publish(std::uint64_t in_flight) const;

  std::vector<std::unique_ptr<LoadConnection>> connections_;
  std::vector<std::uint32_t> idle_;
  std::vector<std::uint32_t> unopened_;
  std::vector<std::uint32_t> to_flush_;
  std::vector<WaitingArrival> again_;
  ArrivalQueue waiting_;
  ArrivalQueue::Line line_;
  std::uint64_t next_index_;
  std::chrono::nanoseconds next_due_ = std::chrono::nanoseconds::max();
  bool in_main_ = false;
  std::chrono::nanoseconds main_start_{0};
  std::chrono::nanoseconds cpu_from_{0};
  std::chrono::nanoseconds main_cpu_{0};
  std::chrono::nanoseconds main_wall_{0};
  std::chrono::nanoseconds next_publish_{0};
};

}  // namespace hubsim::loadgen
