// IntervalLog: a latency by the second in which it was measured, so that a run can be compared,
// merged and drawn second by second without keeping samples. The second at hand is a Histogram;
// a closed one is packed, 2 KB of a busy second, and added to the whole.
// Recording is a comparison and Histogram::record(): no allocation but once a second.
// Threads: one writer; the rest after it has stopped. Logs of several threads are added up,
// lossless. Bounded: after `max_seconds` all goes into the last one, and full() says so.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/stats/histogram.h"

namespace hubsim::stats {

/// What one second saw; never empty.
struct Interval {
  std::uint64_t second = 0;  ///< since the start of the log
  std::chrono::nanoseconds max{0};
  std::string cells;  ///< Histogram::pack()
};

class IntervalLog {
 public:
  explicit IntervalLog(std::chrono::nanoseconds start = std::chrono::nanoseconds(0),
                       std::size_t max_seconds = 86'400);

  /// `at` should not go back; what is late counts into the second at hand.
  void record(std::chrono::nanoseconds at, std::chrono::nanoseconds value) {
    if (at >= end_) [[unlikely]] {
      roll(at);
    }
    current_.record(value);
  }
  /// Second by second; both logs count from the same start.
  void add(const IntervalLog& other);

  /// All seconds in one.
  [[nodiscard]] Histogram whole() const;
  /// In order, the second at hand too; seconds without a sample are left out.
  [[nodiscard]] std::vector<Interval> intervals() const;
  [[nodiscard]] bool full() const noexcept { return full_; }

 private:
  void roll(std::chrono::nanoseconds at);
  void close();

  std::chrono::nanoseconds start_;
  std::size_t max_seconds_;
  std::chrono::nanoseconds end_ = std::chrono::nanoseconds::min();  ///< of the second at hand
  std::uint64_t second_ = 0;
  bool full_ = false;
  Histogram current_;
  Histogram whole_;  ///< of the closed ones
  std::vector<Interval> closed_;
};

/// Two lists in order become one; what both have of a second is added up.
[[nodiscard]] std::vector<Interval> merge(const std::vector<Interval>& a,
                                          const std::vector<Interval>& b);

}  // namespace hubsim::stats
