// CompareRules: when a difference between two runs is a regression. One field table makes the flags
// of `hubsim report compare`, the `gates` of a scenario and their schema.
// A latency regresses only where three things agree: the 95 % interval of the change leaves 0 out,
// the change is beyond the practical threshold, and the effect is no trifle. With a million answers
// every difference is significant, so significance alone never gates.
// Threads: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/config/fields.h"

namespace hubsim::reports {

struct CompareRules {
  double threshold = 0.10;       ///< of the base
  double min_change_ms = 1;      ///< and at least so much
  double min_effect = 0.147;     ///< Cliff's delta: below this the literature says negligible
  double error_points = 0.005;   ///< share of answers
  double convergence = 0.25;     ///< of the base
  double convergence_ms = 500;   ///< and at least so much
  double calls = 0.20;           ///< calls per change, retries, shares of 429 and 5xx
  std::uint64_t min_calls = 10;  ///< of an operation, before its numbers gate
  std::uint64_t min_seconds = 8;
  bool allow_invalid = false;
  std::uint64_t seed = 1;

  static constexpr std::size_t resamples = 1000;
  /// So many answers must lie beyond a quantile: p99 needs 1,000.
  static constexpr double tail_samples = 10;
};

[[nodiscard]] const config::Fields& compare_fields();
[[nodiscard]] CompareRules compare_rules(const config::Settings& settings);
/// "threshold 10%", in words for reports.
[[nodiscard]] std::vector<std::string> gates_text(const CompareRules& rules);

}  // namespace hubsim::reports
