// Engagements v1, retired: notes, emails, tasks, meetings and calls as one kind of thing with
// metadata; on the activities of today (shapes as their clients read them, I; error texts U). Ids
// are those of today's records: the ranges of the five types do not meet.
#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/retired/legacy.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

using portal::ObjectType;
using portal::Record;
using portal::RecordPtr;

struct Kind {
  std::string_view name;  ///< "type" of v1
  std::string_view type;  ///< of today
};
constexpr std::array<Kind, 5> kinds{{{"NOTE", "notes"},
                                     {"EMAIL", "emails"},
                                     {"TASK", "tasks"},
                                     {"MEETING", "meetings"},
                                     {"CALL", "calls"}}};

enum class Form { text, number, time };
/// A member of "metadata" and the property that it is today.
struct Meaning {
  std::string_view type;
  std::string_view member;
  std::string_view property;
  Form form = Form::text;
};
constexpr std::array<Meaning, 22> meanings{{
    {"notes", "body", "hs_note_body"},
    {"emails", "subject", "hs_email_subject"},
    {"emails", "html", "hs_email_html"},
    {"emails", "text", "hs_email_text"},
    {"emails", "status", "hs_email_status"},
    {"tasks", "body", "hs_task_body"},
    {"tasks", "subject", "hs_task_subject"},
    {"tasks", "status", "hs_task_status"},
    {"tasks", "priority", "hs_task_priority"},
    {"tasks", "taskType", "hs_task_type"},
    {"tasks", "forObjectType", "hs_task_for_object_type"},
    {"meetings", "body", "hs_meeting_body"},
    {"meetings", "title", "hs_meeting_title"},
    {"meetings", "startTime", "hs_meeting_start_time", Form::time},
    {"meetings", "endTime", "hs_meeting_end_time", Form::time},
    {"meetings", "internalMeetingNotes", "hs_internal_meeting_notes"},
    {"calls", "body", "hs_call_body"},
    {"calls", "toNumber", "hs_call_to_number"},
    {"calls", "fromNumber", "hs_call_from_number"},
    {"calls", "status", "hs_call_status"},
    {"calls", "durationMilliseconds", "hs_call_duration", Form::number},
    {"calls", "recordingUrl", "hs_call_recording_url"},
}};

struct Side {
  std::string_view member;  ///< of "associations"
  std::string_view type;
};
constexpr std::array<Side, 4> sides{{{"contactIds", "contacts"},
                                     {"companyIds", "companies"},
                                     {"dealIds", "deals"},
                                     {"ticketIds", "tickets"}}};

std::string_view type_name(const ObjectType& type) {
  const auto& kind = *std::find_if(kinds.begin(), kinds.end(), [&](const Kind& each) {
    return each.type == type.fact().plural;
  });
  return kind.name;
}

Json time_value(const std::string& text) {
  const auto instant = parse_iso8601(text);
  return instant ? Json(to_unix_ms(*instant)) : Json();
}

Json number_value(const std::string& text) {
  const auto number = parse_uint(text);
  return number ? Json(*number) : Json(text);
}

/// Who an email is from and to: members of v1, of today's headers (JSON in a text).
constexpr std::array<const char*, 4> parties{"from", "to", "cc", "bcc"};

void add_parties(Json& out, const std::string& headers) {
  const auto parsed = json::parse(headers);
  for (const char* party : parties) {
    if (parsed && parsed->is_object() && parsed->contains(party)) {
      out[party] = (*parsed)[party];
    }
  }
}

Json metadata(const Context& context, const Record& record) {
  const std::string_view type = context.portal.type(record.type).fact().plural;
  Json out = Json::object();
  for (const Meaning& meaning : meanings) {
    const std::string value =
        meaning.type == type ? legacy_value(context, record, meaning.property) : "";
    if (!value.empty()) {
      out[meaning.member] = meaning.form == Form::time     ? time_value(value)
                            : meaning.form == Form::number ? number_value(value)
                                                           : Json(value);
    }
  }
  if (type == "emails") {
    add_parties(out, legacy_value(context, record, "hs_email_headers"));
  }
  return out;
}

Json associations(const Context& context, const Record& record) {
  Json out = Json::object();
  for (const Side& side : sides) {
    out[side.member] = legacy_associated(context, record, side.type);
  }
  out["ownerIds"] = Json::array();
  out["workflowIds"] = Json::array();
  return out;
}

