// Effect sizes: how different two distributions are, whatever the number of answers.
// Cliff's delta: the chance that an answer of the fresh run took longer than one of the base, less
// the chance of the opposite. Of a quantile it is that of the parts of both distributions whose
// median the quantile is (p99: the slowest 2 %), or a tail twice as long would be no effect at all.
// Threads: pure.
#pragma once

#include "reports/compare/buckets.h"

namespace hubsim::reports {

/// Of the slowest `share` of both; 1: of all.
[[nodiscard]] double cliffs_delta(const BucketCounts& base, const BucketCounts& fresh,
                                  double share = 1);
/// Kolmogorov and Smirnov's distance: the largest gap between the distribution functions.
[[nodiscard]] double ks_distance(const BucketCounts& base, const BucketCounts& fresh);
/// The part of a distribution whose median is its quantile q.
[[nodiscard]] constexpr double share_around(double q) noexcept { return q < 0.5 ? 1 : 2 * (1 - q); }

}  // namespace hubsim::reports
