// Counts: how much of HubSpot the facts hold and how sure it is: properties of each object type by
// the grade of their evidence, and which that HubSpot calculates have no behaviour. For the control
// API, the documentation and its test. Threads: pure.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hubspot/facts/facts.h"

namespace hubsim::hubspot {

/// Documented, recorded, third party, inferred, unknown: the letters evidence begins with.
inline constexpr std::string_view evidence_grades = "DRTIU";

struct GradeCounts {
  std::size_t total = 0;
  std::array<std::size_t, evidence_grades.size()> by_grade{};

  /// Evidence without a known grade counts as unknown.
  void add(std::string_view evidence);
  void add(const GradeCounts& other);
  /// "D 4, R 12, T 0, I 3, U 0"
  [[nodiscard]] std::string text() const;
};

struct TypeCounts {
  std::string type;     ///< plural
  std::string type_id;  ///< "0-1"
  GradeCounts properties;
};

[[nodiscard]] std::vector<TypeCounts> property_counts(const Facts& facts);
[[nodiscard]] GradeCounts association_type_counts(const Facts& facts);

/// What becomes of the properties that nobody but HubSpot writes.
struct ReadOnlyProperties {
  std::size_t modelled = 0;            ///< follow from something
  std::vector<std::string> constants;  ///< "hs_is_contact=true"
  std::vector<std::string> empty;      ///< have no behaviour: always null
};
[[nodiscard]] ReadOnlyProperties read_only_properties(const ObjectTypeFact& type);

}  // namespace hubsim::hubspot
