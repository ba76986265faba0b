// TimeSeries: what happened in each second since a start: counts by result and status class, and
// p50/p99 of a latency. One histogram is reused, so a second costs 100 bytes.
// Threads: one writer; points() copies, for its thread.
// Bounded: after `max_seconds` all goes into the last one, and full() says so.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "common/stats/histogram.h"

namespace hubsim::stats {

struct SecondPoint {
  std::uint64_t second = 0;  ///< since the start of the series
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t unknown = 0;
  std::uint64_t overflow = 0;
  /// [0] no answer, [2] 2xx, ... [5] 5xx
  std::array<std::uint64_t, 6> status_class{};
  std::uint64_t throttled = 0;  ///< of the 4xx: 429
  std::chrono::nanoseconds p50{0};
  std::chrono::nanoseconds p99{0};
  std::chrono::nanoseconds max{0};
};

class TimeSeries {
 public:
  enum class Result { ok, failed, unknown, overflow };

  /// A second that is over, with all its latencies.
  using OnClose = std::function<void(const SecondPoint&, const Histogram&)>;

  explicit TimeSeries(std::chrono::nanoseconds start, std::size_t max_seconds = 86'400);

  /// Called on the writer's thread, once a second at most.
  void on_close(OnClose call) { on_close_ = std::move(call); }

  /// `at` should not go back; what is late counts into the second at hand. `status` 0: no answer.
  void record(std::chrono::nanoseconds at, Result result, int status,
              std::chrono::nanoseconds latency);
  /// Closes the second at hand when `now` is past it, so that a second without answers is told too.
  void close_before(std::chrono::nanoseconds now);
  /// For what never became a request.
  void count_overflow(std::chrono::nanoseconds at);

  /// Seconds in order, empty ones left out; the last is the one at hand.
  [[nodiscard]] std::vector<SecondPoint> points() const;
  [[nodiscard]] bool full() const noexcept { return full_; }

 private:
  SecondPoint& second_at(std::chrono::nanoseconds at);
  void close_current();

  std::chrono::nanoseconds start_;
  std::size_t max_seconds_;
  bool full_ = false;
  bool open_ = false;
  SecondPoint current_;
  Histogram latency_;
  std::vector<SecondPoint> closed_;
  OnClose on_close_;
};

}  // namespace hubsim::stats
