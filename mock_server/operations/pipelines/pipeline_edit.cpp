#include "mock_server/operations/pipelines/pipeline_edit.h"

#include <algorithm>
#include <charconv>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/pipelines/pipeline_render.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/portal/stage_definitions.h"

namespace hubsim::operations {

namespace {

using hubspot::Option;
using portal::Pipeline;
using portal::PipelineStage;

constexpr std::string_view deal_type_id = "0-3";
constexpr std::string_view ticket_type_id = "0-5";
constexpr std::string_view lead_type_id = "0-136";
constexpr std::size_t many_stages = 100;
constexpr std::size_t few_stages = 30;

bool is_custom(const portal::ObjectType& type) { return type.fact().type_id.starts_with("2-"); }

std::string folded(std::string_view label) { return to_lower(trim(label)); }

/// "0.5", "1.0": as a read shows it (T live 2026-10).
std::string probability_text(double probability) {
  char digits[32];
  const char* end = std::to_chars(digits, digits + sizeof digits, probability).ptr;
  std::string text(static_cast<const char*>(digits), end);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

ApiError bad_metadata(std::string message) {
  return pipeline_error(std::move(message), "INVALID_PIPELINE_STAGE_METADATA");
}

std::optional<ApiError> deal_metadata(const Context& context, const StageInput& input,
                                      PipelineStage& stage) {
  const auto* given = input.metadata_value("probability");
  if (given == nullptr && !stage.metadata_value("probability").empty()) {
    return std::nullopt;
  }
  if (given == nullptr || !*given) {
    if (!context.portal.options().on(Option::pipelines_probability_required)) {
      return std::nullopt;
    }
    return bad_metadata("must specify probability when writing a dealstage");
  }
  const auto probability = parse_double(**given);
  if (!probability || *probability < 0 || *probability > 1) {
    return bad_metadata("probability must be between 0.0 and 1.0, not " + **given);
  }
  const bool closed = *probability == 0 || *probability == 1;
  stage.metadata = {{"isClosed", closed ? "true" : "false"},
                    {"probability", probability_text(*probability)}};
  return std::nullopt;
}

/// OPEN unless it says CLOSED; anything else is refused, and case counts (T live 2026-10).
std::optional<ApiError> state_metadata(std::string_view key, const StageInput& input,
                                       PipelineStage& stage) {
  const auto* given = input.metadata_value(key);
  if (given == nullptr && !stage.metadata.empty()) {
    return std::nullopt;
  }
  const std::string state = given != nullptr && *given ? **given : "OPEN";
  if (state != "OPEN" && state != "CLOSED") {
    return bad_metadata(std::string(key) + " must be one of [OPEN, CLOSED], not " + state);
  }
  stage.metadata = {{"isClosed", state == "CLOSED" ? "true" : "false"}, {std::string(key), state}};
  return std::nullopt;
}

std::optional<ApiError> lead_metadata(const StageInput& input, PipelineStage& stage) {
  const auto* given = input.metadata_value("leadState");
  if (given == nullptr && !stage.metadata.empty()) {
    return std::nullopt;
  }
  const std::string state = given != nullptr && *given ? **given : "NEW";
  const bool closed = state == "QUALIFIED" || state == "DISQUALIFIED";
  stage.metadata = {{"isClosed", closed ? "true" : "false"}, {"leadState", state}};
  return std::nullopt;
}

std::optional<ApiError> apply_metadata(const Context& context, const portal::ObjectType& type,
                                       const StageInput& input, PipelineStage& stage) {
  const std::string& type_id = type.fact().type_id;
  if (type_id == deal_type_id) {
    return deal_metadata(context, input, stage);
  }
  if (type_id == ticket_type_id) {
    return state_metadata("ticketState", input, stage);
  }
  if (type_id == lead_type_id) {
    return lead_metadata(input, stage);
  }
  if (type_id == "0-1" || type_id == "0-2") {
    stage.metadata = {{"isClosed", "false"}};
    return std::nullopt;
  }
  return state_metadata("state", input, stage);
}

/// Where the place is taken the stage goes right behind the one that held it, and all are numbered
/// anew; a free place leaves the others as they are (T live 2026-10).
void place_stage(Pipeline& pipeline, PipelineStage stage) {
  auto& stages = pipeline.stages;
  const auto taken = std::find_if(stages.begin(), stages.end(), [&](const auto& each) {
    return each.display_order == stage.display_order;
  });
  if (taken != stages.end()) {
    stages.insert(taken + 1, std::move(stage));
    for (std::size_t i = 0; i < stages.size(); ++i) {
      stages[i].display_order = static_cast<int>(i);
    }
    return;
  }
  const auto place = std::find_if(stages.begin(), stages.end(), [&](const auto& each) {
    return each.display_order > stage.display_order;
  });
  stages.insert(place, std::move(stage));
}

std::optional<ApiError> check_stage_label(const Pipeline& pipeline, const PipelineStage& stage) {
  const bool taken =
      std::any_of(pipeline.stages.begin(), pipeline.stages.end(), [&](const auto& each) {
        return each.id != stage.id && folded(each.label) == folded(stage.label);
      });
  return taken ? std::optional(pipeline_error(
                     "A stage with label '" + stage.label + "' already exists in the pipeline",
                     "STAGE_LABEL_EXISTS"))
               : std::nullopt;
}

std::optional<ApiError> check_stage_id(const Context& context, const portal::ObjectType& type,
                                       const Pipeline& pipeline, const std::string& id) {
  const Pipeline* holder = context.portal.part<portal::Pipelines>().with_stage(type.index(), id);
  if (holder == nullptr || holder->id == pipeline.id) {
    return std::nullopt;
  }
  return ApiError{.status = 400,
                  .message = "Pipeline " + holder->id + " is already using stage id " + id};
}

bool wants_check(const Context& context, const portal::ObjectType& type) {
  const auto& options = context.portal.options();
  if (!options.is(Option::pipelines_delete_in_use, "by_version")) {
    return options.is(Option::pipelines_delete_in_use, "refused");
  }
  auto asked = context.query.first("validateReferencesBeforeDelete");
  if (!asked && type.fact().type_id == deal_type_id) {
    asked = context.query.first("validateDealStageUsagesBeforeDelete");
  }
  const bool since_2026_09 = context.request.path.find("/2026-09") != std::string_view::npos;
  return since_2026_09 ? !equals_ignoring_case(asked.value_or("true"), "false")
                       : equals_ignoring_case(asked.value_or("false"), "true");
}

}  // namespace

Read<PipelineTarget> read_pipeline_target(const Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return Failure{type.error()};
  }
  portal::Pipeline* pipeline =
      context.portal.part<portal::Pipelines>().edit((*type)->index(), context.param("pipelineId"));
  if (pipeline == nullptr) {
    return Failure{hubspot::object_not_found()};
  }
  return PipelineTarget{*type, pipeline};
}

ApiError pipeline_error(std::string message, std::string_view which) {
  ApiError error = choices::validation(std::move(message));
  error.sub_category = "PipelineError." + std::string(which);
  return error;
}

std::optional<ApiError> check_order(int display_order) {
  return display_order < 0
             ? std::optional(choices::validation("displayOrder must be greater than or equal to 0"))
             : std::nullopt;
}

std::optional<ApiError> check_id(std::string_view id, std::size_t longest) {
  return id.size() > longest
             ? std::optional(ApiError{
                   .status = 500, .message = "internal error", .category = "INTERNAL_ERROR"})
             : std::nullopt;
}

std::optional<ApiError> check_label(const Context& context, const portal::ObjectType& type,
                                    std::string_view own_id, std::string_view label) {
  for (const Pipeline& pipeline : context.portal.part<portal::Pipelines>().of(type.index())) {
    if (pipeline.id != own_id && equals_ignoring_case(pipeline.label, label)) {
      return choices::validation("An active pipeline with label '" + std::string(label) +
                                 "' already exists");
    }
  }
  return std::nullopt;
}

std::optional<ApiError> put_stage(const Context& context, const portal::ObjectType& type,
                                  Pipeline& pipeline, StageInput input) {
  const PipelineStage* known = input.id.empty() ? nullptr : pipeline.find_stage(input.id);
  PipelineStage stage = known != nullptr ? *known : PipelineStage{};
  if (known == nullptr) {
    stage.id = input.id.empty() ? context.portal.part<portal::Pipelines>().new_id() : input.id;
    stage.created_at = context.now;
  }
  stage.updated_at = context.now;
  stage.label = input.label.value_or(stage.label);
  const int order = input.display_order.value_or(stage.display_order);
  const bool moves = known == nullptr || order != stage.display_order;
  stage.display_order = order;
  for (auto error :
       {check_order(order), check_id(stage.id, 100),
        check_stage_id(context, type, pipeline, stage.id), check_stage_label(pipeline, stage),
        apply_metadata(context, type, input, stage)}) {
    if (error) {
      return error;
    }
  }
  if (!moves) {
    *std::find_if(pipeline.stages.begin(), pipeline.stages.end(),
                  [&](const auto& each) { return each.id == stage.id; }) = std::move(stage);
    return std::nullopt;
  }
  std::erase_if(pipeline.stages, [&](const auto& each) { return each.id == stage.id; });
  place_stage(pipeline, std::move(stage));
  return std::nullopt;
}

std::optional<ApiError> check_pipeline(const Context& context, const portal::ObjectType& type,
                                       const Pipeline& pipeline) {
  const auto& options = context.portal.options();
  if (pipeline.stages.empty()) {
    return choices::validation("Pipeline must have at least one stage");
  }
  const std::string& type_id = type.fact().type_id;
  const bool many = type_id == deal_type_id || type_id == ticket_type_id || is_custom(type);
  const std::size_t most = many ? many_stages : few_stages;
  if (pipeline.stages.size() > most && options.on(Option::pipelines_stage_limit)) {
    return choices::validation("A pipeline may have at most " + std::to_string(most) + " stages");
  }
  const bool has_closed = std::any_of(
      pipeline.stages.begin(), pipeline.stages.end(),
      [](const auto& stage) { return stage.metadata_value("ticketState") == "CLOSED"; });
  if (type_id == ticket_type_id && !has_closed &&
      options.on(Option::pipelines_closed_ticket_stage)) {
    return pipeline_error("A ticket pipeline must have at least one closed stage",
                          "MISSING_CLOSED_STAGE");
  }
  return std::nullopt;
}

std::optional<ApiError> check_unused(const Context& context, const portal::ObjectType& type,
                                     const std::vector<std::string>& stage_ids) {
  if (!wants_check(context, type)) {
    return std::nullopt;
  }
  constexpr std::size_t most_named = 100;
  std::vector<std::string> object_ids;
  for (const auto& record : portal::records_in_stages(context.portal, type, stage_ids)) {
    if (object_ids.size() < most_named) {
      object_ids.push_back(std::to_string(record->id));
    }
  }
  if (object_ids.empty()) {
    return std::nullopt;
  }
  const std::string stages = "[" + join(stage_ids, ", ") + "]";
  const std::string objects = "[" + join(object_ids, ", ") + "]";
  ApiError error =
      pipeline_error("Stage IDs: " + stages + " are being referenced by object IDs: " + objects,
                     "STAGE_ID_IN_USE");
  error.context = {{"stageIds", {stages}}, {"objectIds", {objects}}};
  error.status =
      static_cast<int>(*parse_int(context.portal.options().value(Option::pipelines_in_use_status)));
  return error;
}

void close_edit(Context& context, const portal::ObjectType& type, Pipeline& pipeline) {
  pipeline.updated_at = context.now;
  portal::define_stage_properties(context.portal, type.index(), context.now);
  context.portal.part<portal::Pipelines>().note(
      {.type = type.index(),
       .pipeline_id = pipeline.id,
       .stage_id = "",
       .action = "UPDATE",
       .raw_object = raw_pipeline(context, type, pipeline),
       .at = context.now});
  const auto own = portal::stage_properties(type).pipeline;
  if (!own || type.fact().type_id != deal_type_id ||
      !context.portal.options().on(Option::pipelines_edit_touches_records)) {
    return;
  }
  std::vector<portal::ObjectId> touched;
  for (const auto& record : context.portal.store(type.index()).slots()) {
    const std::string* value = record && !record->archived ? record->value(*own) : nullptr;
    if (value != nullptr && *value == pipeline.id) {
      touched.push_back(record->id);
    }
  }
  for (const portal::ObjectId id : touched) {
    context.portal.touch(type.index(), id, context.write());
  }
}

}  // namespace hubsim::operations
