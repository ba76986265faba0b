// Runtime: the portal's clock, its timers, and the one background thread on which timers fire and
// webhooks are delivered. Real and scaled clocks let timers fire by themselves; a manual clock
// stands still until advance().
// Threads: post(), advance() and clock() from any thread; tasks and timers run on the background
// thread. advance() blocks its caller, at most `advance_limit` of real time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "common/base/result.h"
#include "common/net/event_loop.h"
#include "common/time/clock.h"
#include "common/time/timer_queue.h"

namespace hubsim::control {

enum class ClockMode { real, manual, scaled };

struct ClockConfig {
  ClockMode mode = ClockMode::real;
  double factor = 1.0;
  /// Of a manual clock; nothing: what the machine's says.
  std::optional<Instant> start{};
};

/// "real", "manual", "manual@2026-03-20T09:46:40Z", "x60".
[[nodiscard]] Result<ClockConfig> parse_clock(std::string_view text);

class Runtime {
 public:
  explicit Runtime(ClockConfig config);
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  ~Runtime();

  [[nodiscard]] const ClockConfig& clock_config() const noexcept { return config_; }
  [[nodiscard]] const Clock& clock() const noexcept { return *clock_; }
  [[nodiscard]] TimerQueue& timers() noexcept { return timers_; }
  [[nodiscard]] net::EventLoop& loop() noexcept { return loop_; }

  void start();
  /// Ends the background thread; timers that have not fired never will.
  void stop();

  /// Says whether work set off by timers is still under way; asked on the background thread.
  void set_busy(std::function<bool()> busy) { busy_ = std::move(busy); }

  struct Advanced {
    Instant now{};
    std::size_t fired = 0;
  };
  static constexpr auto advance_limit = std::chrono::seconds(30);
  /// Manual clock only. Fires what falls due in order, waiting after each instant for the work it
  /// set off, then answers.
  [[nodiscard]] Result<Advanced> advance(Duration by);

  /// As at the start: a manual clock is back where it began, and no timer is left. On the
  /// background thread; whoever remembers a time or waits for a timer is to be reset after it.
  void restart();

  /// Runs `task` on the background thread and waits for it.
  bool run_there(std::function<void()> task);

 private:
  struct Advance;
  void arm();
  void step(const std::shared_ptr<Advance>& advance);

  ClockConfig config_;
  RealClock real_;
  std::unique_ptr<Clock> clock_;
  ManualClock* manual_ = nullptr;
  Instant manual_start_{};
  TimerQueue timers_;
  net::EventLoop loop_;
  net::EventLoop::TimerId armed_{};
  std::function<bool()> busy_;
  std::jthread thread_;
};

}  // namespace hubsim::control