Json engagement(const Context& context, const Record& record) {
  const ObjectType& type = context.portal.type(record.type);
  Json attachments = Json::array();
  const std::string ids = legacy_value(context, record, "hs_attachment_ids");
  for (const std::string_view id : split(ids, ';')) {
    if (!id.empty()) {
      attachments.push_back({{"id", number_value(std::string(id))}});
    }
  }
  Json head = {{"id", record.id},
               {"portalId", context.portal.config().portal_id},
               {"active", !record.archived},
               {"createdAt", to_unix_ms(record.created_at)},
               {"lastUpdated", to_unix_ms(record.updated_at)},
               {"type", type_name(type)},
               {"timestamp", time_value(legacy_value(context, record, "hs_timestamp"))}};
  const std::string owner = legacy_value(context, record, "hubspot_owner_id");
  if (!owner.empty()) {
    head["ownerId"] = number_value(owner);
  }
  return {{"engagement", std::move(head)},
          {"associations", associations(context, record)},
          {"attachments", std::move(attachments)},
          {"metadata", metadata(context, record)}};
}

/// The live record of any of the five types.
RecordPtr find_engagement(const Context& context) {
  const auto id = parse_uint(context.param("engagementId"));
  for (const Kind& kind : kinds) {
    auto record =
        id ? context.portal.find(context.portal.find_type(kind.type)->index(), *id) : nullptr;
    if (record && !record->archived) {
      return record;
    }
  }
  return nullptr;
}

Reply no_engagement(const Context& context) {
  return fail(context, {.status = 404,
                        .message = "Engagement not found for id " +
                                   std::string(context.param("engagementId"))});
}

Json member_of(const Json& body, std::string_view name) {
  const Json* found = json::find(body, name);
  return found != nullptr && found->is_object() ? *found : Json::object();
}

/// What of "engagement", "attachments" and "metadata" is given, as properties of today.
portal::PropertyWrites writes_of(const Json& body, const ObjectType& type) {
  portal::PropertyWrites writes;
  const Json head = member_of(body, "engagement");
  const auto take = [&](const Json& from, std::string_view member, std::string_view property) {
    if (const Json* value = json::find(from, member)) {
      writes.emplace_back(property, value->is_null() ? "" : scalar_text(*value));
    }
  };
  take(head, "timestamp", "hs_timestamp");
  take(head, "ownerId", "hubspot_owner_id");
  const Json given = member_of(body, "metadata");
  for (const Meaning& meaning : meanings) {
    if (meaning.type == type.fact().plural) {
      take(given, meaning.member, meaning.property);
    }
  }
  Json headers = Json::object();
  for (const char* party : parties) {
    if (type.fact().plural == "emails" && given.contains(party)) {
      headers[party] = given[party];
    }
  }
  if (!headers.empty()) {
    writes.emplace_back("hs_email_headers", json::dump(headers));
  }
  const Json* attachments = json::find(body, "attachments");
  std::string ids;
  for (const Json& each :
       attachments != nullptr && attachments->is_array() ? *attachments : Json::array()) {
    if (const Json* id = json::find(each, "id")) {
      ids += (ids.empty() ? "" : ";") + scalar_text(*id);
    }
  }
  if (!ids.empty()) {
    writes.emplace_back("hs_attachment_ids", ids);
  }
  return writes;
}

void tie(Context& context, const Record& record, const Json& body) {
  const Json given = member_of(body, "associations");
  for (const Side& side : sides) {
    legacy_associate(context, record, side.type, json::find(given, side.member));
  }
}

Reply run_create(Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  const Json head = member_of(*body, "engagement");
  const Json* name = json::find(head, "type");
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& each) {
    return name != nullptr && name->is_string() && name->get<std::string>() == each.name;
  });
  if (kind == kinds.end()) {
    return fail(context, hubspot::invalid_enum(context.request.body, "/engagement/type",
                                               "NOTE, EMAIL, TASK, MEETING, CALL"));
  }
  const ObjectType& type = *context.portal.find_type(kind->type);
  portal::PropertyWrites writes = writes_of(*body, type);
  if (!head.contains("timestamp")) {
    writes.emplace_back("hs_timestamp", std::to_string(to_unix_ms(context.now)));
  }
  if (kind->type == "emails") {
    writes.emplace_back("hs_email_direction", "EMAIL");
  }
  const auto created = context.portal.create(type.index(), writes, context.write());
  if (!created) {
    return legacy_refusal(context, {.type = kind->type, .name_key = "name"}, created.error());
  }
  tie(context, **created, *body);
  return legacy_answer(engagement(context, **created));
}

Reply run_read(Context& context) {
  const auto record = find_engagement(context);
  return record ? legacy_answer(engagement(context, *record)) : no_engagement(context);
}

Reply run_update(Context& context) {
  const auto body = read_object(context);
  const auto record = find_engagement(context);
  if (!body || !record) {
    return body ? no_engagement(context) : fail(context, body.error());
  }
  const ObjectType& type = context.portal.type(record->type);
  const auto updated =
      context.portal.update(record->type, record->id, writes_of(*body, type), context.write());
  if (!updated) {
    return legacy_refusal(context, {.type = type.fact().plural, .name_key = "name"},
                          updated.error());
  }
  tie(context, **updated, *body);
  return legacy_answer(engagement(context, **updated));
}

