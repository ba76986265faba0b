// Schemas as the API shows them (behaviour reference 4.11; members as the official clients' types).
#include "common/time/format.h"
#include "mock_server/operations/crm/property_render.h"
#include "mock_server/operations/schemas/schema_book.h"

namespace hubsim::operations {

namespace {

Json definition(const Context& context, const Schema& schema) {
  Json out{{"id", std::to_string(schema.id)},
           {"name", schema.name},
           {"labels", {{"singular", schema.singular}, {"plural", schema.plural}}},
           {"requiredProperties", schema.required},
           {"searchableProperties", schema.searchable},
           {"secondaryDisplayProperties", schema.secondary_display},
           {"archived", schema.archived},
           {"allowsSensitiveProperties", schema.allows_sensitive},
           {"objectTypeId", schema.type_id},
           {"fullyQualifiedName",
            "p" + std::to_string(context.portal.config().portal_id) + "_" + schema.name},
           {"createdAt", format_iso8601(schema.created_at)},
           {"updatedAt", format_iso8601(schema.updated_at)}};
  if (!schema.primary_display.empty()) {
    out["primaryDisplayProperty"] = schema.primary_display;
  }
  if (!schema.description.empty()) {
    out["description"] = schema.description;
  }
  return out;
}

Json association_json(const SchemaAssociation& association) {
  const std::string at = format_iso8601(association.created_at);
  return {{"id", std::to_string(association.id)},
          {"fromObjectTypeId", association.from_type_id},
          {"toObjectTypeId", association.to_type_id},
          {"name", association.name},
          {"cardinality", "ONE_TO_MANY"},
          {"inverseCardinality", "ONE_TO_MANY"},
          {"maxToObjectIds", 10'000},
          {"createdAt", at},
          {"updatedAt", at}};
}

/// The properties are rendered by their own operations' code, so the text is put together here.
std::string with_lists(const Context& context, const Json& out, const portal::ObjectType& type,
                       const Json& associations, SchemaParts parts) {
  std::string text = json::dump(out);
  text.pop_back();
  text += R"(,"properties":[)";
  if (parts.properties) {
    for (const portal::Property& property : type.properties()) {
      if (!property.archived) {
        text += text.back() == '[' ? "" : ",";
        append_property(text, context, type, property);
      }
    }
  }
  text += R"(],"associations":)";
  text += parts.associations ? json::dump(associations) : "[]";
  return text + "}";
}

}  // namespace

std::string render_association(const SchemaAssociation& association) {
  return json::dump(association_json(association));
}

std::string render_definition(const Context& context, const Schema& schema) {
  Json out = definition(context, schema);
  out["portalId"] = context.portal.config().portal_id;
  return json::dump(out);
}

std::string render_schema(const Context& context, const Schema& schema, SchemaParts parts) {
  Json associations = Json::array();
  for (const SchemaAssociation& association : schema.associations) {
    associations.push_back(association_json(association));
  }
  return with_lists(context, definition(context, schema), context.portal.type(schema.type),
                    associations, parts);
}

std::string render_standard(const Context& context, const portal::ObjectType& type,
                            SchemaParts parts) {
  const auto& fact = type.fact();
  const auto capital = [](std::string name) {
    if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') {
      name[0] = static_cast<char>(name[0] - 'a' + 'A');
    }
    return name;
  };
  const std::string at = format_iso8601(type.created_at());
  const Json out{
      {"id", fact.type_id},
      {"name", fact.label},
      {"labels", {{"singular", capital(fact.singular)}, {"plural", capital(fact.plural)}}},
      {"requiredProperties", fact.required_to_create},
      {"searchableProperties", fact.searchable_properties},
      {"secondaryDisplayProperties", Json::array()},
      {"archived", false},
      {"allowsSensitiveProperties", false},
      {"objectTypeId", fact.type_id},
      {"fullyQualifiedName", fact.label},
      {"createdAt", at},
      {"updatedAt", at}};
  Json associations = Json::array();
  for (const auto& each : context.portal.facts().association_types) {
    if (each.from_type_id == fact.type_id) {
      associations.push_back({{"id", std::to_string(each.type_id)},
                              {"fromObjectTypeId", each.from_type_id},
                              {"toObjectTypeId", each.to_type_id},
                              {"name", each.name}});
    }
  }
  return with_lists(context, out, type, associations, parts);
}

}  // namespace hubsim::operations
