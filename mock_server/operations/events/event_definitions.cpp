// Custom event definitions and their properties: create, list, read, update, archive (behaviour
// reference 7, "Custom events").
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/events/event_book.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

constexpr std::size_t page_default = 100;  // U
constexpr std::size_t page_maximum = 500;
constexpr std::string_view property_types = "string, number, enumeration, datetime";

/// Properties that every definition has unless it is told otherwise (D, the first of 32).
constexpr const char* default_properties[] = {
    "hs_asset_description", "hs_asset_type",    "hs_browser",
    "hs_campaign_id",       "hs_city",          "hs_country",
    "hs_device_name",       "hs_device_type",   "hs_element_class",
    "hs_element_id",        "hs_element_text",  "hs_language",
    "hs_link_href",         "hs_page_id",       "hs_page_title",
    "hs_page_url",          "hs_referrer",      "hs_region",
    "hs_touchpoint_source", "hs_tracking_name", "hs_user_agent",
    "hs_utm_campaign",      "hs_utm_medium",    "hs_utm_source"};

constexpr Field property_fields[] = {{"name"},
                                     {"label", Field::Kind::text, true},
                                     {"type", Field::Kind::text, true, property_types},
                                     {"description"},
                                     {"options", Field::Kind::list}};
constexpr Field property_changes[] = {{"label"}, {"description"}, {"options", Field::Kind::list}};
constexpr Field option_fields[] = {
    {"label", Field::Kind::text, true}, {"value", Field::Kind::text, true}, {"description"}};
constexpr Field definition_fields[] = {{"label", Field::Kind::text, true},
                                       {"name"},
                                       {"description"},
                                       {"primaryObject"},
                                       {"includeDefaultProperties", Field::Kind::boolean},
                                       {"propertyDefinitions", Field::Kind::list}};
constexpr Field definition_changes[] = {{"label"}, {"description"}};

std::string text_of(const Json& object, std::string_view name) {
  const Json* value = json::find(object, name);
  return value == nullptr ? "" : json::text_of(*value);
}

