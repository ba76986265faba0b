#include "mock_server/operations/marketing/marketing_event_view.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

/// A member of bodies and answers, and the property of the record that holds it.
struct EventMember {
  std::string_view name;
  const char* property;
  Field::Kind kind = Field::Kind::text;
  bool is_time = false;
};
constexpr EventMember members[] = {{"eventName", "hs_event_name"},
                                   {"eventType", "hs_event_type"},
                                   {"startDateTime", "hs_start_datetime", Field::Kind::text, true},
                                   {"endDateTime", "hs_end_datetime", Field::Kind::text, true},
                                   {"eventOrganizer", "hs_event_organizer"},
                                   {"eventDescription", "hs_event_description"},
                                   {"eventUrl", "hs_event_url"},
                                   {"eventCancelled", "hs_event_cancelled", Field::Kind::boolean},
                                   {"eventCompleted", "hs_event_completed", Field::Kind::boolean}};

constexpr Field property_fields[] = {{"name", Field::Kind::text, true}, {"value"}};

std::vector<Field> fields_of(EventBody kind) {
  const bool create = kind == EventBody::create;
  std::vector<Field> fields;
  if (create) {
    fields = {{"externalAccountId", Field::Kind::text, true},
              {"externalEventId", Field::Kind::text, true}};
  }
  for (const EventMember& member : members) {
    const bool required = create && (member.name == "eventName" || member.name == "eventOrganizer");
    fields.push_back({member.name, member.kind, required});
  }
  fields.push_back({"customProperties", Field::Kind::list});
  return fields;
}

std::optional<Instant> time_of(const std::string& text) {
  if (const auto ms = parse_int(text)) {
    return instant_of_ms(*ms);
  }
  return parse_iso8601(text);
}

bool is_custom(const portal::Property& property) {
  return !property.archived && !property.fact.hubspot_defined;
}

std::optional<ApiError> add_custom(const Context& context, const Json& list,
                                   const std::string& path, portal::PropertyWrites& writes) {
  const auto each = read_each(context.request.body, list, property_fields, path);
  if (!each) {
    return each.error();
  }
  const portal::ObjectType& type = event_type(context.portal);
  for (const Json& property : *each) {
    const std::string name = property.at("name").get<std::string>();
    const auto index = type.property_index(name);
    if (index && is_custom(type.property(*index))) {
      writes.emplace_back(name, property.value("value", std::string()));
    }
  }
  return std::nullopt;
}

void put_members(Json& out, const portal::Portal& portal, const portal::Record& record) {
  for (const EventMember& member : members) {
    const std::string value = event_value(portal, record, member.property);
    const std::string name(member.name);
    if (member.kind == Field::Kind::boolean) {
      out[name] = value == "true";
    } else if (!value.empty()) {
      out[name] = value;
    }
  }
}

/// The members of a property's value that only mean something inside of HubSpot are its zeros.
Json full_property(const portal::Portal& portal, const portal::Record& record,
                   const std::string& name, const std::string& value) {
  const portal::Source& source = portal.source_of(record);
  const auto at = to_unix_ms(record.updated_at);
  return {{"name", name},
          {"value", value},
          {"timestamp", at},
          {"sourceId", source.source_id},
          {"sourceLabel", ""},
          {"source", source.change_source},
          {"selectedByUser", false},
          {"selectedByUserTimestamp", 0},
          {"sourceVid", Json::array()},
          {"sourceMetadata", ""},
          {"sourceUpstreamDeployable", ""},
          {"requestId", ""},
          {"updatedByUserId", 0},
          {"persistenceTimestamp", at},
          {"useTimestampAsPersistenceTimestamp", false},
          {"isEncrypted", false},
          {"isLargeValue", false},
          {"unit", ""},
          {"dataSensitivity", "none"}};
}

