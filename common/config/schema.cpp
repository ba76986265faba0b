// The JSON Schema and help text of a field table.
#include <fmt/format.h>

#include "common/base/text.h"
#include "common/config/fields.h"

namespace hubsim::config {

namespace {

Json text_pattern(const char* pattern) { return {{"type", "string"}, {"pattern", pattern}}; }

Json text_schema(const Field& field) {
  Json schema = {{"type", Json::array({"string", "number", "boolean"})}};
  if (!field.choices.empty()) {
    schema = {{"enum", field.choices}};
  }
  return schema;
}

Json number_schema(const Field& field) {
  Json schema = {{"type", field.type == Type::integer ? "integer" : "number"}};
  if (field.min) {
    schema["minimum"] = *field.min;
  }
  if (field.max) {
    schema["maximum"] = *field.max;
  }
  return schema;
}

Json value_schema(const Field& field) {
  switch (field.type) {
    case Type::text:
      return text_schema(field);
    case Type::integer:
    case Type::number:
      return number_schema(field);
    case Type::boolean:
      return {{"type", "boolean"}};
    case Type::duration:
      return text_pattern("^[0-9.]+(us|ms|s|m|h|d)$");
    case Type::rate:
      return text_pattern("^[0-9.]+ */ *[smh]$");
    case Type::share:
      return {{"anyOf", Json::array({text_pattern("^[0-9.]+%?$"),
                                     {{"type", "number"}, {"minimum", 0}, {"maximum", 1}}})}};
    case Type::distribution:
      return text_pattern("^([0-9.]+(us|ms|s|m|h|d)|(uniform|lognormal)\\(.*\\))$");
    case Type::condition:
      return {{"type", Json::array({"string", "number"})}};
    case Type::text_list:
      return {{"anyOf", Json::array({text_schema(field),
                                     {{"type", "array"}, {"items", text_schema(field)}}})}};
    case Type::any:
      return Json::object();
  }
  return Json::object();
}

const char* type_name(Type type) {
  switch (type) {
    case Type::text:
      return "text";
    case Type::integer:
      return "whole number";
    case Type::number:
      return "number";
    case Type::boolean:
      return "true|false";
    case Type::duration:
      return "time";
    case Type::rate:
      return "rate";
    case Type::share:
      return "share";
    case Type::distribution:
      return "distribution";
    case Type::condition:
      return "bound";
    case Type::text_list:
      return "text or list";
    case Type::any:
      return "value";
  }
  return "";
}

}  // namespace

Json schema_of(const Fields& fields) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Field& field : fields) {
    Json schema = value_schema(field);
    schema["description"] = field.help;
    if (!field.default_value.empty()) {
      schema["default"] = field.default_value;
    }
    properties[field.name] = std::move(schema);
    if (field.required) {
      required.push_back(field.name);
    }
  }
  Json schema = {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) {
    schema["required"] = required;
  }
  return schema;
}

std::string help_of(const Fields& fields) {
  std::string out;
  for (const Field& field : fields) {
    const std::string fallback = field.required                ? "required"
                                 : field.default_value.empty() ? "optional"
                                                               : "default " + field.default_value;
    const std::string type =
        field.choices.empty() ? type_name(field.type) : join(field.choices, "|");
    out += fmt::format("  {:<18} {} ({}, {})\n", field.name, field.help, type, fallback);
  }
  return out;
}

}  // namespace hubsim::config
