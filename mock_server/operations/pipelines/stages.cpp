// Pipeline stages: list, read, create, replace, update, delete (behaviour reference 7).
#include "mock_server/operations/pipelines/pipeline_edit.h"
#include "mock_server/operations/pipelines/pipeline_render.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/results.h"

namespace hubsim::operations {

namespace {

using portal::Pipeline;
using portal::Pipelines;
using portal::PipelineStage;

Reply answer_stage(const PipelineStage& stage, int status = 200) {
  std::string body;
  append_stage(body, stage);
  return answer(std::move(body), status);
}

void note_stage(Context& context, const PipelineTarget& target, const Pipeline& pipeline,
                const PipelineStage& stage, std::string action) {
  context.portal.part<Pipelines>().note(
      {.type = target.type->index(),
       .pipeline_id = pipeline.id,
       .stage_id = stage.id,
       .action = std::move(action),
       .raw_object = raw_stage(context, *target.type, pipeline, stage),
       .at = context.now});
}

/// Puts the stage into the pipeline and keeps it, or says why not.
Read<const PipelineStage*> save_stage(Context& context, const PipelineTarget& target,
                                      StageInput input, const std::string& action) {
  Pipeline after = *target.pipeline;
  const std::string id = input.id;
  auto error = put_stage(context, *target.type, after, std::move(input));
  if (!error) {
    error = check_pipeline(context, *target.type, after);
  }
  if (error) {
    return Failure{std::move(*error)};
  }
  *target.pipeline = std::move(after);
  const PipelineStage* stage = target.pipeline->find_stage(id);
  note_stage(context, target, *target.pipeline, *stage, action);
  close_edit(context, *target.type, *target.pipeline);
  return stage;
}

Reply run_list(Context& context) {
  const auto target = read_pipeline_target(context);
  if (!target) {
    return fail(context, target.error());
  }
  return answer_results(target->pipeline->stages, append_stage);
}

Reply run_read(Context& context) {
  const auto target = read_pipeline_target(context);
  const PipelineStage* stage =
      target ? target->pipeline->find_stage(context.param("stageId")) : nullptr;
  if (stage == nullptr) {
    return fail(context, target ? hubspot::object_not_found() : target.error());
  }
  return answer_stage(*stage);
}

Reply run_create(Context& context) {
  const auto target = read_pipeline_target(context);
  if (!target) {
    return fail(context, target.error());
  }
  auto input = read_stage_input(context, Completeness::whole);
  if (!input) {
    return fail(context, input.error());
  }
  if (input->id.empty()) {
    input->id = context.portal.part<Pipelines>().new_id();
  } else if (target->pipeline->find_stage(input->id) != nullptr) {
    return fail(context, {.message = "Pipeline " + target->pipeline->id +
                                     " is already using stage id " + input->id});
  }
  const auto stage = save_stage(context, *target, std::move(*input), "CREATE");
  if (!stage) {
    return fail(context, stage.error());
  }
  Reply reply = answer_stage(**stage, 201);
  reply.location = std::string(context.request.path) + "/" + (*stage)->id;
  return reply;
}

/// PUT wants the whole stage, PATCH what changes; both keep metadata they do not name (T live
/// 2026-10).
Reply write_stage(Context& context, Completeness wanted) {
  const auto target = read_pipeline_target(context);
  const std::string id(context.param("stageId"));
  if (!target || target->pipeline->find_stage(id) == nullptr) {
    return fail(context, target ? hubspot::object_not_found() : target.error());
  }
  auto input = read_stage_input(context, wanted);
  if (!input) {
    return fail(context, input.error());
  }
  input->id = id;
  const auto stage = save_stage(context, *target, std::move(*input), "UPDATE");
  return stage ? answer_stage(**stage) : fail(context, stage.error());
}

Reply run_replace(Context& context) { return write_stage(context, Completeness::whole); }
Reply run_update(Context& context) { return write_stage(context, Completeness::some); }

/// 204 also for a stage, or a pipeline, that is not there (T live 2026-10).
Reply run_archive(Context& context) {
  const auto target = read_pipeline_target(context);
  const std::string id(context.param("stageId"));
  const PipelineStage* known = target ? target->pipeline->find_stage(id) : nullptr;
  if (known == nullptr) {
    return !target && !target.error().negotiated_not_found ? fail(context, target.error())
                                                           : no_content();
  }
  Pipeline after = *target->pipeline;
  std::erase_if(after.stages, [&](const PipelineStage& stage) { return stage.id == id; });
  auto error = check_unused(context, *target->type, {id});
  if (!error) {
    error = check_pipeline(context, *target->type, after);
  }
  if (error) {
    return fail(context, *error);
  }
  note_stage(context, *target, *target->pipeline, *known, "DELETE");
  *target->pipeline = std::move(after);
  close_edit(context, *target->type, *target->pipeline);
  return no_content();
}

std::string key_path(Context& context) { return std::string(context.request.path); }

}  // namespace

void register_pipelines_stages(OperationRegistry& registry);
void register_pipelines_stages(OperationRegistry& registry) {
  registry.add({"crm.pipelines.stages.list", run_list, key_path});
  registry.add({"crm.pipelines.stages.read", run_read, key_path});
  registry.add({"crm.pipelines.stages.create", run_create, key_path});
  registry.add({"crm.pipelines.stages.replace", run_replace, key_path});
  registry.add({"crm.pipelines.stages.update", run_update, key_path});
  registry.add({"crm.pipelines.stages.archive", run_archive, key_path});
}

}  // namespace hubsim::operations
