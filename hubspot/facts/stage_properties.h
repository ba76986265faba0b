// Stage properties: what HubSpot defines for every stage of every pipeline: when a record entered
// and left it and how long it stayed (behaviour reference 4.4). Why here: the stages of a fresh
// portal and those made at run time must be named alike.
// Threads: pure. Source: names and labels R 2024 (contacts), T listings of portals 2025 (deals,
// companies); public listings name the stage new-stage-id "new_stage_id_<number>", whose number is
// not known and ours.
#pragma once

#include <string_view>
#include <vector>

#include "hubspot/facts/facts.h"

namespace hubsim::hubspot {

struct StageNames {
  std::string_view property;  ///< dealstage, hs_pipeline_stage, lifecyclestage
  std::string_view group;     ///< of the definitions
  std::string_view pipeline_label;
  std::string_view stage_id;
  std::string_view stage_label;
};

/// `older`: also hs_date_entered_ and the like, which contacts, companies, deals and tickets have.
/// Nothing for an id that no property can be named after.
[[nodiscard]] std::vector<PropertyFact> stage_properties(const StageNames& names, bool older);
[[nodiscard]] bool has_older_stage_properties(std::string_view type_id);

/// Those of the default pipelines; what the data files define already stays.
void add_stage_properties(ObjectTypeFact& type);
/// The property that says in which stage a record of the type is; "" for none.
[[nodiscard]] std::string_view stage_property_of(const ObjectTypeFact& type);

}  // namespace hubsim::hubspot
