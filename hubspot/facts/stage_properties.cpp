#include "hubspot/facts/stage_properties.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "hubspot/facts/pipelines.h"

namespace hubsim::hubspot {

namespace {

struct Family {
  std::string_view prefix;
  std::string_view kind;  ///< of mock_server/portal/system_values.h
  std::string_view type;
  std::string_view label;
  bool older = false;
};
constexpr std::array<Family, 7> families{
    {{"hs_v2_date_entered_", "entered", "datetime", "Date entered", false},
     {"hs_v2_date_exited_", "exited", "datetime", "Date exited", false},
     {"hs_v2_latest_time_in_", "latest_time", "number", "Latest time in", false},
     {"hs_v2_cumulative_time_in_", "cumulative_time", "number", "Cumulative time in", false},
     {"hs_date_entered_", "entered", "datetime", "Date entered", true},
     {"hs_date_exited_", "exited", "datetime", "Date exited", true},
     {"hs_time_in_", "total_time", "number", "Time in", true}}};

constexpr std::array<std::string_view, 3> stage_property_names{"dealstage", "hs_pipeline_stage",
                                                               "lifecyclestage"};
constexpr std::array<std::string_view, 4> types_with_older{"0-1", "0-2", "0-3", "0-5"};
constexpr std::size_t longest_id = 60;

std::uint32_t number_of(std::string_view id) {
  std::uint32_t hash = 2'166'136'261U;  // FNV-1a
  for (const char c : id) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  }
  return hash & 0x7fffffffU;
}

bool is_name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

/// "closedwon" as it is; "new-stage-id" becomes new_stage_id_<number>.
std::string name_part(std::string_view id) {
  std::string part = to_lower(id);
  if (std::all_of(part.begin(), part.end(), is_name_char)) {
    return part;
  }
  std::replace_if(part.begin(), part.end(), [](char c) { return !is_name_char(c); }, '_');
  return part + "_" + std::to_string(number_of(id));
}

PropertyFact definition(const Family& family, const StageNames& names) {
  const std::string place =
      std::string(names.stage_label) + " (" + std::string(names.pipeline_label) + ")";
  const char quote = family.older ? '\'' : '"';
  PropertyFact fact;
  fact.name = std::string(family.prefix) + name_part(names.stage_id);
  fact.label = std::string(family.label) + " " + quote + place + quote;
  fact.type = family.type;
  fact.field_type = family.older                ? "calculation_read_time"
                    : family.type == "datetime" ? "date"
                                                : "number";
  fact.group_name = names.group;
  fact.calculated = family.older;
  fact.read_only_value = true;
  fact.hidden = family.older;
  fact.derived = std::string(family.kind) + ":" + std::string(names.property) + ":" +
                 std::string(names.stage_id);
  fact.evidence = "I as for the stages of contacts (R) and of listed portals (T)";
  return fact;
}

}  // namespace

bool has_older_stage_properties(std::string_view type_id) {
  return std::find(types_with_older.begin(), types_with_older.end(), type_id) !=
         types_with_older.end();
}

std::vector<PropertyFact> stage_properties(const StageNames& names, bool older) {
  std::vector<PropertyFact> made;
  if (names.stage_id.empty() || names.stage_id.size() > longest_id ||
      names.stage_id.find(':') != std::string_view::npos) {
    return made;
  }
  for (const Family& family : families) {
    if (older || !family.older) {
      made.push_back(definition(family, names));
    }
  }
  return made;
}

std::string_view stage_property_of(const ObjectTypeFact& type) {
  for (const std::string_view name : stage_property_names) {
    if (std::any_of(type.properties.begin(), type.properties.end(),
                    [&](const PropertyFact& property) { return property.name == name; })) {
      return name;
    }
  }
  return {};
}

void add_stage_properties(ObjectTypeFact& type) {
  const std::string_view property = stage_property_of(type);
  std::vector<PropertyFact> made;
  for (const PipelineFact& pipeline : default_pipelines()) {
    if (property.empty() || pipeline.type_id != type.type_id) {
      continue;
    }
    const auto holder =
        std::find_if(type.properties.begin(), type.properties.end(),
                     [&](const PropertyFact& fact) { return fact.name == property; });
    for (const StageFact& stage : pipeline.stages) {
      for (PropertyFact& fact :
           stage_properties({property, holder->group_name, pipeline.label, stage.id, stage.label},
                            has_older_stage_properties(type.type_id))) {
        made.push_back(std::move(fact));
      }
    }
  }
  std::erase_if(made, [&](const PropertyFact& fact) {
    return std::any_of(type.properties.begin(), type.properties.end(),
                       [&](const PropertyFact& known) { return known.name == fact.name; });
  });
  std::move(made.begin(), made.end(), std::back_inserter(type.properties));
}

}  // namespace hubsim::hubspot
