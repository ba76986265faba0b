#include "mock_server/operations/support/fields.h"

#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

std::string_view java_name(Field::Kind kind) {
  switch (kind) {
    case Field::Kind::whole:
      return "long";
    case Field::Kind::number:
      return "double";
    case Field::Kind::boolean:
      return "boolean";
    case Field::Kind::list:
      return "java.util.ArrayList<java.lang.Object>";
    case Field::Kind::object:
      return "java.util.LinkedHashMap<java.lang.String,java.lang.Object>";
    case Field::Kind::text:
    case Field::Kind::any:
      break;
  }
  return "java.lang.String";
}

bool knows(std::string_view words, std::string_view word) {
  const auto known = split(words, ',');
  return std::any_of(known.begin(), known.end(),
                     [&](std::string_view each) { return trim(each) == word; });
}

/// The value as the field has it; null when it can not be one.
Json converted(const Json& value, Field::Kind kind) {
  if (kind == Field::Kind::any) {
    return value;
  }
  if (kind == Field::Kind::list || kind == Field::Kind::object) {
    return kind == Field::Kind::list ? (value.is_array() ? value : Json())
                                     : (value.is_object() ? value : Json());
  }
  if (value.is_structured()) {
    return {};
  }
  const std::string text = scalar_text(value);
  if (kind == Field::Kind::text) {
    return text;
  }
  if (kind == Field::Kind::boolean) {
    return text == "true" || text == "false" ? Json(text == "true") : Json();
  }
  if (const auto whole = parse_int(text)) {
    return *whole;
  }
  const auto number = kind == Field::Kind::number ? parse_double(text) : std::nullopt;
  return number ? Json(*number) : Json();
}

}  // namespace

Read<Json> read_fields(std::string_view body, const Json& object, std::span<const Field> fields,
                       const std::string& path) {
  if (!object.is_object()) {
    return Failure{hubspot::wrong_json_type(body, path, java_name(Field::Kind::object), object)};
  }
  std::vector<std::string> missing;
  Json read = Json::object();
  for (const Field& field : fields) {
    const Json* value = json::find(object, field.name);
    if (value == nullptr || value->is_null()) {
      if (field.required) {
        missing.emplace_back(field.name);
      }
      continue;
    }
    const std::string place = path + "/" + std::string(field.name);
    Json taken = converted(*value, field.kind);
    if (taken.is_null()) {
      return Failure{hubspot::wrong_json_type(body, place, java_name(field.kind), *value)};
    }
    if (!field.words.empty() && !knows(field.words, scalar_text(taken))) {
      return Failure{hubspot::invalid_enum(body, place, field.words)};
    }
    read[std::string(field.name)] = std::move(taken);
  }
  if (!missing.empty()) {
    return Failure{hubspot::missing_fields(body, missing)};
  }
  return read;
}

Read<Json> read_fields(const Context& context, std::span<const Field> fields) {
  const auto body = read_object(context);
  return body ? read_fields(context.request.body, *body, fields) : Failure{body.error()};
}

Read<Json> read_each(std::string_view body, const Json& list, std::span<const Field> fields,
                     const std::string& path) {
  Json all = Json::array();
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto read = read_fields(body, list[i], fields, path + "/" + std::to_string(i));
    if (!read) {
      return read;
    }
    all.push_back(std::move(*read));
  }
  return all;
}

Read<std::uint64_t> read_number(const Context& context, std::string_view parameter) {
  const auto number = parse_uint(context.param(parameter));
  if (!number) {
    return Failure{hubspot::bad_path_parameter(parameter)};
  }
  return *number;
}

std::string path_key(Context& context) {
  return std::string(context.request.path) + "?" + std::string(context.request.query);
}

}  // namespace hubsim::operations
