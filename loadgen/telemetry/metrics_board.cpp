#include "loadgen/telemetry/metrics_board.h"

#include <algorithm>
#include <cmath>

namespace hubsim::loadgen {

void LatencyBuckets::add(const LatencyBuckets& other) noexcept {
  for (std::size_t i = 0; i < at_most.size(); ++i) {
    at_most[i] += other.at_most[i];
  }
  count += other.count;
  sum_s += other.sum_s;
}

LatencyBuckets buckets_of(const stats::Histogram& histogram) {
  LatencyBuckets out;
  for (std::size_t i = 0; i < bucket_bounds_s.size(); ++i) {
    const auto bound = static_cast<std::int64_t>(std::llround(bucket_bounds_s[i] * 1e9));
    out.at_most[i] = histogram.count_at_most(std::chrono::nanoseconds(bound));
  }
  out.count = histogram.count();
  out.sum_s = histogram.mean_ns() * static_cast<double>(histogram.count()) / 1e9;
  return out;
}

void MetricsBoard::publish(std::size_t source, SourceMetrics metrics) {
  const std::lock_guard lock(mutex_);
  sources_[source] = std::move(metrics);
}

void MetricsBoard::conclude(RunEnd end) {
  const std::lock_guard lock(mutex_);
  end_ = std::move(end);
}

namespace {

void add(PhaseMetrics& sum, const PhaseMetrics& one) {
  sum.planned += one.planned;
  sum.sent += one.sent;
  sum.ok += one.ok;
  sum.failed += one.failed;
  sum.unknown += one.unknown;
  sum.overflow += one.overflow;
  sum.response.add(one.response);
  sum.lag.add(one.lag);
}

}  // namespace

MetricsTotals MetricsBoard::totals() const {
  const std::lock_guard lock(mutex_);
  MetricsTotals totals;
  for (const auto& [source, metrics] : sources_) {
    totals.in_flight[metrics.driver] += metrics.in_flight;
    for (const PhaseMetrics& phase : metrics.phases) {
      const auto same =
          std::find_if(totals.phases.begin(), totals.phases.end(), [&](const PhaseMetrics& one) {
            return one.driver == phase.driver && one.phase == phase.phase;
          });
      if (same == totals.phases.end()) {
        totals.phases.push_back(phase);
      } else {
        add(*same, phase);
      }
    }
  }
  totals.end = end_;
  return totals;
}

}  // namespace hubsim::loadgen
