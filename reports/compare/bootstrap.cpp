#include "reports/compare/bootstrap.h"

#include <algorithm>
#include <cmath>

namespace hubsim::reports {

namespace {

constexpr double z_975 = 1.959964;

/// Lag-1 autocorrelation; its estimate from n values is too low by about (1+4r)/n.
double autocorrelation(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) {
    mean += value / n;
  }
  double together = 0;
  double variance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    variance += (values[i] - mean) * (values[i] - mean);
    together += i == 0 ? 0 : (values[i] - mean) * (values[i - 1] - mean);
  }
  if (variance <= 0) {
    return 0;
  }
  const double r = together / variance;
  return std::clamp(r + (1 + 4 * r) / n, 0.0, 0.9);
}

double at_rank(std::vector<double>& values, double share) {
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

}  // namespace

std::size_t block_length(const std::vector<double>& medians) {
  const auto n = static_cast<double>(medians.size());
  if (medians.size() < 4) {
    return 1;
  }
  const double r = autocorrelation(medians);
  const double length = std::cbrt(1.5 * n) * std::pow(2 * r / (1 - r * r), 2.0 / 3.0);
  return static_cast<std::size_t>(std::clamp(std::ceil(length), 1.0, std::floor(n / 4)));
}

double t_975(double degrees) noexcept {
  // Cornish and Fisher's expansion: within 1 % from 3 degrees on.
  const double z = z_975;
  const double v = std::max(degrees, 1.0);
  const auto z_to = [z](int power) { return std::pow(z, power); };
  return z + (z_to(3) + z) / (4 * v) + (5 * z_to(5) + 16 * z_to(3) + 3 * z) / (96 * v * v) +
         (3 * z_to(7) + 19 * z_to(5) + 17 * z_to(3) - 15 * z) / (384 * v * v * v);
}

Resamples resample(const BucketGrid& grid, const IntervalCounts& counts, std::size_t block,
                   std::size_t times, Prng prng) {
  Resamples out;
  const std::size_t n = counts.intervals();
  out.blocks = static_cast<double>(n) / static_cast<double>(block);
  BucketCounts drawn(bucket_count);
  for (std::size_t i = 0; i < times; ++i) {
    std::fill(drawn.begin(), drawn.end(), 0);
    for (std::size_t have = 0; have < n; have += block) {
      const std::size_t length = std::min(block, n - have);
      counts.add_block(prng.below(n - length + 1), length, drawn);
    }
    std::array<double, compared_quantiles.size()> places{};
    quantile_places(drawn, compared_quantiles, places);
    for (std::size_t q = 0; q < places.size(); ++q) {
      out.quantiles[q].push_back(grid.log_edge(places[q]));
    }
    const double rate = static_cast<double>(sum_of(drawn)) / static_cast<double>(n);
    out.rate.push_back(std::log(std::max(rate, 1e-9)));
  }
  return out;
}

LogInterval interval_of(double estimate, const std::vector<double>& base,
                        const std::vector<double>& fresh, double blocks) {
  std::vector<double> deltas(base.size());
  for (std::size_t i = 0; i < base.size(); ++i) {
    deltas[i] = fresh[i] - base[i];
  }
  double centre = 0;
  for (const double delta : deltas) {
    centre += delta / static_cast<double>(deltas.size());
  }
  const double degrees = std::max(blocks - 1, 1.0);
  const double stretch = t_975(degrees) / z_975 * std::sqrt(std::max(blocks, 2.0) / degrees);
  const double below = std::max(0.0, centre - at_rank(deltas, 0.025));
  const double above = std::max(0.0, at_rank(deltas, 0.975) - centre);
  return {estimate - stretch * below, estimate + stretch * above};
}

}  // namespace hubsim::reports
