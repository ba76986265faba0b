#include "mock_server/operations/crm/property_render.h"

#include "common/time/format.h"
#include "mock_server/portal/pipelines.h"

namespace hubsim::operations {

namespace {

using hubspot::PropertyFact;

void append_option(std::string& out, const hubspot::PropertyOption& option) {
  out += out.back() == '[' ? R"({"label":)" : R"(,{"label":)";
  json::append_string(out, option.label);
  out += R"(,"value":)";
  json::append_string(out, option.value);
  if (option.description) {
    out += R"(,"description":)";
    json::append_string(out, *option.description);
  }
  out += R"(,"displayOrder":)" + std::to_string(option.display_order);
  out += option.hidden ? R"(,"hidden":true)" : R"(,"hidden":false)";
  out += '}';
}

void append_text(std::string& out, std::string_view key, std::string_view value) {
  out += ",\"";
  out += key;
  out += "\":";
  json::append_string(out, value);
}

void append_flag(std::string& out, std::string_view key, bool value) {
  out += ",\"";
  out += key;
  out += value ? "\":true" : "\":false";
}

/// Pipelines and stages are the options of the properties that name them.
std::vector<hubspot::PropertyOption> options_of(const Context& context,
                                                const portal::ObjectType& type,
                                                const portal::Property& property) {
  const bool stage = property.guard == portal::ValueGuard::stage;
  if (!stage && property.guard != portal::ValueGuard::pipeline) {
    return property.fact.options;
  }
  std::vector<hubspot::PropertyOption> options;
  for (const auto& pipeline : context.portal.part<portal::Pipelines>().of(type.index())) {
    if (!stage) {
      options.push_back({pipeline.label, pipeline.id, pipeline.display_order});
      continue;
    }
    for (const auto& each : pipeline.stages) {
      options.push_back({each.label, each.id, each.display_order});
    }
  }
  return options;
}

void append_options(std::string& out, const Context& context, const portal::ObjectType& type,
                    const portal::Property& property) {
  out += R"(,"options":[)";
  for (const auto& option : options_of(context, type, property)) {
    append_option(out, option);
  }
  out += ']';
}

void append_users(std::string& out, const Context& context) {
  if (context.portal.owners().empty()) {
    return;
  }
  const std::string user = std::to_string(context.portal.owners().front().user_id);
  append_text(out, "createdUserId", user);
  append_text(out, "updatedUserId", user);
}

}  // namespace

void append_property(std::string& out, const Context& context, const portal::ObjectType& type,
                     const portal::Property& property) {
  const PropertyFact& fact = property.fact;
  const bool custom = !fact.hubspot_defined;
  out += R"({"updatedAt":")" + format_iso8601(property.updated_at) + R"(","createdAt":")" +
         format_iso8601(property.created_at) + '"';
  append_text(out, "name", fact.name);
  append_text(out, "label", fact.label);
  append_text(out, "type", fact.type);
  append_text(out, "fieldType", fact.field_type);
  append_text(out, "description", fact.description);
  append_text(out, "groupName", fact.group_name);
  append_options(out, context, type, property);
  if (custom) {
    append_users(out, context);
  }
  if (!fact.referenced_object_type.empty()) {
    append_text(out, "referencedObjectType", fact.referenced_object_type);
  }
  out += R"(,"displayOrder":)" + std::to_string(fact.display_order);
  append_flag(out, "calculated", fact.calculated);
  if (!fact.calculation_formula.empty()) {
    append_text(out, "calculationFormula", fact.calculation_formula);
  }
  append_flag(out, "externalOptions", fact.external_options);
  if (custom) {
    append_flag(out, "archived", property.archived);
  }
  if (property.archived) {
    append_text(out, "archivedAt", format_iso8601(property.archived_at));
  }
  append_flag(out, "hasUniqueValue", fact.has_unique_value);
  append_flag(out, "hidden", fact.hidden);
  if (!custom) {
    append_flag(out, "hubspotDefined", true);
  }
  out += R"(,"modificationMetadata":{"archivable":true)";
  append_flag(out, "readOnlyDefinition", !custom);
  append_flag(out, "readOnlyValue", fact.read_only_value || fact.calculated);
  out += '}';
  append_flag(out, "formField", fact.form_field);
  for (const auto& [name, value] : fact.display_hints) {
    out += ",\"" + name + "\":" + value;
  }
  append_text(out, "dataSensitivity", fact.data_sensitivity);
  out += '}';
}

void append_group(std::string& out, const portal::PropertyGroup& group) {
  out += R"({"name":)";
  json::append_string(out, group.name);
  append_text(out, "label", group.label);
  out += R"(,"displayOrder":)" + std::to_string(group.display_order) + R"(,"archived":false})";
}

}  // namespace hubsim::operations
