#include "mock_server/generic/core/render.h"

#include "common/base/text.h"
#include "common/random/prng.h"
#include "common/time/format.h"
#include "hubspot/shapes/check.h"
#include "hubspot/shapes/plausible.h"

namespace hubsim::generic {

namespace {

using hubspot::Hint;
using hubspot::Meaning;

constexpr int max_nesting = 16;

struct Origin {
  std::uint64_t seed = 0;
  Instant created{};
  Instant updated{};
};

Json make_up(Shape shape, std::string_view name, const Origin& origin) {
  return hubspot::plausible_value(
      shape,
      Hint{
          .name = name, .seed = origin.seed, .created = origin.created, .updated = origin.updated});
}

Json conformed(Shape shape, const Json& value, std::string_view name, const Origin& origin,
               int nesting);

Json conformed_scalar(Shape shape, const Json& value, std::string_view name, const Origin& origin) {
  if (value.is_structured()) {
    return make_up(shape, name, origin);
  }
  if (!hubspot::check_shape(value, shape, {.lenient = false}).empty()) {
    const std::string text = json::text_of(value);
    Json turned;
    switch (shape.kind()) {
      case ShapeKind::integer:
        turned = parse_int(text) ? Json(*parse_int(text)) : Json();
        break;
      case ShapeKind::number:
        turned = parse_double(text) ? Json(*parse_double(text)) : Json();
        break;
      case ShapeKind::boolean:
        turned = text == "true" || text == "false" ? Json(text == "true") : Json();
        break;
      default:
        turned = text;
    }
    // A time may come as a number of milliseconds.
    const auto ms =
        shape.format() == hubspot::ShapeFormat::date_time ? parse_int(text) : std::nullopt;
    if (ms && std::abs(*ms) < 253'402'300'800'000) {
      turned = format_iso8601(from_unix_ms(*ms));
    }
    const bool fits = hubspot::check_shape(turned, shape, {.lenient = false}).empty();
    return fits ? turned : make_up(shape, name, origin);
  }
  return value;
}

Json conformed_object(Shape shape, const Json& value, const Origin& origin, int nesting) {
  if (!value.is_object() || (shape.field_count() == 0 && !shape.element())) {
    return value.is_object() ? value : make_up(shape, "", origin);
  }
  Json object = Json::object();
  for (const Field field : shape.fields()) {
    const Json* member = json::find(value, field.name);
    if (member != nullptr && !member->is_null()) {
      object[std::string(field.name)] =
          conformed(field.shape, *member, field.name, origin, nesting + 1);
    } else if (member != nullptr && field.nullable) {
      object[std::string(field.name)] = nullptr;
    } else if (field.required) {
      object[std::string(field.name)] = make_up(field.shape, field.name, origin);
    }
  }
  for (const auto& [name, member] : value.items()) {
    if (shape.element() && !shape.field(name)) {
      object[name] = conformed(shape.element(), member, name, origin, nesting + 1);
    }
  }
  return object;
}

Json conformed_alternative(Shape shape, const Json& value, std::string_view name,
                           const Origin& origin, int nesting) {
  for (const Shape each : shape.alternatives()) {
    if (hubspot::check_shape(value, each, {.lenient = false}).empty()) {
      return conformed(each, value, name, origin, nesting + 1);
    }
  }
  return shape.alternative_count() == 0
             ? value
             : conformed(shape.alternative_at(0), value, name, origin, nesting + 1);
}

Json conformed_list(Shape shape, const Json& value, std::string_view name, const Origin& origin,
                    int nesting) {
  Json list = Json::array();
  for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
    Origin each = origin;  // what is made up differs from one element to the next
    each.seed = stable_hash(std::to_string(i), origin.seed);
    list.push_back(conformed(shape.element(), value[i], name, each, nesting + 1));
  }
  return list;
}

Json conformed_map(Shape shape, const Json& value, const Origin& origin, int nesting) {
  Json map = Json::object();
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      map[key] = conformed(shape.element(), member, key, origin, nesting + 1);
    }
  }
  return map;
}

Json conformed(Shape shape, const Json& value, std::string_view name, const Origin& origin,
               int nesting) {
  if (!shape || shape.kind() == ShapeKind::any) {
    return value;
  }
  if (nesting > max_nesting) {
    return make_up(shape, name, origin);
  }
  switch (shape.kind()) {
    case ShapeKind::object:
      return conformed_object(shape, value, origin, nesting);
    case ShapeKind::one_of:
      return conformed_alternative(shape, value, name, origin, nesting);
    case ShapeKind::array:
      return conformed_list(shape, value, name, origin, nesting);
    case ShapeKind::map:
      return conformed_map(shape, value, origin, nesting);
    default:
      return conformed_scalar(shape, value, name, origin);
  }
}

Origin origin_of(const Call& call, const Item& item) {
  return {.seed = stable_hash(item.id, stable_hash(call.resource.name, call.store.portal_id())),
          .created = item.created,
          .updated = item.updated};
}

