// Timeline events: they belong to a record, have an id of their own within their template, and
// never change (behaviour reference 7; shapes as the official clients' types).
#include <array>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/timeline/timeline_store.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;

constexpr std::size_t max_batch = 500;  // U

/// A GUID for an event that came without an id.
std::string make_id(Prng& random) {
  static constexpr std::string_view hex = "0123456789abcdef";
  std::string id;
  for (const std::size_t size : {8U, 4U, 4U, 4U, 12U}) {
    id += id.empty() ? "" : "-";
    for (std::size_t i = 0; i < size; ++i) {
      id += hex[random.below(16)];
    }
  }
  return id;
}

// ---- the record of an event

/// A contact by e-mail is made when there is none (D 7: events by e-mail create contacts).
portal::RecordPtr contact_of(Context& context, const portal::ObjectType& type,
                             const std::string& email) {
  const auto index = type.property_index("email");
  auto record =
      index ? context.portal.find_by_unique(type.index(), *index, to_lower(email)) : nullptr;
  if (!record && index) {
    auto created = context.portal.create(type.index(), {{"email", email}}, context.write());
    record = created ? *created : nullptr;
  }
  return record;
}

Read<portal::RecordPtr> read_record(Context& context, const portal::ObjectType& type,
                                    const Json& event) {
  if (const Json* object_id = json::find(event, "objectId")) {
    const auto id = parse_uint(scalar_text(*object_id));
    const auto record = id ? context.portal.find(type.index(), *id) : nullptr;
    return record && !record->archived ? Read<portal::RecordPtr>(record)
                                       : Failure{hubspot::object_not_found()};
  }
  const bool contacts = type.fact().plural == "contacts";
  if (const Json* email = json::find(event, "email"); email != nullptr && contacts) {
    auto record = contact_of(context, type, scalar_text(*email));
    return record ? Read<portal::RecordPtr>(record)
                  : Failure{choices::validation("Email address " + scalar_text(*email) +
                                                " is invalid")};
  }
  if (json::find(event, "utk") != nullptr && contacts) {
    return portal::RecordPtr();  // a visitor whom nobody knows yet
  }
  return Failure{choices::validation(contacts ? "One of email, utk and objectId is required"
                                              : "objectId is required")};
}

// ---- tokens

std::optional<ApiError> check_tokens(const EventTemplate& each, const Json& values) {
  for (const auto& [name, value] : values.items()) {
    const auto token = each.tokens.find(name);
    if (token == each.tokens.end()) {
      continue;  // U: tokens that the template lacks are kept and shown nowhere
    }
    const Json& body = token->second.body;
    const std::string text = scalar_text(value);
    const Json* options = json::find(body, "options");
    const bool enumerated = body.at("type") == "enumeration" && options != nullptr;
    const bool known =
        !enumerated || std::any_of(options->begin(), options->end(),
                                   [&](const Json& option) { return option.at("value") == text; });
    const bool number = body.at("type") != "number" || parse_double(text).has_value();
    if (!known || !number) {
      return choices::validation("Invalid value " + text + " for token " + name);
    }
  }
  return std::nullopt;
}

/// Tokens that are bound to a property of the record set it (D, objectPropertyName).
void stamp(Context& context, const EventTemplate& each, const portal::RecordPtr& record,
           const Json& values) {
  portal::PropertyWrites writes;
  for (const auto& [name, token] : each.tokens) {
    const std::string property = token.body.value("objectPropertyName", "");
    const Json* value = json::find(values, name);
    if (!property.empty() && value != nullptr) {
      writes.emplace_back(property, scalar_text(*value));
    }
  }
  if (record && !writes.empty()) {
    (void)context.portal.update(record->type, record->id, writes, context.write());
  }
}

// ---- creating

Read<Json> create(Context& context, const Json& input, const std::string& path) {
  static constexpr std::array<Field, 10> fields{{{"eventTemplateId", Kind::text, true},
                                                 {"id", Kind::text},
                                                 {"email", Kind::text},
                                                 {"objectId", Kind::text},
                                                 {"utk", Kind::text},
                                                 {"domain", Kind::text},
                                                 {"timestamp", Kind::text},
                                                 {"tokens", Kind::object, true},
                                                 {"extraData", Kind::any},
                                                 {"timelineIFrame", Kind::object}}};
  auto event = read_fields(context.request.body, input, fields, path);
  if (!event) {
    return event;
  }
  const std::string template_id = event->at("eventTemplateId");
  auto& templates = templates_of(context).by_id;
  const auto number = parse_uint(template_id);
  const auto each = number ? templates.find(*number) : templates.end();
  if (each == templates.end()) {
    return Failure{ApiError{.status = 404,
                            .message = "No event template with id " + template_id,
                            .category = "OBJECT_NOT_FOUND"}};
  }
  auto& events = context.portal.part<TimelineEvents>();
  const std::string id =
      event->value("id", "").empty() ? make_id(context.random) : event->at("id").get<std::string>();
  if (const Json* before = events.find({template_id, id})) {
    // D/U 7: "409/ignored".
    return context.portal.options().is(hubspot::Option::timeline_repeated_id, "conflict")
               ? Read<Json>(Failure{ApiError{.status = 409,
                                             .message = "Event " + id + " already exists",
                                             .category = "CONFLICT"}})
               : *before;
  }
  const portal::ObjectType* type = context.portal.find_type(each->second.object_type);
  if (auto failed = check_tokens(each->second, event->at("tokens"))) {
    return Failure{*failed};
  }
  const auto record = read_record(context, *type, *event);
  if (!record) {
    return Failure{record.error()};
  }
  stamp(context, each->second, *record, event->at("tokens"));
  Json out{{"id", id}};
  out.update(*event);
  out["id"] = id;
  if (*record) {
    out["objectId"] = std::to_string((*record)->id);
  }
  out["objectType"] = type->fact().label;
  out["timestamp"] = event->value("timestamp", format_iso8601(context.now));
  out["createdAt"] = format_iso8601(context.now);
  events.add({template_id, id}, out);
  return out;
}