/// "My Event!" becomes my_event_.
std::string name_from(std::string_view label) {
  std::string name;
  for (const char c : to_lower(label)) {
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name;
}

Json rendered(const EventProperty& property) {
  Json options = Json::array();
  for (const EventOption& option : property.options) {
    options.push_back({{"label", option.label},
                       {"value", option.value},
                       {"description", option.description},
                       {"displayOrder", options.size()},
                       {"hidden", false}});
  }
  const bool chosen = property.type == "enumeration";
  return {{"name", property.name},
          {"label", property.label},
          {"type", property.type},
          {"fieldType", chosen                      ? "select"
                        : property.type == "number" ? "number"
                                                    : "text"},
          {"description", property.description},
          {"groupName", "event_properties"},
          {"options", std::move(options)},
          {"displayOrder", -1},
          {"calculated", false},
          {"externalOptions", false},
          {"archived", false},
          {"hasUniqueValue", false},
          {"hidden", false},
          {"hubspotDefined", property.by_hubspot},
          {"formField", false},
          {"createdAt", format_iso8601(property.created)},
          {"updatedAt", format_iso8601(property.updated)}};
}

Json rendered(const EventDefinition& definition, bool with_properties) {
  Json properties = Json::array();
  for (const EventProperty& property : definition.properties) {
    if (with_properties) {
      properties.push_back(rendered(property));
    }
  }
  return {{"id", std::to_string(definition.id)},
          {"name", definition.name},
          {"fullyQualifiedName", definition.full_name},
          {"objectTypeId", definition.object_type_id},
          {"labels", {{"singular", definition.label}}},
          {"description", definition.description},
          {"primaryObject", definition.primary_object},
          {"properties", std::move(properties)},
          {"associations", Json::array()},
          {"archived", false},
          {"trackingType", "MANUAL"},
          {"createdAt", format_iso8601(definition.created)},
          {"updatedAt", format_iso8601(definition.updated)}};
}

Read<std::vector<EventOption>> read_options(const Context& context, const Json& property,
                                            const std::string& path) {
  std::vector<EventOption> options;
  const Json* list = json::find(property, "options");
  if (list == nullptr) {
    return options;
  }
  const auto read = read_each(context.request.body, *list, option_fields, path + "/options");
  if (!read) {
    return Failure{read.error()};
  }
  for (const Json& each : *read) {
    options.push_back(
        {text_of(each, "label"), text_of(each, "value"), text_of(each, "description")});
  }
  return options;
}

Read<EventProperty> read_property(const Context& context, const Json& object,
                                  const std::string& path) {
  const auto fields = read_fields(context.request.body, object, property_fields, path);
  if (!fields) {
    return Failure{fields.error()};
  }
  auto options = read_options(context, *fields, path);
  if (!options) {
    return Failure{options.error()};
  }
  const std::string label = text_of(*fields, "label");
  const std::string name = text_of(*fields, "name");
  return EventProperty{.name = name.empty() ? name_from(label) : name,
                       .label = label,
                       .type = text_of(*fields, "type"),
                       .description = text_of(*fields, "description"),
                       .options = std::move(*options),
                       .created = context.now,
                       .updated = context.now};
}

std::optional<ApiError> add_property(EventDefinition& definition, EventProperty property) {
  const auto own = std::count_if(definition.properties.begin(), definition.properties.end(),
                                 [](const EventProperty& each) { return !each.by_hubspot; });
  if (definition.property(property.name) != nullptr) {
    return hubspot::property_exists(property.name, "PropertyError.PROPERTY_EXISTS");
  }
  if (own >= static_cast<std::ptrdiff_t>(EventBook::max_properties)) {
    return choices::validation("An event definition can have at most " +
                               std::to_string(EventBook::max_properties) + " custom properties");
  }
  definition.properties.push_back(std::move(property));
  return std::nullopt;
}

std::optional<ApiError> add_properties(const Context& context, const Json& body,
                                       EventDefinition& definition) {
  const Json* wanted = json::find(body, "propertyDefinitions");
  for (std::size_t i = 0; wanted != nullptr && i < wanted->size(); ++i) {
    auto property =
        read_property(context, (*wanted)[i], "/propertyDefinitions/" + std::to_string(i));
    if (!property) {
      return property.error();
    }
    if (auto error = add_property(definition, std::move(*property))) {
      return error;
    }
  }
  if (text_of(body, "includeDefaultProperties") == "false") {
    return std::nullopt;
  }
  for (const char* name : default_properties) {
    if (definition.property(name) == nullptr) {
      definition.properties.push_back({.name = name,
                                       .label = name,
                                       .type = "string",
                                       .description = {},
                                       .options = {},
                                       .by_hubspot = true,
                                       .created = definition.created,
                                       .updated = definition.created});
    }
  }
  return std::nullopt;
}

Reply run_create(Context& context) {
  const auto body = read_fields(context, definition_fields);
  if (!body) {
    return fail(context, body.error());
  }
  auto& book = context.portal.part<EventBook>();
  const std::string label = text_of(*body, "label");
  const std::string wanted = text_of(*body, "name");
  const std::string name = wanted.empty() ? name_from(label) : wanted;
  if (book.find(name) != nullptr) {
    return fail(context, {.status = 409,
                          .message = "An event definition named '" + name + "' already exists.",
                          .category = "OBJECT_ALREADY_EXISTS"});
  }
  if (book.definitions().size() >= EventBook::max_definitions) {
    return fail(context,
                choices::validation("The limit of " + std::to_string(EventBook::max_definitions) +
                                    " event definitions is reached"));
  }
  const std::string primary = text_of(*body, "primaryObject");
  EventDefinition definition{.name = name,
                             .full_name = book.full_name(name),
                             .label = label,
                             .description = text_of(*body, "description"),
                             .primary_object = primary.empty() ? "CONTACT" : primary,
                             .created = context.now,
                             .updated = context.now};
  if (const auto error = add_properties(context, *body, definition)) {
    return fail(context, *error);
  }
  constexpr std::uint64_t first_id = 10'000'000;
  definition.id = first_id + book.next_id();
  definition.object_type_id = "6-" + std::to_string(definition.id);
  const std::string key = definition.full_name;
  return answer(json::dump(rendered(book.definitions()[key] = std::move(definition), true)), 201);
}

Reply run_list(Context& context) {
  const auto limit = read_limit(context.query, {page_default, page_maximum});
  if (!limit) {
    return fail(context, limit.error());
  }
  const std::string after(context.query.first("after").value_or(""));
  const std::string words = to_lower(context.query.first("searchString").value_or(""));
  const bool with_properties = context.query.first("includeProperties").value_or("") == "true";
  Json results = Json::array();
  std::string next;
  std::string last;
  for (const auto& [name, definition] : context.portal.part<EventBook>().definitions()) {
    const bool found =
        to_lower(definition.label + definition.name).find(words) != std::string::npos;
    if (name <= after || !found) {
      continue;
    }
    if (results.size() == *limit) {
      next = last;
      break;
    }
    results.push_back(rendered(definition, with_properties));
    last = name;
  }
  std::string body = R"({"results":)" + json::dump(results);
  if (!next.empty()) {
    body += ',';
    append_paging(body, context, next);
  }
  return answer(body + "}");
}

EventDefinition* named(Context& context) {
  return context.portal.part<EventBook>().find(context.param("eventName"));
}

Reply run_read(Context& context) {
  const EventDefinition* definition = named(context);
  return definition == nullptr ? fail(context, hubspot::object_not_found())
                               : answer(json::dump(rendered(*definition, true)));
}

Reply run_update(Context& context) {
  EventDefinition* definition = named(context);
  if (definition == nullptr) {
    return fail(context, hubspot::object_not_found());
  }
  const auto body = read_fields(context, definition_changes);
  if (!body) {
    return fail(context, body.error());
  }
  if (body->contains("label")) {
    definition->label = text_of(*body, "label");
  }
  if (body->contains("description")) {
    definition->description = text_of(*body, "description");
  }
  definition->updated = context.now;
  return answer(json::dump(rendered(*definition, true)));
}

Reply run_archive(Context& context) {
  const EventDefinition* definition = named(context);
  if (definition == nullptr) {
    return fail(context, hubspot::object_not_found());
  }
  context.portal.part<EventBook>().definitions().erase(std::string(definition->full_name));
  return no_content();
}

Reply run_create_property(Context& context) {
  EventDefinition* definition = named(context);
  if (definition == nullptr) {
    return fail(context, hubspot::object_not_found());
  }
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  auto property = read_property(context, *body, "");
  if (!property) {
    return fail(context, property.error());
  }
  const Json answered = rendered(*property);
  if (const auto error = add_property(*definition, std::move(*property))) {
    return fail(context, *error);
  }
  return answer(json::dump(answered), 201);
}

EventProperty* named_property(Context& context) {
  EventDefinition* definition = named(context);
  return definition == nullptr ? nullptr : definition->property(context.param("propertyName"));
}

Reply run_update_property(Context& context) {
  EventProperty* property = named_property(context);
  if (property == nullptr) {
    return fail(context, hubspot::property_missing(context.param("propertyName")));
  }
  const auto body = read_fields(context, property_changes);
  if (!body) {
    return fail(context, body.error());
  }
  auto options = read_options(context, *body, "");
  if (!options) {
    return fail(context, options.error());
  }
  if (body->contains("label")) {
    property->label = text_of(*body, "label");
  }
  if (body->contains("description")) {
    property->description = text_of(*body, "description");
  }
  if (body->contains("options")) {
    property->options = std::move(*options);
  }
  property->updated = context.now;
  return answer(json::dump(rendered(*property)));
}

Reply run_archive_property(Context& context) {
  const EventProperty* property = named_property(context);
  if (property == nullptr) {
    return fail(context, hubspot::property_missing(context.param("propertyName")));
  }
  std::erase_if(named(context)->properties, [&](const EventProperty& each) {
    return each.name == context.param("propertyName");
  });
  return no_content();
}

}  // namespace

void register_events_event_definitions(OperationRegistry& registry);
void register_events_event_definitions(OperationRegistry& registry) {
  registry.add({"events.event_definitions.create", run_create, path_key});
  registry.add({"events.event_definitions.list", run_list, path_key});
  registry.add({"events.event_definitions.read", run_read, path_key});
  registry.add({"events.event_definitions.update", run_update, path_key});
  registry.add({"events.event_definitions.archive", run_archive, path_key});
  registry.add({"events.event_definitions.property.create", run_create_property, path_key});
  registry.add({"events.event_definitions.property.update", run_update_property, path_key});
  registry.add({"events.event_definitions.property.archive", run_archive_property, path_key});
}

}  // namespace hubsim::operations
