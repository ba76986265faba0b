#include "loadgen/workloads/rate_plan.h"

#include <algorithm>
#include <cmath>

#include "common/base/assert.h"

namespace hubsim::loadgen {

namespace {

double seconds_of(std::chrono::nanoseconds span) { return static_cast<double>(span.count()) / 1e9; }

double arrivals_in(const RateSegment& segment) {
  return (segment.from_per_s + segment.to_per_s) / 2 * seconds_of(segment.length);
}

/// Seconds into the segment at which the integral of its rate reaches `arrivals`: the root of
/// from*t + (slope/2)*t^2 = arrivals, in the form that stays exact for slopes near zero.
double seconds_until(const RateSegment& segment, double arrivals) {
  const double length_s = seconds_of(segment.length);
  const double slope = (segment.to_per_s - segment.from_per_s) / length_s;
  const double root =
      std::sqrt(std::max(segment.from_per_s * segment.from_per_s + 2 * slope * arrivals, 0.0));
  const double denominator = segment.from_per_s + root;
  return denominator <= 0 ? 0 : std::min(2 * arrivals / denominator, length_s);
}

}  // namespace

RatePlan::RatePlan(std::vector<RateSegment> segments) : segments_(std::move(segments)) {
  std::chrono::nanoseconds last{0};
  for (const RateSegment& segment : segments_) {
    HUBSIM_ASSERT(segment.start >= last && segment.length.count() > 0);
    HUBSIM_ASSERT(segment.from_per_s >= 0 && segment.to_per_s >= 0);
    before_.push_back(total_);
    total_ += arrivals_in(segment);
    last = segment.start + segment.length;
  }
}

std::chrono::nanoseconds RatePlan::end() const noexcept {
  return segments_.empty() ? std::chrono::nanoseconds(0)
                           : segments_.back().start + segments_.back().length;
}

std::chrono::nanoseconds RatePlan::time_of(double arrivals) const {
  HUBSIM_ASSERT(arrivals >= 0 && arrivals < total_);
  const auto after = std::upper_bound(before_.begin(), before_.end(), arrivals);
  const auto index = static_cast<std::size_t>(after - before_.begin()) - 1;
  const RateSegment& segment = segments_[index];
  const double inside_s = seconds_until(segment, arrivals - before_[index]);
  const auto inside = std::chrono::nanoseconds(std::llround(inside_s * 1e9));
  return segment.start + std::min(inside, segment.length);
}

}  // namespace hubsim::loadgen
