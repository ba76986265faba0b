// Pipelines v1, retired: `/deals/v1/pipelines` and `/crm-pipelines/v1/pipelines/{type}`, to read;
// on the pipelines of today (shapes as their clients read them, I; error texts U).
#include <algorithm>

#include "common/time/format.h"
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/retired/legacy.h"
#include "mock_server/operations/support/fields.h"
#include "mock_server/portal/pipelines.h"

namespace hubsim::operations {

namespace {

using portal::Pipeline;
using portal::PipelineStage;

const std::vector<Pipeline>& pipelines_of(const Context& context, const portal::ObjectType& type) {
  return context.portal.part<portal::Pipelines>().of(type.index());
}

// ---- /deals/v1 ---------------------------------------------------------------------------------

Json deal_stage(const PipelineStage& stage) {
  const std::string_view probability = stage.metadata_value("probability");
  const auto parsed = json::parse(probability);
  return {{"stageId", stage.id},
          {"label", stage.label},
          {"probability", parsed ? *parsed : Json()},
          {"active", true},
          {"displayOrder", stage.display_order},
          {"closedWon", stage.metadata_value("isClosed") == "true" && probability == "1.0"}};
}

Json deal_pipeline(const Pipeline& pipeline) {
  Json stages = Json::array();
  for (const PipelineStage& stage : pipeline.stages) {
    stages.push_back(deal_stage(stage));
  }
  return {{"pipelineId", pipeline.id},
          {"stages", std::move(stages)},
          {"label", pipeline.label},
          {"active", true},
          {"displayOrder", pipeline.display_order},
          {"staticDefault", pipeline.id == "default"}};
}

Reply run_deal_pipelines(Context& context) {
  Json out = Json::array();
  for (const Pipeline& pipeline : pipelines_of(context, *context.portal.find_type("deals"))) {
    out.push_back(deal_pipeline(pipeline));
  }
  return legacy_answer(out);
}

Reply run_deal_pipeline(Context& context) {
  const auto& all = pipelines_of(context, *context.portal.find_type("deals"));
  const auto found = std::find_if(all.begin(), all.end(), [&](const Pipeline& each) {
    return each.id == context.param("pipelineId");
  });
  return found != all.end()
             ? legacy_answer(deal_pipeline(*found))
             : fail(context, {.status = 404,
                              .message = "Couldn't find a pipeline with the id '" +
                                         std::string(context.param("pipelineId")) + "'"});
}

// ---- /crm-pipelines/v1 -------------------------------------------------------------------------

Json crm_stage(const PipelineStage& stage) {
  Json metadata = Json::object();
  for (const auto& [key, value] : stage.metadata) {
    metadata[key] = value;
  }
  return {{"stageId", stage.id},
          {"createdAt", to_unix_ms(stage.created_at)},
          {"updatedAt", to_unix_ms(stage.updated_at)},
          {"label", stage.label},
          {"displayOrder", stage.display_order},
          {"metadata", std::move(metadata)},
          {"active", true}};
}

Reply run_crm_pipelines(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  Json results = Json::array();
  for (const Pipeline& pipeline : pipelines_of(context, **type)) {
    Json stages = Json::array();
    for (const PipelineStage& stage : pipeline.stages) {
      stages.push_back(crm_stage(stage));
    }
    results.push_back({{"pipelineId", pipeline.id},
                       {"createdAt", to_unix_ms(pipeline.created_at)},
                       {"updatedAt", to_unix_ms(pipeline.updated_at)},
                       {"objectType", (*type)->fact().label},
                       {"label", pipeline.label},
                       {"displayOrder", pipeline.display_order},
                       {"active", true},
                       {"stages", std::move(stages)},
                       {"objectTypeId", (*type)->fact().type_id},
                       {"default", pipeline.id == "default"}});
  }
  return legacy_answer({{"results", std::move(results)}});
}

}  // namespace

void register_retired_pipelines_v1(OperationRegistry& registry);
void register_retired_pipelines_v1(OperationRegistry& registry) {
  registry.add({"retired.pipelines.deals", run_deal_pipelines, path_key});
  registry.add({"retired.pipelines.deal", run_deal_pipeline, path_key});
  registry.add({"retired.pipelines.crm", run_crm_pipelines, path_key});
}

}  // namespace hubsim::operations
