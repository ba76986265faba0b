// FreezingServer: the smallest HTTP server there can be, on 127.0.0.1, that stands still once, on
// command, as a process that collects garbage or swaps would. What `hubsim load --self-test` asks.
// Threads: owns one; freeze_at() and frozen() from any.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <thread>

#include "common/net/poller.h"
#include "common/net/socket.h"

namespace hubsim::loadgen {

class FreezingServer {
 public:
  explicit FreezingServer(std::chrono::nanoseconds freeze);
  FreezingServer(const FreezingServer&) = delete;
  FreezingServer& operator=(const FreezingServer&) = delete;
  ~FreezingServer();

  [[nodiscard]] std::string url() const;
  void freeze_at(std::chrono::nanoseconds when) { freeze_at_.store(when.count()); }
  /// When it really stood still; monotonic, zeroes before.
  struct Span {
    std::chrono::nanoseconds from{0};
    std::chrono::nanoseconds until{0};
  };
  [[nodiscard]] Span frozen() const;

 private:
  void run();
  void accept_all();
  void answer(int fd);
  void stand_still();

  std::chrono::nanoseconds freeze_;
  net::Poller poller_;
  net::Fd listen_;
  std::map<int, net::Fd> peers_;
  std::atomic<std::int64_t> freeze_at_{0};
  std::atomic<std::int64_t> from_{0};
  std::atomic<std::int64_t> until_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace hubsim::loadgen
