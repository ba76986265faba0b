#include "hubspot/openapi/schemas.h"

#include "common/base/text.h"

namespace hubsim::hubspot {

namespace {

constexpr int max_schema_depth = 48;
constexpr int max_references = 16;
constexpr std::size_t max_parts = 200;  ///< of one allOf, those of its parts included
constexpr std::size_t max_fields = 20'000;

ShapeFormat format_of(std::string_view format) {
  if (format == "date") return ShapeFormat::date;
  if (format == "date-time") return ShapeFormat::date_time;
  if (format == "binary" || format == "byte") return ShapeFormat::binary;
  if (format == "uuid") return ShapeFormat::uuid;
  if (format == "int32") return ShapeFormat::int32;
  return format == "int64" ? ShapeFormat::int64 : ShapeFormat::none;
}

bool is_true(const Place& place) { return place && place.value->is_boolean() && *place.value; }

std::string text_at(const Place& place, std::string_view key) {
  const Place member = place.at(key);
  return member && member.value->is_string() ? member.value->get<std::string>() : std::string();
}

/// "~1" and "~0" of a JSON pointer's token, and the %XX of a URI fragment.
std::string pointer_key(std::string_view token) {
  std::string out;
  const std::string plain = percent_decode(token);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const bool escaped = plain[i] == '~' && i + 1 < plain.size();
    if (escaped && (plain[i + 1] == '0' || plain[i + 1] == '1')) {
      out += plain[++i] == '1' ? '/' : '~';
    } else {
      out += plain[i];
    }
  }
  return out;
}

}  // namespace

void Problems::add(const std::string& pointer, std::string message) {
  if (!full()) {
    problems_.push_back({.file = file_, .pointer = pointer, .message = std::move(message)});
  }
}

Place Place::at(std::string_view key) const {
  const Json* member = value == nullptr ? nullptr : json::find(*value, key);
  return member == nullptr ? Place{} : Place{member, pointer + "/" + json::pointer_token(key)};
}

Place Schemas::resolved(Place place) {
  for (int i = 0; i < max_references; ++i) {
    const Place reference = place ? place.at("$ref") : Place{};
    if (!reference) {
      return place;
    }
    const std::string target = json::text_of(*reference.value);
    if (!target.starts_with("#/")) {
      problems_.add(reference.pointer,
                    "refers to '" + target + "': only places of the same file (#/...) are read");
      return {};
    }
    Place found{&document_, ""};
    for (const std::string_view token : split(std::string_view(target).substr(2), '/')) {
      found = found ? found.at(pointer_key(token)) : found;
    }
    if (!found) {
      problems_.add(reference.pointer, "refers to '" + target + "', which does not exist");
      return {};
    }
    place = std::move(found);
  }
  problems_.add(place.pointer, "a reference that leads to references without end");
  return {};
}

bool Schemas::too_much(const Place& place, int depth) {
  if (depth > max_schema_depth) {
    problems_.add(place.pointer, "schemas nest deeper than " + std::to_string(max_schema_depth));
    return true;
  }
  if (builder_.size() >= max_openapi_shapes) {
    problems_.add(place.pointer, "more schemas than " + std::to_string(max_openapi_shapes));
    return true;
  }
  return problems_.full();
}

std::uint32_t Schemas::read(const Place& schema, int depth) {
  if (!schema || too_much(schema, depth)) {
    return 0;
  }
  if (schema.value->is_boolean()) {
    return 0;  // true: everything; false: nothing, which no answer needs
  }
  if (!schema.value->is_object()) {
    problems_.add(schema.pointer,
                  "a schema is an object, not " + std::string(schema.value->type_name()));
    return 0;
  }
  return schema.at("$ref") ? read_reference(schema, depth) : read_plain(schema, depth);
}

std::uint32_t Schemas::read_reference(const Place& schema, int depth) {
  const Place target = resolved(schema);
  if (!target) {
    return 0;
  }
  const auto known = read_already_.find(target.pointer);
  if (known != read_already_.end()) {
    return known->second;
  }
  const std::string name = pointer_key(target.pointer.substr(target.pointer.rfind('/') + 1));
  const std::uint32_t place = builder_.reserve(name);
  read_already_.emplace(target.pointer, place);
  const std::uint32_t shape = read_plain(target, depth + 1);
  if (shape != place) {
    builder_.become(place, shape);
  }
  return place;
}

bool Schemas::is_nullable(const Place& schema) {
  const Place target = resolved(schema);
  if (!target || !target.value->is_object()) {
    return false;
  }
  if (is_true(target.at("nullable"))) {
    return true;
  }
  const Place type = target.at("type");
  if (!type || !type.value->is_array()) {
    return false;
  }
  for (const Json& each : *type.value) {
    if (each == "null") {
      return true;
    }
  }
  return false;
}

/// The type that is not null; inferred where it is left out.
std::string Schemas::type_of(const Place& schema) {
  const Place type = schema.at("type");
  if (type && type.value->is_string()) {
    return type.value->get<std::string>();
  }
  if (type && type.value->is_array()) {
    for (const Json& each : *type.value) {
      if (each.is_string() && each != "null") {
        return each.get<std::string>();
      }
    }
    return "";
  }
  if (type) {
    problems_.add(type.pointer, "a type is a text or a list of texts");
  }
  if (schema.at("properties") || schema.at("additionalProperties")) {
    return "object";
  }
  return schema.at("items") ? "array" : schema.at("enum") ? "string" : "";
}

