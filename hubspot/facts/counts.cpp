#include "hubspot/facts/counts.h"

#include <algorithm>

namespace hubsim::hubspot {

namespace {

/// Stored values that merges write.
constexpr std::array<std::string_view, 4> written_by_merges{
    "hs_additional_domains", "hs_additional_emails", "hs_calculated_merged_vids",
    "hs_merged_object_ids"};

}  // namespace

void GradeCounts::add(std::string_view evidence) {
  const auto grade =
      evidence.empty() ? std::string_view::npos : evidence_grades.find(evidence.front());
  ++by_grade[grade == std::string_view::npos ? evidence_grades.size() - 1 : grade];
  ++total;
}

void GradeCounts::add(const GradeCounts& other) {
  total += other.total;
  for (std::size_t i = 0; i < by_grade.size(); ++i) {
    by_grade[i] += other.by_grade[i];
  }
}

std::string GradeCounts::text() const {
  std::string out;
  for (std::size_t i = 0; i < by_grade.size(); ++i) {
    out += out.empty() ? "" : ", ";
    out += std::string(1, evidence_grades[i]) + " " + std::to_string(by_grade[i]);
  }
  return out;
}

std::vector<TypeCounts> property_counts(const Facts& facts) {
  std::vector<TypeCounts> all;
  for (const ObjectTypeFact& type : facts.object_types) {
    TypeCounts counts{.type = type.plural, .type_id = type.type_id, .properties = {}};
    for (const PropertyFact& property : type.properties) {
      counts.properties.add(property.evidence);
    }
    all.push_back(std::move(counts));
  }
  return all;
}

GradeCounts association_type_counts(const Facts& facts) {
  GradeCounts counts;
  for (const AssociationTypeFact& type : facts.association_types) {
    counts.add(type.evidence);
  }
  return counts;
}

ReadOnlyProperties read_only_properties(const ObjectTypeFact& type) {
  constexpr std::string_view constant = "constant:";
  ReadOnlyProperties found;
  for (const PropertyFact& property : type.properties) {
    if (!property.calculated && !property.read_only_value) {
      continue;
    }
    const bool by_merges = std::find(written_by_merges.begin(), written_by_merges.end(),
                                     property.name) != written_by_merges.end();
    if (property.derived.starts_with(constant)) {
      found.constants.push_back(property.name + "=" + property.derived.substr(constant.size()));
    } else if (property.derived.empty() && !by_merges) {
      found.empty.push_back(property.name);
    } else {
      ++found.modelled;
    }
  }
  return found;
}

}  // namespace hubsim::hubspot
