#include "reports/compare/buckets.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hubsim::reports {

BucketGrid::BucketGrid(double lowest_ns, double highest_ns)
    : log_low_(std::log(std::max(lowest_ns, 1.0))) {
  const double log_high = std::max(std::log(std::max(highest_ns, 1.0)), log_low_ + 1e-3);
  log_step_ = (log_high - log_low_) / static_cast<double>(bucket_count);
}

std::size_t BucketGrid::index_of(double ns) const noexcept {
  const double at = (std::log(std::max(ns, 1.0)) - log_low_) / log_step_;
  return static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(bucket_count - 1)));
}

double BucketGrid::edge(double index) const noexcept { return std::exp(log_edge(index)); }

std::uint64_t sum_of(const BucketCounts& counts) noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

void quantile_places(const BucketCounts& counts, std::span<const double> shares,
                     std::span<double> places) noexcept {
  const auto all = static_cast<double>(sum_of(counts));
  double seen = 0;
  std::size_t next = 0;
  for (std::size_t i = 0; i < counts.size() && next < shares.size(); ++i) {
    const auto here = static_cast<double>(counts[i]);
    while (here > 0 && next < shares.size() && seen + here >= shares[next] * all) {
      const double into = std::clamp((shares[next] * all - seen) / here, 0.0, 1.0);
      places[next++] = static_cast<double>(i) + into;
    }
    seen += here;
  }
  for (; next < shares.size(); ++next) {
    places[next] = 0;
  }
}

void IntervalCounts::close() noexcept {
  for (std::size_t i = bucket_count; i < sums_.size(); ++i) {
    sums_[i] += sums_[i - bucket_count];
  }
}

BucketCounts IntervalCounts::block(std::size_t first, std::size_t length) const {
  BucketCounts counts(bucket_count);
  add_block(first, length, counts);
  return counts;
}

void IntervalCounts::add_block(std::size_t first, std::size_t length,
                               BucketCounts& to) const noexcept {
  const std::uint64_t* before = sums_.data() + first * bucket_count;
  const std::uint64_t* after = before + length * bucket_count;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    to[i] += after[i] - before[i];
  }
}

}  // namespace hubsim::reports
