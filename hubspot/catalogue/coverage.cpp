#include "hubspot/catalogue/coverage.h"

#include "common/base/text.h"

namespace hubsim::hubspot {

CoverageCounts& CoverageCounts::operator+=(const CoverageCounts& other) noexcept {
  modelled += other.modelled;
  stateful += other.stateful;
  shaped += other.shaped;
  derived += other.derived;
  retired += other.retired;
  absent += other.absent;
  return *this;
}

std::string_view version_group(std::string_view version) noexcept {
  if (version.ends_with("-beta")) {
    return "betas";
  }
  return version.starts_with('v') ? "v1-v4" : version;
}

CoverageTable coverage_table(std::string_view area) {
  CoverageTable table;
  for (const FamilyCoverage& each : family_coverage()) {
    if (area.empty()) {
      table[std::string(each.area)][std::string(version_group(each.version))] += each.counts;
    } else if (equals_ignoring_case(each.area, area)) {
      table[std::string(each.family)][std::string(each.version)] += each.counts;
    }
  }
  return table;
}

}  // namespace hubsim::hubspot
