#include "scenarios/oracle/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace hubsim::scenarios {

namespace {
constexpr std::array<std::string_view, 7> kind_names{
    "lost", "stale", "regressed", "phantom", "duplicate_record", "resurrected", "undeleted"};
}  // namespace

std::string_view name_of(FindingKind kind) noexcept {
  return kind_names[static_cast<std::size_t>(kind)];
}

std::string Finding::text() const {
  const std::string which = ambiguous ? " (a value it had more than once)" : "";
  if (property.empty()) {
    return fmt::format("{}: wanted {}, shows {}", name_of(kind), expected, observed);
  }
  return fmt::format("{} {}: wanted '{}', shows '{}'{}", name_of(kind), property, expected,
                     observed, which);
}

std::uint64_t Findings::count(FindingKind kind) const {
  return static_cast<std::uint64_t>(
      std::count_if(findings.begin(), findings.end(),
                    [&](const Finding& finding) { return finding.kind == kind; }));
}

}  // namespace hubsim::scenarios
