#include "mock_server/operations/pipelines/pipeline_input.h"

#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr std::string_view java_integer = "java.lang.Integer";
constexpr std::string_view java_map = "java.util.LinkedHashMap<java.lang.String,java.lang.String>";

Read<std::optional<std::string>> optional_text(const Members& members, std::string_view name) {
  if (members.find(name) == nullptr) {
    return std::optional<std::string>();
  }
  auto text = members.text(name);
  if (!text) {
    return Failure{text.error()};
  }
  return std::optional(std::move(*text));
}

Read<std::optional<int>> optional_int(const Members& members, std::string_view name) {
  const Json* member = members.find(name);
  if (member == nullptr) {
    return std::optional<int>();
  }
  const auto number = member->is_structured() ? std::nullopt : parse_int(scalar_text(*member));
  if (!number || *number < INT32_MIN || *number > INT32_MAX) {
    return Failure{
        hubspot::wrong_json_type(members.body(), members.path_of(name), java_integer, *member)};
  }
  return std::optional(static_cast<int>(*number));
}

std::optional<ApiError> read_metadata(const Members& members, StageInput& into) {
  const Json* metadata = members.find("metadata");
  if (metadata == nullptr) {
    return std::nullopt;
  }
  const std::string path = members.path_of("metadata");
  if (!metadata->is_object()) {
    return hubspot::wrong_json_type(members.body(), path, java_map, *metadata);
  }
  into.metadata.emplace();
  for (const auto& [key, value] : metadata->items()) {
    if (value.is_structured()) {
      return hubspot::wrong_json_type(members.body(), path + "/" + key, "java.lang.String", value);
    }
    into.metadata->emplace_back(key,
                                value.is_null() ? std::nullopt : std::optional(scalar_text(value)));
  }
  return std::nullopt;
}

Read<StageInput> read_stage(const Members& members, Completeness wanted) {
  StageInput stage;
  auto id = members.text("stageId");
  auto label = optional_text(members, "label");
  auto order = optional_int(members, "displayOrder");
  if (!id || !label || !order) {
    return Failure{!id ? id.error() : !label ? label.error() : order.error()};
  }
  stage.id = std::move(*id);
  stage.label = std::move(*label);
  stage.display_order = *order;
  if (auto error = read_metadata(members, stage)) {
    return Failure{std::move(*error)};
  }
  std::vector<std::string> missing;
  if (wanted == Completeness::whole) {
    for (const auto& [name, there] : {std::pair{"label", stage.label.has_value()},
                                      std::pair{"displayOrder", stage.display_order.has_value()},
                                      std::pair{"metadata", stage.metadata.has_value()}}) {
      if (!there) {
        missing.emplace_back(name);
      }
    }
  }
  if (!missing.empty()) {
    return Failure{hubspot::missing_fields(members.body(), missing)};
  }
  return stage;
}

std::optional<ApiError> read_stages(const Members& members, PipelineInput& into) {
  if (members.find("stages") == nullptr) {
    return std::nullopt;
  }
  const auto items = members.list("stages");
  if (!items) {
    return items.error();
  }
  into.stages.emplace();
  for (const Json& item : **items) {
    const std::string path = members.path_of("stages") + "/" + std::to_string(into.stages->size());
    if (!item.is_object()) {
      return hubspot::wrong_json_type(members.body(), path, java_map, item);
    }
    auto stage = read_stage(Members(members.body(), item, path), Completeness::whole);
    if (!stage) {
      return stage.error();
    }
    into.stages->push_back(std::move(*stage));
  }
  return std::nullopt;
}

std::vector<std::string> missing_members(const PipelineInput& input) {
  std::vector<std::string> missing;
  if (!input.label) {
    missing.emplace_back("label");
  }
  if (!input.display_order) {
    missing.emplace_back("displayOrder");
  }
  if (!input.stages) {
    missing.emplace_back("stages");
  }
  return missing;
}

}  // namespace

const std::optional<std::string>* StageInput::metadata_value(std::string_view key) const {
  if (!metadata) {
    return nullptr;
  }
  const auto found = std::find_if(metadata->begin(), metadata->end(),
                                  [&](const auto& entry) { return entry.first == key; });
  return found == metadata->end() ? nullptr : &found->second;
}

Read<PipelineInput> read_pipeline_input(const Context& context, Completeness wanted) {
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, *body);
  auto id = members.text("pipelineId");
  auto label = optional_text(members, "label");
  auto order = optional_int(members, "displayOrder");
  if (!id || !label || !order) {
    return Failure{!id ? id.error() : !label ? label.error() : order.error()};
  }
  PipelineInput input{.id = std::move(*id),
                      .label = std::move(*label),
                      .display_order = *order,
                      .stages = std::nullopt};
  if (auto error = read_stages(members, input)) {
    return Failure{std::move(*error)};
  }
  if (wanted == Completeness::whole) {
    if (const auto missing = missing_members(input); !missing.empty()) {
      return Failure{hubspot::missing_fields(context.request.body, missing)};
    }
  }
  return input;
}

Read<StageInput> read_stage_input(const Context& context, Completeness wanted) {
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  return read_stage(Members(context.request.body, *body), wanted);
}

}  // namespace hubsim::operations
