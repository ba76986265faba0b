// Pump: the runner's own event loop, turned from ordinary code. While the runner waits for a moment
// or a condition, timers, repeated work and posted observations go on; SIGINT ends every wait.
// Threads: the runner's; loop().post() from any.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <vector>

#include "common/net/event_loop.h"

namespace hubsim::scenarios {

class Pump {
 public:
  /// `interrupted` is set by the signal handler and must outlive the pump.
  explicit Pump(const std::atomic<bool>& interrupted) : interrupted_(interrupted) {}

  /// Repeats `work` about every `gap`, as long as somebody waits.
  void every(std::chrono::nanoseconds gap, std::function<void()> work);
  /// False when interrupted. Ends at `deadline` (monotonic) or once `done`, asked every few ms.
  bool run_until(std::chrono::nanoseconds deadline, const std::function<bool()>& done = nullptr);
  [[nodiscard]] bool interrupted() const noexcept { return interrupted_.load(); }
  [[nodiscard]] net::EventLoop& loop() noexcept { return loop_; }
  /// Posted tasks that found no room.
  [[nodiscard]] std::uint64_t overflowed() const noexcept { return loop_.overflowed(); }

 private:
  struct Repeated {
    std::chrono::nanoseconds gap{0};
    std::chrono::nanoseconds due{0};
    std::function<void()> work;
  };
  void run_repeated();

  const std::atomic<bool>& interrupted_;
  net::EventLoop loop_{4096};
  std::vector<Repeated> repeated_;
};

}  // namespace hubsim::scenarios
