// Participations: how many registered for an event, attended, cancelled or did not come, and each
// contact's part in it, seen from the event or from the contact (behaviour reference 7; D docs).
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/marketing/marketing_event_view.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr std::string_view known_states = "REGISTERED, ATTENDED, CANCELLED, NO_SHOW, EMPTY";

Reply run_counters(Context& context) {
  const auto record = named_event(context);
  if (!record) {
    return fail(context, record.error());
  }
  const AttendanceCounts counts = event_book(context)
                                      .notes((*record)->id)
                                      .counts(is_over(context.portal, **record, context.now));
  return answer(json::dump({{"attended", counts.attended},
                            {"registered", counts.registered},
                            {"cancelled", counts.cancelled},
                            {"noShows", counts.no_shows}}));
}

/// One contact's part in one event, ready to be shown; contacts that are gone have none.
struct Part {
  portal::RecordPtr event;
  portal::RecordPtr contact;
  const Participation* one = nullptr;
};

portal::RecordPtr live_contact(const portal::Portal& portal, portal::ObjectId id) {
  auto record = portal.resolve(portal.find_type("contacts")->index(), id);
  return record && !record->archived ? record : nullptr;
}

/// By id or e-mail address; null: nobody.
portal::RecordPtr contact_named(const portal::Portal& portal, std::string_view text) {
  if (const auto id = parse_uint(text)) {
    return live_contact(portal, *id);
  }
  const portal::ObjectType* contacts = portal.find_type("contacts");
  return portal.find_by_unique(contacts->index(), *contacts->property_index("email"),
                               to_lower(trim(text)));
}

std::string contact_value(const portal::Portal& portal, const portal::Record& record,
                          std::string_view name) {
  const auto index = portal.find_type("contacts")->property_index(name);
  return index ? portal.value_of(record, *index).value_or("") : "";
}

Json show_contact(const portal::Portal& portal, const portal::Record& record) {
  Json out = {{"contactId", std::to_string(record.id)},
              {"email", contact_value(portal, record, "email")}};
  for (const char* name : {"firstname", "lastname"}) {
    if (const std::string value = contact_value(portal, record, name); !value.empty()) {
      out[name] = value;
    }
  }
  return out;
}

Json show_event_of(const Context& context, const portal::Record& record) {
  Json out = {{"marketingEventId", std::to_string(record.id)},
              {"name", event_value(context.portal, record, "hs_event_name")}};
  const ExternalEvent& external = event_book(context).notes(record.id).external;
  if (!external.event.empty()) {
    out["externalEventId"] = external.event;
    out["externalAccountId"] = external.account;
  }
  return out;
}

/// The share of the event's time that someone was there, in percent (form of the text U).
std::string attended_share(const portal::Portal& portal, const portal::Record& event,
                           Duration there) {
  const auto start = parse_iso8601(event_value(portal, event, "hs_start_datetime"));
  const auto end = parse_iso8601(event_value(portal, event, "hs_end_datetime"));
  if (!start || !end || *end <= *start) {
    return "";
  }
  const double share = std::chrono::duration<double>(there) / (*end - *start);
  return fmt::format("{}", std::lround(std::clamp(share, 0.0, 1.0) * 100));
}

Json show_part(const Context& context, const Part& part) {
  const Participation& one = *part.one;
  Json properties = {
      {"occurredAt", to_unix_ms(one.since())},
      {"attendanceState", one.state(is_over(context.portal, *part.event, context.now))}};
  if (one.joined && one.left && *one.left >= *one.joined) {
    const auto there = *one.left - *one.joined;
    properties["attendanceDurationSeconds"] =
        std::chrono::duration_cast<std::chrono::seconds>(there).count();
    const std::string share = attended_share(context.portal, *part.event, there);
    if (!share.empty()) {
      properties["attendancePercentage"] = share;
    }
  }
  return {{"id", std::to_string(one.id)},
          {"createdAt", format_iso8601(one.created)},
          {"properties", std::move(properties)},
          {"associations",
           {{"marketingEvent", show_event_of(context, *part.event)},
            {"contact", show_contact(context.portal, *part.contact)}}}};
}

/// In the order they were made; `after` is the id of the last one shown.
Reply show_page(Context& context, std::vector<Part> parts) {
  const auto limit = read_limit(context.query, {choices::page_default, choices::page_maximum});
  if (!limit) {
    return fail(context, limit.error());
  }
  const std::string_view state = context.query.first("state").value_or("");
  if (!state.empty() && known_states.find(state) == std::string_view::npos) {
    return fail(context, hubspot::bad_query_parameter("state"));
  }
  const std::string_view cursor = context.query.first("after").value_or("");
  const auto after = cursor.empty() ? std::optional<std::uint64_t>(0) : parse_uint(cursor);
  if (!after) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  std::erase_if(parts, [&](const Part& part) {
    return !state.empty() &&
           part.one->state(is_over(context.portal, *part.event, context.now)) != state;
  });
  const std::size_t total = parts.size();
  std::erase_if(parts, [&](const Part& part) { return part.one->id <= *after; });
  std::sort(parts.begin(), parts.end(),
            [](const Part& a, const Part& b) { return a.one->id < b.one->id; });
  const bool more = parts.size() > *limit;
  parts.resize(std::min(parts.size(), *limit));
  Json results = Json::array();
  for (const Part& part : parts) {
    results.push_back(show_part(context, part));
  }
  std::string body =
      R"({"total":)" + std::to_string(total) + R"(,"results":)" + json::dump(results);
  if (more) {
    body += ',';
    append_paging(body, context, std::to_string(parts.back().one->id));
  }
  return answer(body + "}");
}

Reply run_of_event(Context& context) {
  const auto record = named_event(context);
  if (!record) {
    return fail(context, record.error());
  }
  const std::string_view wanted = context.query.first("contactIdentifier").value_or("");
  const auto contact = wanted.empty() ? nullptr : contact_named(context.portal, wanted);
  std::vector<Part> parts;
  for (const auto& [id, one] : event_book(context).notes((*record)->id).participants) {
    const auto who = live_contact(context.portal, id);
    if (who && (wanted.empty() || (contact && contact->id == who->id))) {
      parts.push_back({*record, who, &one});
    }
  }
  return show_page(context, std::move(parts));
}

Reply run_of_contact(Context& context) {
  const auto contact = contact_named(context.portal, context.param("contactIdentifier"));
  if (!contact) {
    return fail(context, hubspot::object_not_found());
  }
  std::vector<Part> parts;
  const auto events =
      context.portal.store(event_type(context.portal).index()).list(0, SIZE_MAX, false);
  for (const portal::RecordPtr& event : events.records) {
    for (const auto& [id, one] : event_book(context).notes(event->id).participants) {
      const auto who = live_contact(context.portal, id);
      if (who && who->id == contact->id) {
        parts.push_back({event, who, &one});
      }
    }
  }
  return show_page(context, std::move(parts));
}

}  // namespace

void register_marketing_event_participations(OperationRegistry& registry);
void register_marketing_event_participations(OperationRegistry& registry) {
  const std::string all = "marketing.marketing_events.participations.";
  const std::string by_external = ".by_external_account_id_external_event_id";
  registry.add({all + "read", run_counters, path_key});
  registry.add({all + "read" + by_external, run_counters, path_key});
  registry.add({all + "breakdown.list", run_of_event, path_key});
  registry.add({all + "breakdown.list" + by_external, run_of_event, path_key});
  registry.add({all + "contacts.breakdown.list", run_of_contact, path_key});
}

}  // namespace hubsim::operations
