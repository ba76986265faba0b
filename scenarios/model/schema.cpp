#include "scenarios/model/schema.h"

#include "scenarios/model/tables.h"

namespace hubsim::scenarios {

namespace {

constexpr const char* dialect = "https://json-schema.org/draft/2020-12/schema";

/// A variable may stand where another type is wanted: its value is checked when the file is read.
Json or_variable(Json schema) {
  const bool free_text =
      schema.contains("type") && schema["type"].is_array() && schema["type"].front() == "string";
  if (free_text || schema.empty() || schema.contains("items")) {
    return schema;
  }
  Json out = Json::object();
  for (const char* key : {"description", "default"}) {
    if (schema.contains(key)) {
      out[key] = schema[key];
      schema.erase(key);
    }
  }
  if (schema.empty()) {
    return out;
  }
  out["anyOf"] = Json::array({schema, {{"$ref", "#/$defs/variable"}}});
  return out;
}

/// What the references of or_variable() point to.
Json definitions() {
  return {{"variable",
           {{"description", "${set.NAME}: its value is checked when the file is read"},
            {"type", "string"},
            {"pattern", "^\\$\\{set\\.[^}]+\\}$"}}}};
}

Json object_schema(const config::Fields& fields) {
  Json schema = config::schema_of(fields);
  for (Json& property : schema["properties"]) {
    property = or_variable(property);
  }
  return schema;
}

/// Puts the schema of a nested part in place of "any value", keeping its description.
void nest(Json& outer, const char* key, Json inner) {
  Json& slot = outer["properties"][key];
  inner["description"] = slot["description"];
  slot = std::move(inner);
}

Json list_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

Json values_by_name() {
  return {{"type", "object"},
          {"additionalProperties", {{"type", Json::array({"string", "number", "boolean"})}}}};
}

Json world_schema() {
  Json schema = object_schema(tables::world());
  nest(schema, "portal", object_schema(tables::portal()));
  nest(schema, "webhooks", object_schema(tables::webhooks()));
  nest(schema, "data", list_of(object_schema(tables::data())));
  return schema;
}

Json compare_schema(const Kinds& kinds) {
  Json schema = object_schema(tables::compare());
  nest(schema, "gates", object_schema(kinds.gates));
  return schema;
}

Json target_schema() {
  Json schema = object_schema(tables::target());
  nest(schema, "env", values_by_name());
  return schema;
}

/// Puts a nested schema into every kind's alternative.
void nest_in_each(Json& family, const char* key, const Json& inner) {
  for (Json& alternative : family["oneOf"]) {
    nest(alternative, key, inner);
  }
}

}  // namespace

Json family_schema(const KindList& kinds, const char* kind_key, const config::Fields& common) {
  Json alternatives = Json::array();
  for (const KindInfo& kind : kinds) {
    Json schema = object_schema(tables::merged(common, kind.fields));
    schema["title"] = kind.name;
    schema["description"] = kind.help;
    schema["properties"][kind_key] = {{"const", kind.name}, {"description", kind.help}};
    alternatives.push_back(std::move(schema));
  }
  return {{"type", "object"}, {"oneOf", std::move(alternatives)}};
}

Json family_document(const std::string& title, const Json& family) {
  Json schema = {{"$schema", dialect}, {"title", title}};
  schema.update(family);
  schema["$defs"] = definitions();
  return schema;
}

Json scenario_schema(const Kinds& kinds) {
  Json traffic =
      family_schema(kinds.drivers, "driver", tables::traffic(kind_names(kinds.workloads)));
  nest_in_each(traffic, "rate", list_of(object_schema(tables::rate())));
  Json faults = family_schema(kinds.faults, "kind", tables::fault());
  nest_in_each(faults, "match", object_schema(tables::match()));

  Json schema = {{"$schema", dialect}, {"title", "hubsim scenario"}};
  schema.update(object_schema(tables::scenario()));
  nest(schema, "set", values_by_name());
  nest(schema, "target", target_schema());
  nest(schema, "world", world_schema());
  nest(schema, "phases", list_of(object_schema(tables::phase())));
  nest(schema, "traffic", list_of(std::move(traffic)));
  nest(schema, "faults", list_of(std::move(faults)));
  nest(schema, "observe", list_of(family_schema(kinds.observers, "kind", tables::observe())));
  nest(schema, "require", list_of(family_schema(kinds.checks, "check", tables::require())));
  nest(schema, "compare", compare_schema(kinds));
  schema["$defs"] = definitions();
  return schema;
}

std::string family_help(const KindList& kinds) {
  std::string out;
  for (const KindInfo& kind : kinds) {
    out += kind.name + ": " + kind.help + "\n" + config::help_of(kind.fields);
  }
  return out;
}

}  // namespace hubsim::scenarios
