#include "loadgen/engine/live_board.h"

#include <algorithm>

#include "loadgen/metrics/driver_report.h"

namespace hubsim::loadgen {

void add_second(std::vector<stats::SecondPoint>& all, const stats::SecondPoint& point) {
  const auto place = std::lower_bound(
      all.begin(), all.end(), point.second,
      [](const stats::SecondPoint& one, std::uint64_t second) { return one.second < second; });
  if (place == all.end() || place->second != point.second) {
    all.insert(place, point);
    return;
  }
  place->ok += point.ok;
  place->failed += point.failed;
  place->unknown += point.unknown;
  place->overflow += point.overflow;
  place->throttled += point.throttled;
  for (std::size_t i = 0; i < point.status_class.size(); ++i) {
    place->status_class[i] += point.status_class[i];
  }
  place->p50 = std::max(place->p50, point.p50);
  place->p99 = std::max(place->p99, point.p99);
  place->max = std::max(place->max, point.max);
}

void set_quantiles(stats::SecondPoint& point, const stats::Histogram& latency) {
  point.p50 = std::min(latency.quantile(0.50), point.max);
  point.p99 = std::min(latency.quantile(0.99), point.max);
}

void make_quantiles_exact(DriverReport& report) {
  stats::Histogram latency;
  for (stats::SecondPoint& point : report.series) {
    latency.reset();
    for (const PhaseReport& phase : report.phases) {
      const auto interval = std::lower_bound(
          phase.intervals.begin(), phase.intervals.end(), point.second,
          [](const stats::Interval& one, std::uint64_t second) { return one.second < second; });
      if (interval != phase.intervals.end() && interval->second == point.second) {
        HUBSIM_ASSERT(latency.add_packed(interval->cells));
      }
    }
    set_quantiles(point, latency);
  }
}

void LiveBoard::post(const stats::SecondPoint& point, const stats::Histogram& latency) {
  const std::lock_guard lock(mutex_);
  add_second(seconds_, point);
  const auto open = std::find_if(latencies_.begin(), latencies_.end(),
                                 [&](const Open& one) { return one.second == point.second; });
  if (open != latencies_.end()) {
    open->latency->add(latency);
  } else {
    latencies_.push_back({point.second, std::make_unique<stats::Histogram>(latency)});
  }
}

std::vector<stats::SecondPoint> LiveBoard::take_before(std::uint64_t second) {
  const std::lock_guard lock(mutex_);
  const auto end =
      std::find_if(seconds_.begin(), seconds_.end(),
                   [&](const stats::SecondPoint& point) { return point.second >= second; });
  std::vector<stats::SecondPoint> taken(seconds_.begin(), end);
  seconds_.erase(seconds_.begin(), end);
  for (stats::SecondPoint& point : taken) {
    for (const Open& open : latencies_) {
      if (open.second == point.second) {
        set_quantiles(point, *open.latency);
      }
    }
  }
  std::erase_if(latencies_, [&](const Open& open) { return open.second < second; });
  return taken;
}

}  // namespace hubsim::loadgen