Json custom_properties(const portal::Portal& portal, const portal::Record& record, bool full) {
  Json list = Json::array();
  const portal::ObjectType& type = event_type(portal);
  for (const auto& [index, value] : record.values) {
    const portal::Property& property = type.property(index);
    if (value.empty() || !is_custom(property)) {
      continue;
    }
    const std::string& name = property.fact.name;
    list.push_back(full ? full_property(portal, record, name, value)
                        : Json{{"name", name}, {"value", value}});
  }
  return list;
}

void put_counters(Json& out, const Context& context, const portal::Record& record) {
  const AttendanceCounts counts =
      event_book(context).notes(record.id).counts(is_over(context.portal, record, context.now));
  out["registrants"] = counts.registered;
  out["attendees"] = counts.attended;
  out["cancellations"] = counts.cancelled;
  out["noShows"] = counts.no_shows;
}

/// The words are a choice (U).
const char* status_of(const Context& context, const portal::Record& record) {
  const portal::Portal& portal = context.portal;
  if (event_value(portal, record, "hs_event_cancelled") == "true") {
    return "CANCELLED";
  }
  if (is_over(portal, record, context.now)) {
    return "PAST";
  }
  const auto start = parse_iso8601(event_value(portal, record, "hs_start_datetime"));
  return start && *start <= context.now ? "ONGOING" : "UPCOMING";
}

void put_times(Json& out, const portal::Record& record) {
  out["createdAt"] = format_iso8601(record.created_at);
  out["updatedAt"] = format_iso8601(record.updated_at);
}

}  // namespace

const portal::ObjectType& event_type(const portal::Portal& portal) {
  return *portal.find_type("marketing_events");
}

MarketingEventBook& event_book(const Context& context) {
  return context.portal.part<MarketingEventBook>();
}

portal::RecordPtr live_event(const portal::Portal& portal, portal::ObjectId id) {
  portal::RecordPtr record = portal.resolve(event_type(portal).index(), id);
  return record && !record->archived ? record : nullptr;
}

portal::RecordPtr external_event(const Context& context, std::string_view account,
                                 std::string_view event) {
  const portal::ObjectId id =
      event_book(context).find({context.caller.app_id, std::string(account), std::string(event)});
  return id == 0 ? nullptr : live_event(context.portal, id);
}

Instant instant_of_ms(std::int64_t ms) noexcept {
  constexpr std::int64_t end_of_9999 = 253'402'300'799'999;
  return from_unix_ms(std::clamp<std::int64_t>(ms, 0, end_of_9999));
}

Read<std::string> required_query(const Context& context, std::string_view name) {
  const auto value = context.query.first(name);
  if (!value || value->empty()) {
    return Failure{
        ApiError{.message = "validation error",
                 .error_texts = {"query param " + std::string(name) + " may not be null"}}};
  }
  return std::string(*value);
}

Read<portal::RecordPtr> named_event(const Context& context) {
  portal::RecordPtr record;
  std::string_view id = context.param("objectId");
  id = id.empty() ? context.param("marketingEventId") : id;
  if (!id.empty()) {
    const auto number = parse_uint(id);
    if (!number) {
      return Failure{hubspot::bad_path_parameter(
          context.param("objectId").empty() ? "marketingEventId" : "objectId")};
    }
    record = live_event(context.portal, *number);
  } else if (const auto account = context.param("externalAccountId"); !account.empty()) {
    record = external_event(context, account, context.param("externalEventId"));
  } else {
    const auto wanted = required_query(context, "externalAccountId");
    if (!wanted) {
      return Failure{wanted.error()};
    }
    record = external_event(context, *wanted, context.param("externalEventId"));
  }
  if (!record) {
    return Failure{hubspot::object_not_found()};
  }
  return record;
}

