#include "mock_server/operations/pipelines/pipeline_render.h"

#include "common/time/format.h"

namespace hubsim::operations {

namespace {

void append_key(std::string& out, std::string_view key) {
  out += out.back() == '{' ? "\"" : ",\"";
  out += key;
  out += "\":";
}

void append_text(std::string& out, std::string_view key, std::string_view value) {
  append_key(out, key);
  json::append_string(out, value);
}

void append_times(std::string& out, Instant created, Instant updated) {
  append_text(out, "createdAt", format_iso8601(created));
  append_text(out, "updatedAt", format_iso8601(updated));
}

void append_metadata(std::string& out, const hubspot::StageMetadata& metadata) {
  append_key(out, "metadata");
  out += '{';
  for (const auto& [key, value] : metadata) {
    append_text(out, key, value);
  }
  out += '}';
}

std::uint64_t user_id(const Context& context) {
  const auto& owners = context.portal.owners();
  return owners.empty() ? 0 : owners.front().user_id;
}

void append_number(std::string& out, std::string_view key, std::int64_t number) {
  append_key(out, key);
  out += std::to_string(number);
}

void append_raw_head(std::string& out, const Context& context, const portal::ObjectType& type) {
  append_number(out, "portalId", static_cast<std::int64_t>(context.portal.config().portal_id));
  append_text(out, "objectTypeId", type.fact().type_id);
}

void append_raw_tail(std::string& out, const Context& context, Instant created, Instant updated) {
  const auto user = static_cast<std::int64_t>(user_id(context));
  append_number(out, "createdBy", user);
  append_number(out, "updatedBy", user);
  append_number(out, "createdAt", to_unix_ms(created));
  append_number(out, "updatedAt", to_unix_ms(updated));
  append_key(out, "active");
  out += "true}";
}

}  // namespace

void append_stage(std::string& out, const portal::PipelineStage& stage) {
  out += '{';
  append_text(out, "label", stage.label);
  append_number(out, "displayOrder", stage.display_order);
  append_metadata(out, stage.metadata);
  append_text(out, "id", stage.id);
  append_times(out, stage.created_at, stage.updated_at);
  out += R"(,"writePermissions":"CRM_PERMISSIONS_ENFORCEMENT","archived":false})";
}

void append_pipeline(std::string& out, const portal::Pipeline& pipeline) {
  out += '{';
  append_text(out, "label", pipeline.label);
  append_number(out, "displayOrder", pipeline.display_order);
  append_text(out, "id", pipeline.id);
  append_key(out, "stages");
  out += '[';
  for (const portal::PipelineStage& stage : pipeline.stages) {
    out += out.back() == '[' ? "" : ",";
    append_stage(out, stage);
  }
  out += ']';
  append_times(out, pipeline.created_at, pipeline.updated_at);
  out += R"(,"archived":false})";
}

std::string raw_stage(const Context& context, const portal::ObjectType& type,
                      const portal::Pipeline& pipeline, const portal::PipelineStage& stage) {
  std::string out = "{";
  append_number(out, "displayOrder", stage.display_order);
  append_raw_head(out, context, type);
  append_text(out, "pipelineId", pipeline.id);
  append_text(out, "stageId", stage.id);
  append_text(out, "label", stage.label);
  append_metadata(out, stage.metadata);
  append_text(out, "writePermissions", "CRM_PERMISSIONS_ENFORCEMENT");
  append_raw_tail(out, context, stage.created_at, stage.updated_at);
  return out;
}

std::string raw_pipeline(const Context& context, const portal::ObjectType& type,
                         const portal::Pipeline& pipeline) {
  std::string out = "{";
  append_number(out, "displayOrder", pipeline.display_order);
  append_text(out, "pipelineId", pipeline.id);
  append_raw_head(out, context, type);
  append_text(out, "objectType", type.fact().label);
  append_text(out, "label", pipeline.label);
  append_key(out, "stages");
  out += '[';
  for (const portal::PipelineStage& stage : pipeline.stages) {
    out += out.back() == '[' ? "" : ",";
    out += raw_stage(context, type, pipeline, stage);
  }
  out += ']';
  append_raw_tail(out, context, pipeline.created_at, pipeline.updated_at);
  return out;
}

void append_audit(std::string& out, const Context& context, const portal::PipelineAudit& audit) {
  const std::string& of = audit.stage_id.empty() ? audit.pipeline_id : audit.stage_id;
  const bool stage = !audit.stage_id.empty();
  out += '{';
  append_number(out, "portalId", static_cast<std::int64_t>(context.portal.config().portal_id));
  append_text(out, "identifier", std::to_string(context.portal.config().portal_id) + ":" + of);
  append_text(out, "action", audit.action);
  append_text(out, "timestamp", format_iso8601(audit.at));
  const std::string what = audit.action == "CREATE"   ? " create"
                           : audit.action == "DELETE" ? " delete"
                                                      : " update";
  append_text(out, "message", (stage ? "Pipeline stage" : "Pipeline") + what);
  append_text(out, "rawObject", audit.raw_object);
  append_number(out, "fromUserId", static_cast<std::int64_t>(user_id(context)));
  out += '}';
}

}  // namespace hubsim::operations
