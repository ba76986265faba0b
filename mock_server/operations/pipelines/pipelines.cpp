// Pipelines: list, read, create, replace, update, delete, audit (behaviour reference 7).
#include "mock_server/operations/pipelines/pipeline_edit.h"
#include "mock_server/operations/pipelines/pipeline_render.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/results.h"
#include "mock_server/portal/stage_definitions.h"

namespace hubsim::operations {

namespace {

using portal::Pipeline;
using portal::Pipelines;

constexpr std::size_t pipelines_a_type = 100;  // D limits tracking: deals and tickets

Reply answer_pipeline(const Pipeline& pipeline, int status = 200) {
  std::string body;
  append_pipeline(body, pipeline);
  return answer(std::move(body), status);
}

Reply run_list(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  return answer_results(context.portal.part<Pipelines>().of((*type)->index()), append_pipeline);
}

Reply run_read(Context& context) {
  const auto target = read_pipeline_target(context);
  return target ? answer_pipeline(*target->pipeline) : fail(context, target.error());
}

// ---- create

std::optional<ApiError> put_stages(const Context& context, const portal::ObjectType& type,
                                   Pipeline& pipeline, const std::vector<StageInput>& stages) {
  for (const StageInput& stage : stages) {
    if (auto error = put_stage(context, type, pipeline, stage)) {
      // Inside a whole pipeline a label told twice has no subCategory (T live 2026-10).
      error->sub_category =
          error->sub_category == "PipelineError.STAGE_LABEL_EXISTS" ? "" : error->sub_category;
      return error;
    }
  }
  return check_pipeline(context, type, pipeline);
}

/// Pipeline ids are unique in the portal, and another object's is told oddly (T live 2026-10).
std::optional<ApiError> check_pipeline_id(const Context& context, const portal::ObjectType& type,
                                          const std::string& id) {
  if (auto error = check_id(id, 36)) {
    return error;
  }
  const auto holder = context.portal.part<Pipelines>().holder(id);
  if (!holder) {
    return std::nullopt;
  }
  if (*holder == type.index()) {
    return choices::validation("There's another pipeline with pipelineId " + id);
  }
  ApiError error = pipeline_error("Stage IDs of pipeline " + id + " exist in another pipeline",
                                  "STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE");
  error.status = 409;
  return error;
}

hubspot::PropertyFact stage_fact(const portal::ObjectType& type, std::string name,
                                 std::string label) {
  hubspot::PropertyFact fact{.name = std::move(name), .label = std::move(label)};
  fact.type = "enumeration";
  fact.field_type = "select";
  fact.group_name = type.fact().singular + "_information";
  fact.external_options = true;
  fact.evidence = "T live 2026-10";
  return fact;
}

/// The first pipeline of a custom object brings the properties that name it (T live 2026-10).
void define_stage_properties(Context& context, const portal::ObjectType& type) {
  if (portal::stage_properties(type).stage || !type.fact().type_id.starts_with("2-")) {
    return;
  }
  for (const auto& [name, label] :
       {std::pair{"hs_pipeline", "Pipeline"}, std::pair{"hs_pipeline_stage", "Pipeline stage"}}) {
    context.portal.define_property(type.index(), {.fact = stage_fact(type, name, label),
                                                  .created_at = context.now,
                                                  .updated_at = context.now});
  }
}

Read<Pipeline> build(const Context& context, const portal::ObjectType& type) {
  const auto input = read_pipeline_input(context, Completeness::whole);
  if (!input) {
    return Failure{input.error()};
  }
  auto& pipelines = context.portal.part<Pipelines>();
  if (pipelines.of(type.index()).size() >= pipelines_a_type) {
    return Failure{choices::validation("Pipeline limit exceeded: an object type may have at most " +
                                       std::to_string(pipelines_a_type))};
  }
  Pipeline pipeline{.id = input->id.empty() ? pipelines.new_id() : input->id,
                    .label = *input->label,
                    .display_order = *input->display_order,
                    .created_at = context.now,
                    .updated_at = context.now,
                    .stages = {}};
  for (auto error :
       {check_order(pipeline.display_order), check_pipeline_id(context, type, pipeline.id),
        check_label(context, type, pipeline.id, pipeline.label)}) {
    if (error) {
      return Failure{std::move(*error)};
    }
  }
  if (auto error = put_stages(context, type, pipeline, *input->stages)) {
    return Failure{std::move(*error)};
  }
  return pipeline;
}

Reply run_create(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  auto built = build(context, **type);
  if (!built) {
    return fail(context, built.error());
  }
  define_stage_properties(context, **type);
  auto& pipelines = context.portal.part<Pipelines>();
  const Pipeline& pipeline = pipelines.add((*type)->index(), std::move(*built));
  portal::define_stage_properties(context.portal, (*type)->index(), context.now);
  pipelines.note({.type = (*type)->index(),
                  .pipeline_id = pipeline.id,
                  .stage_id = "",
                  .action = "CREATE",
                  .raw_object = raw_pipeline(context, **type, pipeline),
                  .at = context.now});
  Reply reply = answer_pipeline(pipeline, 201);
  reply.location = std::string(context.request.path) + "/" + pipeline.id;
  return reply;
}

// ---- replace and update

std::vector<std::string> dropped_stages(const Pipeline& before, const Pipeline& after) {
  std::vector<std::string> dropped;
  for (const auto& stage : before.stages) {
    if (after.find_stage(stage.id) == nullptr) {
      dropped.push_back(stage.id);
    }
  }
  return dropped;
}

/// A stage that the body names by its id is kept, one it leaves out is gone (T live 2026-10).
Read<Pipeline> replaced(const Context& context, const PipelineTarget& target,
                        const PipelineInput& input) {
  Pipeline after = *target.pipeline;
  after.stages.clear();
  for (const StageInput& stage : *input.stages) {
    if (const auto* known = target.pipeline->find_stage(stage.id)) {
      portal::PipelineStage kept = *known;
      kept.label.clear();                                               // labels may change places
      kept.display_order = -1 - static_cast<int>(after.stages.size());  // moved by put_stage
      after.stages.insert(after.stages.begin(), std::move(kept));
    }
  }
  if (auto error = put_stages(context, *target.type, after, *input.stages)) {
    return Failure{std::move(*error)};
  }
  const auto dropped = dropped_stages(*target.pipeline, after);
  if (auto error = check_unused(context, *target.type, dropped); error && !dropped.empty()) {
    return Failure{std::move(*error)};
  }
  return after;
}

Reply write_pipeline(Context& context, Completeness wanted) {
  const auto target = read_pipeline_target(context);
  if (!target) {
    return fail(context, target.error());
  }
  const auto input = read_pipeline_input(context, wanted);
  if (!input) {
    return fail(context, input.error());
  }
  Pipeline after = *target->pipeline;
  if (wanted == Completeness::whole) {
    auto whole = replaced(context, *target, *input);
    if (!whole) {
      return fail(context, whole.error());
    }
    after = std::move(*whole);
  }
  after.label = input->label.value_or(after.label);
  after.display_order = input->display_order.value_or(after.display_order);
  for (auto error : {check_order(after.display_order),
                     check_label(context, *target->type, after.id, after.label)}) {
    if (error) {
      return fail(context, *error);
    }
  }
  for (auto& stage : after.stages) {
    stage.updated_at = context.now;  // a pipeline edit moves every stage (T live 2026-10)
  }
  *target->pipeline = std::move(after);
  close_edit(context, *target->type, *target->pipeline);
  return answer_pipeline(*target->pipeline);
}

Reply run_replace(Context& context) { return write_pipeline(context, Completeness::whole); }
Reply run_update(Context& context) { return write_pipeline(context, Completeness::some); }

// ---- delete and audit

ApiError missing_pipeline(std::string_view id) {
  return {.status = 404,
          .message = "Pipeline " + std::string(id) + " does not exist",
          .category = "OBJECT_NOT_FOUND",
          .sub_category = "PipelineError.PIPELINE_NOT_FOUND",
          .context = {{"pipelineId", {std::string(id)}}}};
}

Reply run_archive(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const std::string_view id = context.param("pipelineId");
  auto& pipelines = context.portal.part<Pipelines>();
  const Pipeline* pipeline = pipelines.find((*type)->index(), id);
  if (pipeline == nullptr) {
    return fail(context, missing_pipeline(id));
  }
  if (auto error = check_unused(context, **type, dropped_stages(*pipeline, {}))) {
    return fail(context, *error);
  }
  pipelines.note({.type = (*type)->index(),
                  .pipeline_id = pipeline->id,
                  .stage_id = "",
                  .action = "DELETE",
                  .raw_object = raw_pipeline(context, **type, *pipeline),
                  .at = context.now});
  pipelines.remove((*type)->index(), id);
  return no_content();
}

Reply run_audit(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const auto audits = context.portal.part<Pipelines>().audits(
      (*type)->index(), context.param("pipelineId"), context.param("stageId"));
  return answer_results(audits, [&](std::string& body, const portal::PipelineAudit* audit) {
    append_audit(body, context, *audit);
  });
}

std::string key_path(Context& context) { return std::string(context.request.path); }
std::string key_body(Context& context) {
  return std::string(context.request.path) + " " + std::string(context.request.body);
}

}  // namespace

void register_pipelines_pipelines(OperationRegistry& registry);
void register_pipelines_pipelines(OperationRegistry& registry) {
  registry.add({"crm.pipelines.list", run_list, key_path});
  registry.add({"crm.pipelines.read", run_read, key_path});
  registry.add({"crm.pipelines.create", run_create, key_body});
  registry.add({"crm.pipelines.replace", run_replace, key_path});
  registry.add({"crm.pipelines.update", run_update, key_path});
  registry.add({"crm.pipelines.archive", run_archive, key_path});
  registry.add({"crm.pipelines.audit", run_audit, key_path});
  registry.add({"crm.pipelines.stages.audit", run_audit, key_path});
}

}  // namespace hubsim::operations
