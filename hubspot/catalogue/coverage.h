// Coverage: how much of what HubSpot publishes has a row here, and how far each can be trusted, by
// family and version (hubspot/data/catalogue/families.json). What neither client has and no rule
// derives is counted as absent, never guessed.
// Threads: constant data.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace hubsim::hubspot {

/// Concrete calls (method and path); derived and retired ones are among the graded.
struct CoverageCounts {
  std::uint32_t modelled = 0;
  std::uint32_t stateful = 0;
  std::uint32_t shaped = 0;
  std::uint32_t derived = 0;
  std::uint32_t retired = 0;
  std::uint32_t absent = 0;

  [[nodiscard]] std::uint32_t rows() const noexcept { return modelled + stateful + shaped; }
  CoverageCounts& operator+=(const CoverageCounts& other) noexcept;
};

struct FamilyCoverage {
  std::string_view area;    ///< "CMS"
  std::string_view family;  ///< "CMS/Hubdb"
  std::string_view version;
  CoverageCounts counts;
};

/// Sorted by family and version.
[[nodiscard]] std::span<const FamilyCoverage> family_coverage() noexcept;

/// Columns of the tables: dates that are betas stand together.
[[nodiscard]] std::string_view version_group(std::string_view version) noexcept;

using CoverageTable = std::map<std::string, std::map<std::string, CoverageCounts>>;
/// By area and version group; with an area, by its families. Empty when the area is unknown.
[[nodiscard]] CoverageTable coverage_table(std::string_view area = {});

}  // namespace hubsim::hubspot
