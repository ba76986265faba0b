#include "mock_server/portal/stage_definitions.h"

#include "hubspot/facts/stage_properties.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/portal/pipelines.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

void define_stage_properties(Portal& portal, TypeIndex type_index, Instant now) {
  const ObjectType& type = portal.type(type_index);
  const auto stage_property = stage_properties(type).stage;
  if (!stage_property || !portal.options().on(hubspot::Option::pipelines_stage_properties)) {
    return;
  }
  const hubspot::PropertyFact holder = type.property(*stage_property).fact;
  const bool older = hubspot::has_older_stage_properties(type.fact().type_id);
  for (const Pipeline& pipeline : portal.part<Pipelines>().of(type_index)) {
    for (const PipelineStage& stage : pipeline.stages) {
      for (hubspot::PropertyFact& fact : hubspot::stage_properties(
               {holder.name, holder.group_name, pipeline.label, stage.id, stage.label}, older)) {
        if (!portal.type(type_index).property_index(fact.name)) {
          portal.define_property(type_index, {.fact = std::move(fact),
                                              .created_at = now,
                                              .updated_at = now,
                                              .derived = Derived::computed,
                                              .constant = ""});
        }
      }
    }
  }
}

}  // namespace hubsim::portal
