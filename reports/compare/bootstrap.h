// The interval of a change by moving-block bootstrap over the intervals of both runs. Answers of
// neighbouring seconds resemble each other (a garbage collection, a busy neighbour), so whole
// blocks of seconds are drawn: drawing single answers would promise far too much.
// Block length, for n intervals whose medians have the lag-1 autocorrelation r (corrected for the
// bias of short series, 0 where negative, at most 0.9): n^(1/3) * 1.5^(1/3) * (2r/(1-r^2))^(2/3),
// the optimum for a first-order process; at least 1, at most n/4, so that 4 blocks are left.
// Short runs have few blocks: the interval is stretched about the estimate by
// t(0.975, blocks-1)/1.96 * sqrt(blocks/(blocks-1)), of the run with fewer blocks.
// Threads: pure; the generator is keyed, so the same runs give the same interval.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/random/prng.h"
#include "reports/compare/buckets.h"

namespace hubsim::reports {

inline constexpr std::array<double, 4> compared_quantiles{0.5, 0.9, 0.99, 0.999};

/// `medians`: one for each interval with answers, in order.
[[nodiscard]] std::size_t block_length(const std::vector<double>& medians);
/// Student's t of 97.5 %.
[[nodiscard]] double t_975(double degrees) noexcept;

/// Of one run: the logarithm of each quantile, and of the answers an interval, by resample.
struct Resamples {
  std::array<std::vector<double>, compared_quantiles.size()> quantiles;
  std::vector<double> rate;
  double blocks = 0;
};
[[nodiscard]] Resamples resample(const BucketGrid& grid, const IntervalCounts& counts,
                                 std::size_t block, std::size_t times, Prng prng);

/// 95 % interval of log(fresh) - log(base), which is `estimate` by the whole runs.
struct LogInterval {
  double low = 0;
  double high = 0;
};
[[nodiscard]] LogInterval interval_of(double estimate, const std::vector<double>& base,
                                      const std::vector<double>& fresh, double blocks);

}  // namespace hubsim::reports