Read<portal::PropertyWrites> read_event(const Context& context, const Json& object, EventBody kind,
                                        const std::string& path) {
  const auto fields = fields_of(kind);
  const auto body = read_fields(context.request.body, object, fields, path);
  if (!body) {
    return Failure{body.error()};
  }
  portal::PropertyWrites writes;
  for (const EventMember& member : members) {
    const Json* value = json::find(*body, member.name);
    if (value == nullptr) {
      continue;
    }
    std::string text = scalar_text(*value);
    if (member.is_time) {
      const auto at = time_of(text);
      if (!at) {
        return Failure{hubspot::wrong_json_type(context.request.body,
                                                path + "/" + std::string(member.name),
                                                "java.time.OffsetDateTime", *value)};
      }
      text = format_iso8601(*at);
    }
    writes.emplace_back(member.property, std::move(text));
  }
  if (const Json* list = json::find(*body, "customProperties")) {
    if (const auto error = add_custom(context, *list, path + "/customProperties", writes)) {
      return Failure{*error};
    }
  }
  return writes;
}

Read<portal::RecordPtr> write_event(Context& context, const portal::RecordPtr& known,
                                    const portal::PropertyWrites& writes) {
  const portal::ObjectType& type = event_type(context.portal);
  auto result = known ? context.portal.update(type.index(), known->id, writes, context.write())
                      : context.portal.create(type.index(), writes, context.write());
  if (!result) {
    return Failure{to_api_error(context, type, result.error())};
  }
  return std::move(result).value();
}

std::string event_value(const portal::Portal& portal, const portal::Record& record,
                        std::string_view property) {
  const auto index = event_type(portal).property_index(property);
  return index ? portal.value_of(record, *index).value_or("") : "";
}

bool is_over(const portal::Portal& portal, const portal::Record& record, Instant now) {
  if (event_value(portal, record, "hs_event_completed") == "true") {
    return true;
  }
  const auto end = parse_iso8601(event_value(portal, record, "hs_end_datetime"));
  return end && *end <= now;
}

Json show_event(const Context& context, const portal::Record& record) {
  Json out = Json::object();
  put_members(out, context.portal, record);
  out["customProperties"] = custom_properties(context.portal, record, true);
  out["objectId"] = std::to_string(record.id);
  return out;
}

Json show_public_event(const Context& context, const portal::Record& record) {
  Json out = show_event(context, record);
  out["id"] = std::to_string(record.id);
  put_times(out, record);
  return out;
}

Json show_read_event(const Context& context, const portal::Record& record) {
  Json out = show_public_event(context, record);
  out["externalEventId"] = event_book(context).notes(record.id).external.event;
  put_counters(out, context, record);
  return out;
}

Json show_event_v2(const Context& context, const portal::Record& record, Counters counters) {
  Json out = {{"objectId", std::to_string(record.id)}};
  const ExternalEvent& external = event_book(context).notes(record.id).external;
  if (!external.event.empty()) {
    out["externalEventId"] = external.event;
    out["appInfo"] = show_app(context, external.app_id);
  }
  put_members(out, context.portal, record);
  if (!out.contains("eventName")) {
    out["eventName"] = "";
  }
  out["customProperties"] = custom_properties(context.portal, record, false);
  if (counters == Counters::with) {
    out["eventStatus"] = status_of(context, record);
    put_counters(out, context, record);
  }
  put_times(out, record);
  return out;
}

Reply batch_in_order(const Context& context, const std::vector<std::string>& shown,
                     const std::vector<ApiError>& errors, std::size_t inputs) {
  std::string out = R"({"status":"COMPLETE","results":[)" + join(shown, ",");
  close_batch(out, context, errors);
  Reply reply = answer(std::move(out), errors.empty() ? 200 : 207);
  reply.inputs = inputs;
  return reply;
}

Json show_app(const Context& context, std::uint64_t app_id) {
  const auto app = context.apps.find(app_id);
  return {{"id", std::to_string(app_id)}, {"name", app ? app->name : ""}};
}

void archive_event(Context& context, portal::ObjectId id) {
  (void)context.portal.archive(event_type(context.portal).index(), id, context.write());
  event_book(context).remove(id);
}

Reply archive_named_event(Context& context) {
  const auto record = named_event(context);
  if (!record) {
    return fail(context, record.error());
  }
  archive_event(context, (*record)->id);
  return no_content();
}

}  // namespace hubsim::operations