Reply run_delete(Context& context) {
  const auto record = find_engagement(context);
  if (!record) {
    return no_engagement(context);
  }
  context.portal.archive(record->type, record->id, context.write());
  return no_content();
}

using Found = std::vector<RecordPtr>;
/// More than a portal holds.
constexpr std::size_t deepest = 1'000'000'000;

/// One page of what was found; `offset` counts.
Reply page_of(const Context& context, const Found& found, const LegacyPage& page,
              std::size_t total) {
  Json results = Json::array();
  const std::size_t first = std::min<std::size_t>(page.from, found.size());
  const std::size_t end = std::min(first + page.limit, found.size());
  for (std::size_t i = first; i < end; ++i) {
    results.push_back(engagement(context, *found[i]));
  }
  return legacy_answer({{"results", std::move(results)},
                        {"hasMore", end < total},
                        {"offset", end},
                        {"total", total}});
}

/// The first so many by type and id, and how many there are.
struct Live {
  Found found;
  std::size_t total = 0;
};
Live live_engagements(const Context& context, std::size_t most) {
  Live live;
  for (const Kind& kind : kinds) {
    const auto& store = context.portal.store(context.portal.find_type(kind.type)->index());
    const auto records = store.list(0, most - live.found.size(), false).records;
    live.found.insert(live.found.end(), records.begin(), records.end());
    live.total += store.live_count();
  }
  return live;
}

Reply run_list(Context& context) {
  const auto page = read_legacy_page(context, "limit", "offset");
  if (!page) {
    return fail(context, page.error());
  }
  const std::size_t end = std::min<std::size_t>(page->from, deepest) + page->limit;
  const Live live = live_engagements(context, end);
  return page_of(context, live.found, *page, live.total);
}

/// Newest change first; those changed at `since` (milliseconds) or later.
Reply run_recent(Context& context) {
  const auto page = read_legacy_page(context, "count", "offset");
  if (!page) {
    return fail(context, page.error());
  }
  const auto since = parse_int(context.query.first("since").value_or("0"));
  if (!since) {
    return fail(context, hubspot::bad_query_parameter("since"));
  }
  Found found = live_engagements(context, deepest).found;
  std::erase_if(found,
                [&](const RecordPtr& each) { return to_unix_ms(each->updated_at) < *since; });
  std::stable_sort(found.begin(), found.end(), [](const RecordPtr& a, const RecordPtr& b) {
    return a->updated_at > b->updated_at;
  });
  return page_of(context, found, *page, found.size());
}

Reply run_associated(Context& context) {
  const auto type = read_type(context);
  const auto page = read_legacy_page(context, "limit", "offset");
  if (!type || !page) {
    return fail(context, type ? page.error() : type.error());
  }
  const auto id = parse_uint(context.param("objectId")).value_or(0);
  Found found;
  for (const Kind& kind : kinds) {
    const ObjectType& to = *context.portal.find_type(kind.type);
    for (const auto& item :
         context.portal.associations().list({(*type)->index(), id}, to.index(), 0, SIZE_MAX)) {
      found.push_back(context.portal.find(to.index(), item.to_id));
    }
  }
  return page_of(context, found, *page, found.size());
}

/// PUT ties, DELETE unties (I: both 204).
Reply change_tie(Context& context, bool tied) {
  const auto record = find_engagement(context);
  const auto type = read_type(context);
  if (!record || !type) {
    return record ? fail(context, type.error()) : no_engagement(context);
  }
  const auto id = parse_uint(context.param("objectId")).value_or(0);
  if (!tied) {
    context.portal.dissociate({record->type, record->id}, {(*type)->index(), id}, context.write());
  } else {
    const Json ids = Json::array({id});
    legacy_associate(context, *record, (*type)->fact().plural, &ids);
  }
  return no_content();
}

Reply run_tie(Context& context) { return change_tie(context, true); }
Reply run_untie(Context& context) { return change_tie(context, false); }

std::string key_engagement(Context& context) {
  const auto record = find_engagement(context);
  return record ? record->lineage : path_key(context);
}

std::string key_create(Context& context) { return std::string(context.request.body); }

}  // namespace

void register_retired_engagements_v1(OperationRegistry& registry);
void register_retired_engagements_v1(OperationRegistry& registry) {
  registry.add({"retired.engagements.create", run_create, key_create});
  registry.add({"retired.engagements.read", run_read, key_engagement});
  registry.add({"retired.engagements.update", run_update, key_engagement});
  registry.add({"retired.engagements.delete", run_delete, key_engagement});
  registry.add({"retired.engagements.list", run_list, path_key});
  registry.add({"retired.engagements.recent", run_recent, path_key});
  registry.add({"retired.engagements.associated", run_associated, path_key});
  registry.add({"retired.engagements.tie", run_tie, key_engagement});
  registry.add({"retired.engagements.untie", run_untie, key_engagement});
}

}  // namespace hubsim::operations
