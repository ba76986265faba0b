// What several checks share: bounds on counts, spans of phases, sentences about missing evidence.
// Threads: pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/checks/check.h"

namespace hubsim::scenarios {

inline constexpr std::size_t max_evidence = 100;

[[nodiscard]] CheckOutcome vacuous(std::string why);
[[nodiscard]] CheckOutcome invalid(std::string why);

/// Why the run's records as a whole, or a named phase, cannot carry a verdict.
[[nodiscard]] std::optional<CheckOutcome> unusable(const RunEvidence& evidence,
                                                   const std::vector<std::string>& phases = {});

/// Distance to an upper bound as a share of it; nothing for a bound of 0.
[[nodiscard]] std::optional<double> margin_below(double value, double bound);
/// "in ramp, storm", or "" for the whole run.
[[nodiscard]] std::string in_phases_text(const std::vector<std::string>& phases);
/// Whether that moment lies in one of the phases; with none named, always.
[[nodiscard]] bool in_phases(const RunEvidence& evidence, const std::vector<std::string>& phases,
                             std::int64_t at_ms);
/// "1 record", "2 records"
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);

// Field definitions with the same meaning everywhere.
[[nodiscard]] config::Field at_most_field(std::string help);
[[nodiscard]] config::Field phases_field();
[[nodiscard]] config::Field observer_field();

/// A check that counts wrong records of the mirrors: the oracle's findings of some kinds.
struct FindingCheck {
  std::string name;
  std::string help;
  std::string advice;
  std::vector<FindingKind> kinds;
  std::string noun;  ///< "lost record or value"
  /// Counted beside the findings: problems that no mirror shows, as sentences.
  std::function<std::vector<std::string>(const RunEvidence&)> others = {};
};
[[nodiscard]] CheckKind finding_check(FindingCheck definition);

}  // namespace hubsim::scenarios
