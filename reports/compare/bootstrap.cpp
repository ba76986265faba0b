#include "reports/compare/bootstrap.h"

#include <algorithm>
#include <cmath>

namespace hubsim::reports {

namespace {

/// 0.05 in two tails, shared by the four quantiles of a phase (Bonferroni), and the normal
/// distribution's quantile there.
constexpr double tail = 0.05 / 2 / static_cast<double>(compared_quantiles.size());
constexpr double z_tail = 2.497705;
constexpr double least_seen = 0.25;

double at_rank(std::vector<double>& values, double share) {
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

double mean_of(const std::vector<double>& values) {
  double mean = 0;
  for (const double value : values) {
    mean += value / static_cast<double>(values.size());
  }
  return mean;
}

double variance_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double variance = 0;
  for (const double value : values) {
    variance += (value - mean) * (value - mean) / static_cast<double>(values.size());
  }
  return variance;
}

/// Lag-1 autocorrelation; its estimate from n values is too low by about (1+4r)/n.
double autocorrelation(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = mean_of(values);
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

void stretch(std::vector<double>& values, double factor) {
  const double mean = mean_of(values);
  for (double& value : values) {
    value = mean + factor * (value - mean);
  }
}

/// `share` of the run that one block is.
double stretch_of(const Blocks& blocks, double share) {
  return 1 / std::sqrt(blocks.seen * std::max(1 - share, least_seen));
}

/// Welch and Satterthwaite's, of a difference of two means.
double degrees_of(const Draws& base, const Draws& fresh) {
  const double a = variance_of(base.values);
  const double b = variance_of(fresh.values);
  const double below = a * a / base.degrees + b * b / fresh.degrees;
  return below > 0 ? (a + b) * (a + b) / below : base.degrees;
}

}  // namespace

Blocks choose_blocks(const std::vector<double>& medians) {
  const auto n = static_cast<double>(medians.size());
  if (medians.size() < 4) {
    return {};
  }
  const double r = autocorrelation(medians);
  const double g = 2 * r / (1 - r * r);
  const double wanted = std::ceil(std::cbrt(1.5 * n) * std::pow(g, 2.0 / 3.0));
  const double length = std::clamp(wanted, 1.0, std::floor(n / 4));
  return {static_cast<std::size_t>(length), std::max(least_seen, 1 - g / length)};
}

double student_t(double z, double degrees) noexcept {
  // Cornish and Fisher's expansion: within 2 % from 3 degrees on.
  const double v = std::max(degrees, 1.0);
  const auto z_to = [z](int power) { return std::pow(z, power); };
  return z + (z_to(3) + z) / (4 * v) + (5 * z_to(5) + 16 * z_to(3) + 3 * z) / (96 * v * v) +
         (3 * z_to(7) + 19 * z_to(5) + 17 * z_to(3) - 15 * z) / (384 * v * v * v);
}

Resamples resample(const BucketGrid& grid, const IntervalCounts& counts, const Blocks& blocks,
                   std::size_t times, Prng prng) {
  Resamples out;
  const std::size_t n = counts.intervals();
  const std::size_t block = std::min(blocks.length, n);
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
  }
  const double share = static_cast<double>(block) / static_cast<double>(n);
  const double factor = stretch_of(blocks, share);
  for (std::vector<double>& quantile : out.quantiles) {
    stretch(quantile, factor);
  }
  out.degrees = std::max(1.5 / share - 1, 1.0);
  return out;
}

std::vector<double> resample_rate(const std::vector<double>& answers, const Blocks& blocks,
                                  std::size_t times, Prng prng) {
  const std::size_t n = answers.size();
  if (n == 0) {
    return std::vector<double>(times, 0);
  }
  const std::size_t block = std::min(blocks.length, n);
  std::vector<double> rates;
  for (std::size_t i = 0; i < times; ++i) {
    double sum = 0;
    for (std::size_t have = 0; have < n; have += block) {
      const std::size_t length = std::min(block, n - have);
      const std::size_t first = prng.below(n - length + 1);
      for (std::size_t k = first; k < first + length; ++k) {
        sum += answers[k];
      }
    }
    rates.push_back(std::log(std::max(sum / static_cast<double>(n), 1e-9)));
  }
  stretch(rates, stretch_of(blocks, static_cast<double>(block) / static_cast<double>(n)));
  return rates;
}

LogInterval interval_of(double estimate, const Draws& base, const Draws& fresh) {
  std::vector<double> deltas(base.values.size());
  for (std::size_t i = 0; i < deltas.size(); ++i) {
    deltas[i] = fresh.values[i] - base.values[i];
  }
  const double centre = mean_of(deltas);
  const double factor = student_t(z_tail, degrees_of(base, fresh)) / z_tail;
  const double below = std::max(0.0, centre - at_rank(deltas, tail));
  const double above = std::max(0.0, at_rank(deltas, 1 - tail) - centre);
  return {estimate - factor * below, estimate + factor * above};
}

}  // namespace hubsim::reports
