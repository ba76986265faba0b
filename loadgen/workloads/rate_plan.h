// RatePlan: a rate over time, as segments that are constant or linear, and its exact integral.
// Every arrival model stands on it: the n-th arrival is where the integral reaches a number.
// Pure values. Times are nanoseconds since the plan's start; between segments the rate is 0.
#pragma once

#include <chrono>
#include <vector>

namespace hubsim::loadgen {

struct RateSegment {
  std::chrono::nanoseconds start{0};
  std::chrono::nanoseconds length{0};
  double from_per_s = 0;
  double to_per_s = 0;
};

class RatePlan {
 public:
  /// Segments in order of time, not overlapping, rates not negative.
  explicit RatePlan(std::vector<RateSegment> segments);

  /// Arrivals expected over the whole plan.
  [[nodiscard]] double total() const noexcept { return total_; }
  [[nodiscard]] std::chrono::nanoseconds end() const noexcept;
  /// When the integral reaches `arrivals`, which is in [0, total()).
  [[nodiscard]] std::chrono::nanoseconds time_of(double arrivals) const;

 private:
  std::vector<RateSegment> segments_;
  std::vector<double> before_;  ///< arrivals before each segment
  double total_ = 0;
};

}  // namespace hubsim::loadgen