Reply run_create(Context& context) {
  const auto body = read_object(context);
  const auto made = body ? create(context, *body, "") : Read<Json>(Failure{body.error()});
  return made ? answer(json::dump(*made), 201) : fail(context, made.error());
}

Reply run_batch_create(Context& context) {
  const auto batch = read_batch(context, max_batch);
  if (!batch) {
    return fail(context, batch.error());
  }
  std::vector<Json> made;
  BatchResults results;
  for (std::size_t i = 0; i < batch->size; ++i) {
    auto event = create(context, batch->inputs()[i], "/inputs/" + std::to_string(i));
    if (event) {
      made.push_back(std::move(*event));
    } else {
      results.errors.push_back(event.error());
    }
  }
  results.count = made.size();
  results.append = [&](std::string& out, std::size_t index) { out += json::dump(made[index]); };
  return batch_answer(context, results, 201, batch->size);
}

// ---- reading

Read<const Json*> read_event(const Context& context) {
  const Json* event = context.portal.part<TimelineEvents>().find(
      {std::string(context.param("eventTemplateId")), std::string(context.param("eventId"))});
  return event != nullptr ? Read<const Json*>(event) : Failure{hubspot::object_not_found()};
}

Reply run_read(Context& context) {
  const auto event = read_event(context);
  return event ? answer(json::dump(**event)) : fail(context, event.error());
}

/// The value of "name" or "extraData.a.b" for a template.
std::string value_of(const Json& event, std::string_view name) {
  if (!name.starts_with("extraData.")) {
    const Json* value = json::find(event.at("tokens"), name);
    return value != nullptr ? scalar_text(*value) : "";
  }
  const Json* place = json::find(event, "extraData");
  name.remove_prefix(std::string_view("extraData.").size());
  for (const std::string_view step : split(name, '.')) {
    place = place != nullptr && place->is_object() ? json::find(*place, step) : nullptr;
  }
  return place != nullptr && !place->is_structured() ? scalar_text(*place) : "";
}

/// {{token}} and {{extraData.path}} of a template filled in; other mustaches (blocks, helpers) are
/// left out: HubSpot's are Handlebars, of which hubsim knows the plain ones.
std::string filled(const Json& event, std::string_view text) {
  std::string out;
  while (true) {
    const auto open = text.find("{{");
    const auto close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) {
      return out.append(text);
    }
    out += text.substr(0, open);
    const std::string_view name = trim(text.substr(open + 2, close - open - 2));
    if (name.find_first_of("#/ {") == std::string_view::npos) {
      out += value_of(event, name);
    }
    text.remove_prefix(close + 2);
  }
}

std::string rendered(const Context& context, const Json& event, bool detail) {
  const auto number = parse_uint(json::text_of(event.at("eventTemplateId")));
  const auto& templates = templates_of(context).by_id;
  const auto each = number ? templates.find(*number) : templates.end();
  if (each == templates.end()) {
    return "";
  }
  return filled(event, detail ? each->second.detail : each->second.header);
}

Reply run_detail(Context& context) {
  const auto event = read_event(context);
  return event ? answer(json::dump(Json{{"details", rendered(context, **event, true)}}))
               : fail(context, event.error());
}

Reply run_render(Context& context) {
  const auto event = read_event(context);
  if (!event) {
    return fail(context, event.error());
  }
  const bool detail = equals_ignoring_case(context.query.first("detail").value_or(""), "true");
  return {.status = 200,
          .body = rendered(context, **event, detail),
          .location = {},
          .content_type = "text/html;charset=utf-8"};
}

}  // namespace

void register_timeline_events(OperationRegistry& registry);
void register_timeline_events(OperationRegistry& registry) {
  registry.add({"timeline.events.create", run_create, path_key});
  registry.add({"timeline.events.batch_create", run_batch_create, path_key});
  registry.add({"timeline.events.read", run_read, path_key});
  registry.add({"timeline.events.detail", run_detail, path_key});
  registry.add({"timeline.events.render", run_render, path_key});
}

}  // namespace hubsim::operations