/// What the portal knows of an item, whatever a caller wrote; nothing for other fields.
std::optional<Json> known_value(const Call& call, const Field& field, const Item& item) {
  if (field.name == call.resource.id_field ||
      (field.name == "id" && call.resource.ids != IdKind::given)) {
    return conformed_scalar(field.shape, item.id, field.name, origin_of(call, item));
  }
  const bool holds_time =
      field.shape.kind() == ShapeKind::string || field.shape.kind() == ShapeKind::integer;
  switch (holds_time || field.shape.kind() == ShapeKind::boolean ? hubspot::meaning_of(field.name)
                                                                 : Meaning::plain) {
    case Meaning::created:
      return holds_time ? std::optional(hubspot::time_value(field.shape, item.created))
                        : std::nullopt;
    case Meaning::updated:
      return holds_time ? std::optional(hubspot::time_value(field.shape, item.updated))
                        : std::nullopt;
    case Meaning::archived_at:
      return item.archived && holds_time
                 ? std::optional(hubspot::time_value(field.shape, item.archived_at))
                 : std::nullopt;
    case Meaning::archived:
      return field.shape.kind() == ShapeKind::boolean ? std::optional(Json(item.archived))
                                                      : std::nullopt;
    default:
      break;
  }
  if (field.shape.kind() == ShapeKind::boolean &&
      (field.name == "isPublished" || field.name == "published" ||
       field.name == "currentlyPublished")) {
    return Json(item.published);
  }
  if (field.shape.kind() == ShapeKind::integer && field.name.ends_with("Count")) {
    const std::string owned(field.name.substr(0, field.name.size() - 5));
    const std::string key = call.key + "/" + item.id + "/" + owned + "s";
    if (call.index.find(std::string(call.resource.name) + "/{}/" + owned + "s") != nullptr) {
      return Json(call.store.size_of(key));
    }
  }
  if (item.published && (field.name == "publishedAt" || field.name == "publishDate")) {
    return hubspot::time_value(field.shape, item.published_at);
  }
  return std::nullopt;
}

/// What the shape requires nothing of is filled all the same: an answer of {} tells nothing.
Json filled(const Call& call, Json body) {
  const Shape shape = call.row.response;
  if (!shape || shape.kind() != ShapeKind::object || !body.is_object() || !body.empty()) {
    return body;
  }
  const std::uint64_t seed = stable_hash(call.key + "/" + call.id, call.store.portal_id());
  const Origin origin{.seed = seed, .created = call.context.now, .updated = call.context.now};
  for (const Field field : shape.fields()) {
    if (field.name != "errors" && field.name != "numErrors") {
      body[std::string(field.name)] = make_up(field.shape, field.name, origin);
    }
  }
  return body;
}

bool is_scalar(const Json& value) { return !value.is_structured() && !value.is_null(); }

}  // namespace

Json conform(Shape shape, const Json& value, std::string_view name, const Call& call,
             std::uint64_t seed) {
  return conformed(shape, value, name,
                   {.seed = seed, .created = call.context.now, .updated = call.context.now}, 0);
}

Json render_version(const Call& call, Shape shape, const Item& item, const Json& fields) {
  if (!shape || shape.kind() == ShapeKind::any) {
    Json whole = fields;
    whole[call.resource.id_field] = item.id;
    return whole;
  }
  if (shape.kind() == ShapeKind::one_of && shape.alternative_count() > 0) {
    for (const Shape each : shape.alternatives()) {
      if (hubspot::check_shape(fields, each, {.required = false}).empty()) {
        return render_version(call, each, item, fields);
      }
    }
    return render_version(call, shape.alternative_at(0), item, fields);
  }
  const Origin origin = origin_of(call, item);
  if (shape.kind() != ShapeKind::object) {
    return conformed(shape, item.id, call.resource.id_field, origin, 0);
  }
  Json object = conformed_object(shape, fields, origin, 0);
  Json ordered = Json::object();
  for (const Field field : shape.fields()) {
    const std::string name(field.name);
    if (auto known = known_value(call, field, item)) {
      ordered[name] = std::move(*known);
    } else if (object.contains(name)) {
      ordered[name] = std::move(object[name]);
    }
  }
  for (auto& [name, value] : object.items()) {
    if (!shape.field(name)) {
      ordered[name] = value;
    }
  }
  return ordered;
}

Json render_item(const Call& call, Shape shape, const Item& item) {
  const bool is_new = call.resource.draft_first && !item.published;
  return render_version(call, shape, item, item.fields(call.is_draft() || is_new));
}

Reply answer_with(const Call& call, const Json& body) {
  const int status = call.row.success_status;
  if (status == 204 || (!call.row.response && call.row.response_type.empty())) {
    Reply reply = operations::no_content();
    reply.status = status;
    reply.content_type = status == 204 ? "" : "application/json;charset=utf-8";
    return reply;
  }
  return operations::answer(json::dump(filled(call, body)), status);
}

Reply answer_item(const Call& call, const Item& item) {
  return answer_with(call, render_item(call, call.row.response, item));
}

Reply answer_fields(const Call& call, const Json& members) {
  const std::uint64_t seed = stable_hash(call.key + "/" + call.id, call.store.portal_id());
  if (!call.row.response) {
    return answer_with(call, members);
  }
  if (is_scalar(members)) {
    return answer_with(call, members);
  }
  return answer_with(call, conform(call.row.response, members, "", call, seed));
}

}  // namespace hubsim::generic
