// Sending custom events, one or a batch (204, worked off later), and reading what occurred
// (behaviour reference 7, "Custom events").
#include <algorithm>

#include "common/base/text.h"
#include "common/random/prng.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "hubspot/shapes/plausible.h"
#include "mock_server/operations/events/event_book.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

constexpr std::size_t batch_maximum = 500;  // D 7
constexpr std::size_t page_default = 100;   // U
constexpr std::size_t page_maximum = 1'000;

constexpr Field send_fields[] = {{"eventName", Field::Kind::text, true},
                                 {"email"},
                                 {"utk"},
                                 {"objectId"},
                                 {"occurredAt"},
                                 {"uuid"},
                                 {"properties", Field::Kind::object}};

std::string text_of(const Json& object, std::string_view name) {
  const Json* value = json::find(object, name);
  return value == nullptr ? "" : json::text_of(*value);
}

/// The record that an event happened to; 0: HubSpot finds none, and the event is lost.
std::uint64_t object_of(const portal::Portal& portal, const Json& event) {
  if (const auto id = parse_uint(text_of(event, "objectId"))) {
    return *id;
  }
  const portal::ObjectType* contacts = portal.find_type("contacts");
  const auto email = contacts->property_index("email");
  const auto record =
      email ? portal.find_by_unique(contacts->index(), *email, to_lower(text_of(event, "email")))
            : nullptr;
  return record ? record->id : 0;
}

std::optional<ApiError> check_event(EventBook& book, const Json& event) {
  const std::string name = text_of(event, "eventName");
  if (book.find(name) == nullptr) {
    return choices::validation("Event definition " + name + " does not exist");  // U
  }
  if (text_of(event, "email").empty() && text_of(event, "utk").empty() &&
      text_of(event, "objectId").empty()) {
    return choices::validation("One of email, utk, objectId must be set");  // U
  }
  const std::string at = text_of(event, "occurredAt");
  if (!at.empty() && !parse_iso8601(at) && !parse_int(at)) {
    return choices::validation("occurredAt is not a date-time: " + at);  // U
  }
  return std::nullopt;
}

Instant occurred_at(const Json& event, Instant now) {
  const std::string at = text_of(event, "occurredAt");
  if (const auto ms = parse_int(at); ms && *ms > 0 && *ms < to_unix_ms(now)) {
    return from_unix_ms(*ms);
  }
  return parse_iso8601(at).value_or(now);
}

Duration visible_after(const Context& context) {
  using namespace std::chrono_literals;
  return context.portal.options().is(hubspot::Option::events_visible_after, "none") ? Duration(0)
                                                                                    : Duration(60s);
}

/// Properties that the definition lacks are lost, as in HubSpot's own working off (U).
void take_event(Context& context, EventBook& book, const Json& event) {
  EventDefinition& definition = *book.find(text_of(event, "eventName"));
  Occurrence occurrence{.id = text_of(event, "uuid"),
                        .event_type = definition.full_name,
                        .object_type = definition.primary_object,
                        .object_id = object_of(context.portal, event),
                        .at = occurred_at(event, context.now),
                        .visible_at = context.now + visible_after(context),
                        .properties = {}};
  if (occurrence.object_id == 0) {
    return;
  }
  if (occurrence.id.empty()) {
    occurrence.id = hubspot::plausible_guid(context.random.next());
  }
  if (const Json* properties = json::find(event, "properties")) {
    for (const auto& [name, value] : properties->items()) {
      if (definition.property(name) != nullptr) {
        occurrence.properties.emplace_back(name, json::text_of(value));
      }
    }
  }
  (void)book.add(std::move(occurrence));
}

Reply run_send(Context& context) {
  const auto event = read_fields(context, send_fields);
  if (!event) {
    return fail(context, event.error());
  }
  auto& book = context.portal.part<EventBook>();
  if (const auto error = check_event(book, *event)) {
    return fail(context, *error);
  }
  take_event(context, book, *event);
  return no_content();
}

