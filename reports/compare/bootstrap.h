// The interval of a change by moving-block bootstrap over the intervals of both runs. Answers of
// neighbouring seconds resemble each other (a garbage collection, a busy neighbour), so whole
// blocks of seconds are drawn: drawing single answers would promise far too much. How long blocks
// are, what is corrected for and by which formulas: docs/compare.md, "The interval".
// A phase has four quantiles and regresses where one of them does: their intervals hold 95 % for
// all of them together.
// Threads: pure; the generator is keyed, so the same runs give the same interval.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/random/prng.h"
#include "reports/compare/buckets.h"

namespace hubsim::reports {

inline constexpr std::array<double, 4> compared_quantiles{0.5, 0.9, 0.99, 0.999};

struct Blocks {
  std::size_t length = 1;
  double seen = 1;  ///< share of the variance that blocks of that length show
};
/// `medians`: one for each interval with answers, in order.
[[nodiscard]] Blocks choose_blocks(const std::vector<double>& medians);
/// Student's t where the normal distribution has `z`.
[[nodiscard]] double student_t(double z, double degrees) noexcept;

/// Of one run: the logarithm of each quantile by resample, and that of resample_rate().
struct Resamples {
  std::array<std::vector<double>, compared_quantiles.size()> quantiles;
  std::vector<double> rate;
  double degrees = 0;  ///< of freedom
};
[[nodiscard]] Resamples resample(const BucketGrid& grid, const IntervalCounts& counts,
                                 const Blocks& blocks, std::size_t times, Prng prng);

/// The logarithm of the answers an interval, by resample.
[[nodiscard]] std::vector<double> resample_rate(const std::vector<double>& answers,
                                                const Blocks& blocks, std::size_t times, Prng prng);

/// One number's draws of one run.
struct Draws {
  const std::vector<double>& values;
  double degrees = 0;
};
/// 95 % interval of log(fresh) - log(base), which is `estimate` by the whole runs.
struct LogInterval {
  double low = 0;
  double high = 0;
};
[[nodiscard]] LogInterval interval_of(double estimate, const Draws& base, const Draws& fresh);

}  // namespace hubsim::reports
