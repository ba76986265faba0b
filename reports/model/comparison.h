// Comparison: what changed from one run (the base) to another (the fresh one), judged. Made by
// reports/compare, kept in run.json (`comparison`) and in the file of `report compare --json`,
// drawn by the report page.
// Threads: plain values. Times are milliseconds; shares are of 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"

namespace hubsim::reports {

inline constexpr int comparison_format_version = 1;

/// unclear: a change may be there, but these runs cannot show it; `why` says what would.
enum class ChangeVerdict { same, improved, unclear, regressed };
[[nodiscard]] std::string_view name_of(ChangeVerdict verdict) noexcept;  ///< "regressed"

/// One number of both runs.
struct Change {
  std::string what;  ///< "p99"
  std::string unit;  ///< "ms", "share", "1/s", "records"
  double base = 0;
  double fresh = 0;
  double delta = 0;             ///< fresh - base
  std::optional<double> share;  ///< delta / base; absent where base is 0
  std::optional<double> low;    ///< 95 % interval of delta
  std::optional<double> high;
  std::optional<double> effect;  ///< Cliff's delta, -1 to 1; above 0: the fresh run is slower
  ChangeVerdict verdict = ChangeVerdict::same;
  std::string why;
};

/// Share of the answers that took at most `ms`.
struct DistributionPoint {
  double ms = 0;
  double base = 0;
  double fresh = 0;
};

/// Response times, errors and rate of one driver in one phase.
struct PhaseComparison {
  std::string driver;
  std::string phase;
  ChangeVerdict verdict = ChangeVerdict::same;
  std::uint64_t base_samples = 0;
  std::uint64_t fresh_samples = 0;
  std::uint64_t base_seconds = 0;  ///< with answers
  std::uint64_t fresh_seconds = 0;
  std::uint64_t block_s = 0;  ///< of the bootstrap, the longer of both runs'
  std::optional<double> effect;
  std::optional<double> slower_share;  ///< chance that an answer of the fresh run takes longer
  std::optional<double> ks;            ///< largest gap of both distributions; for description only
  std::vector<Change> changes;
  std::vector<DistributionPoint> distribution;
};

struct RequirementChange {
  std::string id;
  std::string check;
  std::string base;   ///< "pass", "fail", ...; "" where the run has none of that id
  std::string fresh;  ///< likewise
  std::string got;    ///< in the fresh run
  ChangeVerdict verdict = ChangeVerdict::same;
};

/// How the integration uses the API otherwise than before.
struct BehaviourChange {
  std::string kind;       ///< "new operation", "calls per change", "payload", ...
  std::string operation;  ///< empty: of the whole run
  std::string text;
  std::optional<double> base;
  std::optional<double> fresh;
  ChangeVerdict verdict = ChangeVerdict::same;  ///< same: worth a look, no more
};

/// Which run it is.
struct RunName {
  std::string file;
  std::string scenario;
  std::string verdict;
  std::int64_t started_at_ms = 0;  ///< since 1970
  std::string hubsim_version;
};

struct Comparison {
  ChangeVerdict verdict = ChangeVerdict::same;
  std::vector<std::string> reasons;  ///< what regressed, a sentence each
  RunName base;
  RunName fresh;
  std::vector<std::string> warnings;  ///< what makes the runs hard to compare
  std::vector<std::string> gates;     ///< "threshold 10%"
  std::vector<PhaseComparison> phases;
  std::vector<Change> convergence;
  std::vector<RequirementChange> requirements;  ///< those whose verdict changed
  std::vector<BehaviourChange> behaviour;
};

[[nodiscard]] Json to_json(const Comparison& comparison);
/// JSON Schema (2020-12) of what to_json() gives: reports/comparison.schema.json.
[[nodiscard]] Json comparison_schema();

}  // namespace hubsim::reports