Reply run_batch(Context& context) {
  const auto batch = read_batch(context, batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  const auto events = read_each(context.request.body, batch->inputs(), send_fields, "/inputs");
  if (!events) {
    return fail(context, events.error());
  }
  auto& book = context.portal.part<EventBook>();
  for (const Json& event : *events) {
    if (const auto error = check_event(book, event)) {
      return fail(context, *error);
    }
  }
  for (const Json& event : *events) {
    take_event(context, book, event);
  }
  Reply reply = no_content();
  reply.inputs = batch->size;
  return reply;
}

/// What the query asks for; nothing for a member that it does not name.
struct Wanted {
  std::string event_type;
  std::string object_type;
  std::uint64_t object_id = 0;
  std::vector<std::string> ids;
  Instant after{};
  Instant before = Instant::max();
  Instant now{};

  [[nodiscard]] bool takes(const Occurrence& each) const {
    return each.visible_at <= now && (event_type.empty() || each.event_type == event_type) &&
           (object_type.empty() || equals_ignoring_case(each.object_type, object_type)) &&
           (object_id == 0 || each.object_id == object_id) && each.at > after && each.at < before &&
           (ids.empty() || std::find(ids.begin(), ids.end(), each.id) != ids.end());
  }
};

/// "contact", "contacts" and "0-1" are one type.
std::string object_type_name(const portal::Portal& portal, std::string_view text) {
  const portal::ObjectType* type = text.empty() ? nullptr : portal.find_type(text);
  return type == nullptr ? std::string(text) : type->fact().label;
}

Read<Wanted> read_wanted(const Context& context) {
  const http::Query& query = context.query;
  Wanted wanted{
      .event_type = std::string(query.first("eventType").value_or("")),
      .object_type = object_type_name(context.portal, query.first("objectType").value_or("")),
      .ids = query.list("id"),
      .now = context.now};
  if (wanted.event_type.empty() && wanted.object_type.empty() && wanted.ids.empty()) {
    return Failure{choices::validation("Must specify an eventType or objectType")};  // R 3.3
  }
  if (const auto text = query.first("objectId")) {
    const auto id = parse_uint(*text);
    if (!id) {
      return Failure{hubspot::bad_query_parameter("objectId")};
    }
    wanted.object_id = *id;
  }
  if (const auto email = query.first("objectProperty.email")) {
    Json event;
    event["email"] = std::string(*email);
    wanted.object_id = std::max<std::uint64_t>(object_of(context.portal, event), 1);
  }
  for (const auto& [name, bound] :
       {std::pair("occurredAfter", &wanted.after), std::pair("occurredBefore", &wanted.before)}) {
    const auto text = query.first(name);
    const auto instant = text ? parse_iso8601(*text) : std::nullopt;
    if (text && !instant) {
      return Failure{hubspot::bad_query_parameter(name)};
    }
    *bound = instant.value_or(*bound);
  }
  return wanted;
}

Json rendered(const Occurrence& each) {
  Json properties = Json::object();
  for (const auto& [name, value] : each.properties) {
    properties[name] = value;
  }
  return {{"objectType", each.object_type},
          {"objectId", std::to_string(each.object_id)},
          {"eventType", each.event_type},
          {"occurredAt", format_iso8601(each.at)},
          {"id", each.id},
          {"properties", std::move(properties)}};
}

/// Newest first; `after` is how many were shown.
Reply run_list(Context& context) {
  const auto limit = read_limit(context.query, {page_default, page_maximum});
  const auto wanted = read_wanted(context);
  if (!limit || !wanted) {
    return fail(context, limit ? wanted.error() : limit.error());
  }
  const std::string_view after = context.query.first("after").value_or("");
  const auto shown = after.empty() ? std::optional<std::uint64_t>(0) : parse_uint(after);
  if (!shown) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  std::vector<const Occurrence*> found;
  for (const Occurrence& each : context.portal.part<EventBook>().occurrences()) {
    if (wanted->takes(each)) {
      found.push_back(&each);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto* a, const auto* b) { return a->at > b->at; });
  Json results = Json::array();
  const std::size_t first = std::min<std::size_t>(*shown, found.size());
  const std::size_t end = std::min(first + *limit, found.size());
  for (std::size_t i = first; i < end; ++i) {
    results.push_back(rendered(*found[i]));
  }
  std::string body = R"({"results":)" + json::dump(results);
  if (end < found.size()) {
    body += ',';
    append_paging(body, context, std::to_string(end));
  }
  return answer(body + "}");
}

Reply run_types(Context& context) {
  Json types = Json::array();
  for (const auto& [name, definition] : context.portal.part<EventBook>().definitions()) {
    types.push_back(name);
  }
  return answer(json::dump({{"eventTypes", std::move(types)}}));
}

}  // namespace

void register_events_event_sends(OperationRegistry& registry);
void register_events_event_sends(OperationRegistry& registry) {
  registry.add({"events.send", run_send, path_key});
  registry.add({"events.send.batch", run_batch, path_key});
  registry.add({"events.event_occurrences.list", run_list, path_key});
  registry.add({"events.event_occurrences.event_types.read", run_types, path_key});
}

}  // namespace hubsim::operations