std::uint32_t Schemas::read_plain(const Place& schema, int depth) {
  if (!schema.value->is_object()) {
    return read(schema, depth);
  }
  if (schema.at("$ref")) {
    return read_reference(schema, depth);
  }
  if (schema.at("allOf")) {
    return read_object(schema, depth);
  }
  for (const char* key : {"oneOf", "anyOf"}) {
    if (const Place list = schema.at(key); list && !schema.at("properties")) {
      return read_alternatives(list, depth);
    }
  }
  const std::string type = type_of(schema);
  if (type == "object") {
    return read_object(schema, depth);
  }
  if (type == "array") {
    return builder_.container(ShapeKind::array, read(schema.at("items"), depth + 1));
  }
  return read_scalar(schema, type);
}

std::uint32_t Schemas::read_scalar(const Place& schema, const std::string& type) {
  const ShapeFormat format = format_of(text_at(schema, "format"));
  const bool whole = type == "integer";
  if (const Place values = schema.at("enum");
      values && values.value->is_array() && (whole || type == "string")) {
    std::vector<std::string> texts;
    for (const Json& value : *values.value) {
      if (!value.is_null()) {
        texts.push_back(json::text_of(value));
      }
    }
    return builder_.enumeration(whole ? ShapeKind::integer : ShapeKind::string, texts);
  }
  if (type == "string" || whole) {
    return builder_.plain(whole ? ShapeKind::integer : ShapeKind::string, format);
  }
  if (type == "number") {
    return builder_.plain(ShapeKind::number);
  }
  if (type == "boolean") {
    return builder_.plain(ShapeKind::boolean);
  }
  if (!type.empty() && type != "null") {
    problems_.add(schema.pointer + "/type",
                  "unknown type '" + type +
                      "'; known: string, integer, number, boolean, object, "
                      "array, null");
  }
  return 0;
}

std::uint32_t Schemas::read_alternatives(const Place& list, int depth) {
  if (!list.value->is_array()) {
    problems_.add(list.pointer, "must be a list of schemas");
    return 0;
  }
  std::vector<std::uint32_t> shapes;
  for (std::size_t i = 0; i < list.value->size(); ++i) {
    const Place each{&(*list.value)[i], list.pointer + "/" + std::to_string(i)};
    if (!each.value->is_object() || type_of(each) != "null") {
      shapes.push_back(read(each, depth + 1));
    }
  }
  if (shapes.size() == 1) {
    return shapes.front();
  }
  return shapes.empty() ? 0 : builder_.one_of(shapes);
}

std::uint32_t Schemas::read_object(const Place& schema, int depth) {
  Members members;
  gather(schema, depth, members);
  if (members.fields.empty()) {
    return builder_.container(ShapeKind::map,
                              members.element == ShapeTables::none ? 0 : members.element);
  }
  for (BuiltField& field : members.fields) {
    field.flags |= members.required.contains(field.name) ? PackedField::required : 0U;
  }
  const std::uint32_t object = builder_.reserve("");
  builder_.fill(object, std::move(members.fields), members.element);
  return object;
}

/// All members of an object: its own and those of the parts of its allOf.
void Schemas::gather(const Place& schema, int depth, Members& members) {
  const Place target = resolved(schema);
  if (!target || too_much(target, depth) || !target.value->is_object()) {
    return;
  }
  if (++members.parts > max_parts || members.fields.size() > max_fields) {
    return problems_.add(target.pointer, "an object of more parts or fields than are read");
  }
  if (const Place parts = target.at("allOf"); parts && parts.value->is_array()) {
    for (std::size_t i = 0; i < parts.value->size(); ++i) {
      gather({&(*parts.value)[i], parts.pointer + "/" + std::to_string(i)}, depth + 1, members);
    }
  }
  if (const Place required = target.at("required"); required && required.value->is_array()) {
    for (const Json& name : *required.value) {
      members.required.insert(json::text_of(name));
    }
  }
  gather_fields(target.at("properties"), depth, members);
  const Place more = target.at("additionalProperties");
  if (more && more.value->is_object()) {
    members.element = read(more, depth + 1);
  } else if (is_true(more)) {
    members.element = 0;
  }
}

void Schemas::gather_fields(const Place& properties, int depth, Members& members) {
  if (!properties) {
    return;
  }
  if (!properties.value->is_object()) {
    return problems_.add(properties.pointer, "properties are an object: name to schema");
  }
  for (const auto& [name, schema] : properties.value->items()) {
    const Place place{&schema, properties.pointer + "/" + json::pointer_token(name)};
    BuiltField field{.name = name, .shape = read(place, depth + 1), .flags = 0};
    field.flags |= is_nullable(place) ? PackedField::nullable : 0U;
    field.flags |=
        schema.is_object() && is_true(place.at("readOnly")) ? PackedField::read_only : 0U;
    members.fields.push_back(std::move(field));
  }
}

}  // namespace hubsim::hubspot
