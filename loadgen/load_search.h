// The highest rate that keeps given limits: doubles until something gives, then halves the gap, and
// in the end asks once more for what it found. A step that proves nothing (INVALID) bounds the
// search as a failure does, but is told apart: then the generator was the limit, not the target.
// Threads: as the probe's; the search itself is pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "loadgen/load_verdict.h"

namespace hubsim::loadgen {

struct SearchOptions {
  double start_per_s = 100;
  double most_per_s = 1'000'000;
  double least_per_s = 0;   ///< a step must have some requests to say anything
  double precision = 0.05;  ///< the found rate and the one that failed are this near
  std::size_t max_steps = 40;
};

/// What one rate gave.
struct SearchStep {
  double rate_per_s = 0;
  Conclusion conclusion;
  double p99_ms = 0;
  double rate_achieved = 0;
};

struct SearchResult {
  std::optional<double> highest_per_s;  ///< passed, and passed again
  /// The first rate above it that did not, and how.
  std::optional<double> lowest_failed_per_s;
  LoadVerdict limited_by = LoadVerdict::pass;
  std::vector<SearchStep> steps;
};

/// nullopt from the probe: give up (interrupted, or nothing can be sent).
using SearchProbe = std::function<std::optional<SearchStep>(double rate_per_s)>;
[[nodiscard]] SearchResult find_highest_rate(const SearchOptions& options,
                                             const SearchProbe& probe);

[[nodiscard]] int exit_code_of(const SearchResult& result) noexcept;
[[nodiscard]] std::string search_text(const SearchResult& result);
[[nodiscard]] Json to_json(const SearchResult& result);

}  // namespace hubsim::loadgen
