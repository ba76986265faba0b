#include "reports/compare/effect.h"

#include <algorithm>
#include <cmath>

namespace hubsim::reports {

namespace {

/// The slowest `share` of the counts, as shares that add up to 1.
std::vector<double> tail_of(const BucketCounts& counts, double share) {
  const double wanted = share * static_cast<double>(sum_of(counts));
  std::vector<double> tail(counts.size());
  double taken = 0;
  for (std::size_t i = counts.size(); i-- > 0 && taken < wanted;) {
    const double here = std::min(static_cast<double>(counts[i]), wanted - taken);
    tail[i] = here / wanted;
    taken += here;
  }
  return tail;
}

}  // namespace

double cliffs_delta(const BucketCounts& base, const BucketCounts& fresh, double share) {
  const std::vector<double> from = tail_of(base, share);
  const std::vector<double> to = tail_of(fresh, share);
  double below = 0;  // share of the base in the buckets before
  double delta = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double above = 1 - below - from[i];
    delta += to[i] * (below - above);
    below += from[i];
  }
  return std::clamp(delta, -1.0, 1.0);
}

double ks_distance(const BucketCounts& base, const BucketCounts& fresh) {
  const auto of_base = static_cast<double>(std::max<std::uint64_t>(sum_of(base), 1));
  const auto of_fresh = static_cast<double>(std::max<std::uint64_t>(sum_of(fresh), 1));
  double gap = 0;
  double largest = 0;
  for (std::size_t i = 0; i < base.size(); ++i) {
    gap += static_cast<double>(base[i]) / of_base - static_cast<double>(fresh[i]) / of_fresh;
    largest = std::max(largest, std::abs(gap));
  }
  return largest;
}

}  // namespace hubsim::reports
