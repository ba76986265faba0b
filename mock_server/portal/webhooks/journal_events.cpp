// What the journal says of a change, and which subscriptions want it (behaviour reference 8.6).
// Several subscriptions of an app to one change make one event.
#include <algorithm>

#include "common/json/json.h"
#include "common/time/format.h"
#include "mock_server/portal/portal.h"
#include "mock_server/portal/webhooks/journal.h"

namespace hubsim::portal {

namespace {

template <class List, class Value>
bool empty_or_has(const List& list, const Value& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

std::vector<JournalSaid> said_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::created:
      return {{"CREATE"}};
    case ChangeKind::updated:
      return {{"UPDATE"}};
    case ChangeKind::archived:
      return {{"DELETE"}};
    case ChangeKind::restored:
      return {{"RESTORE"}};
    case ChangeKind::merged:
      return {{"MERGE"}};
    case ChangeKind::associated:
      return {{"ASSOCIATION_ADDED", JournalKind::association}};
    case ChangeKind::dissociated:
      return {{"ASSOCIATION_REMOVED", JournalKind::association}};
    case ChangeKind::list_added:
      return {{"ADDED_TO_LIST", JournalKind::list_membership}};
    case ChangeKind::list_removed:
      return {{"REMOVED_FROM_LIST", JournalKind::list_membership}};
    case ChangeKind::privacy_deleted:
      return {{"GDPR_DELETE", JournalKind::gdpr_privacy_deletion}, {"DELETE"}};
  }
  return {};
}

TypeLabel label_of(const Portal& portal, const std::shared_ptr<const TypeLabel>& told,
                   TypeIndex index) {
  if (told) {
    return *told;
  }
  const auto& fact = portal.type(index).fact();
  return {fact.type_id, fact.singular};
}

std::optional<std::string> value_of(const Portal& portal, const Record& record,
                                    std::string_view property) {
  const auto index = portal.type(record.type).property_index(property);
  return index ? portal.value_of(record, *index) : std::nullopt;
}

/// One filter that holds is enough; a subscription without any takes everything.
bool passes_filters(const Portal& portal, const AppJournal& app, std::uint64_t subscription,
                    const Change& change) {
  const RecordPtr record = portal.find(change.type, change.object_id);
  bool filtered = false;
  for (const JournalFilter& filter : app.filters) {
    if (filter.subscription_id != subscription) {
      continue;
    }
    filtered = true;
    const bool holds = record && std::all_of(filter.conditions.begin(), filter.conditions.end(),
                                             [&](const JournalCondition& condition) {
                                               return condition.holds(
                                                   value_of(portal, *record, condition.property));
                                             });
    if (holds) {
      return true;
    }
  }
  return !filtered;
}

struct Asked {
  const Portal& portal;
  const AppJournal& app;
  const Change& change;
  TypeLabel type;
  TypeLabel to_type;
};

bool wants(const Asked& asked, const JournalSubscription& one, const JournalSaid& said) {
  const Change& change = asked.change;
  const bool of_list = said.kind == JournalKind::list_membership;
  const bool about = of_list ? empty_or_has(one.list_ids, change.list_id)
                             : one.object_type_id == asked.type.type_id;
  if (one.kind != said.kind || !about || one.portal_id != asked.portal.config().portal_id ||
      !one.has_action(said.action) || !empty_or_has(one.object_ids, change.object_id)) {
    return false;
  }
  if (one.kind == JournalKind::association &&
      !empty_or_has(one.associated_type_ids, asked.to_type.type_id)) {
    return false;
  }
  const bool other_property =
      said.action == "UPDATE" &&
      std::none_of(change.properties.begin(), change.properties.end(),
                   [&](const auto& pair) { return empty_or_has(one.properties, pair.first); });
  return !other_property && passes_filters(asked.portal, asked.app, one.id, change);
}

void append_text(std::string& out, std::string_view key, std::string_view value) {
  out.append(",\"").append(key).append("\":");
  json::append_string(out, value);
}

std::string begin_event(std::string_view type, std::uint64_t portal_id, Instant at,
                        std::string_view action) {
  std::string out =
      "{\"type\":\"" + std::string(type) + "\",\"portalId\":" + std::to_string(portal_id);
  append_text(out, "occurredAt", format_iso8601(at));
  append_text(out, "action", action);
  return out;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string association_event(const Asked& asked, const JournalSaid& said) {
  const Change& change = asked.change;
  std::string out =
      begin_event("association", asked.portal.config().portal_id, change.at, said.action);
  append_text(out, "objectTypeId", asked.type.type_id);
  out += ",\"objectId\":" + std::to_string(change.object_id);
  append_text(out, "associatedObjectTypeId", asked.to_type.type_id);
  out += ",\"associatedObjectId\":" + std::to_string(change.association->to_id);
  append_text(out, "associationType",
              upper(asked.type.singular) + "_TO_" + upper(asked.to_type.singular));
  return out + "}";
}

std::string list_event(const Asked& asked, const JournalSaid& said) {
  const Change& change = asked.change;
  std::string out =
      begin_event("listMembership", asked.portal.config().portal_id, change.at, said.action);
  append_text(out, "objectTypeId", asked.type.type_id);
  return out + ",\"objectId\":" + std::to_string(change.object_id) +
         ",\"listId\":" + std::to_string(change.list_id) + "}";
}

/// Properties that one of the subscriptions named; all where one named none.
std::string object_event(const Asked& asked, const JournalSaid& said,
                         const std::vector<const JournalSubscription*>& wanted) {
  const Change& change = asked.change;
  std::string out =
      begin_event("crmObject", asked.portal.config().portal_id, change.at, said.action);
  append_text(out, "objectTypeId", asked.type.type_id);
  out += ",\"objectId\":" + std::to_string(change.object_id);
  if (said.action != "CREATE" && said.action != "UPDATE" && said.action != "MERGE") {
    return out + "}";
  }
  out += ",\"propertyChanges\":{";
  for (const auto& [name, value] : change.properties) {
    const bool told = std::any_of(wanted.begin(), wanted.end(), [&](const auto* one) {
      return empty_or_has(one->properties, name);
    });
    if (told) {
      out += out.back() == '{' ? "" : ",";
      json::append_string(out, name);
      out += ':';
      json::append_string(out, value);
    }
  }
  return out + "}}";
}

std::string event_of(const Asked& asked, const JournalSaid& said,
                     const std::vector<const JournalSubscription*>& wanted) {
  switch (said.kind) {
    case JournalKind::association:
      return association_event(asked, said);
    case JournalKind::list_membership:
      return list_event(asked, said);
    default:
      return object_event(asked, said, wanted);
  }
}

}  // namespace

std::vector<std::string> journal_events(const Portal& portal, const AppJournal& app,
                                        const Change& change) {
  Asked asked{portal, app, change, label_of(portal, change.type_label, change.type), {}};
  if (change.association) {
    asked.to_type = label_of(portal, change.association->to_label, change.association->to_type);
  }
  std::vector<std::string> events;
  for (const JournalSaid& said : said_of(change.kind)) {
    std::vector<const JournalSubscription*> wanted;
    for (const JournalSubscription& one : app.subscriptions) {
      if (wants(asked, one, said)) {
        wanted.push_back(&one);
      }
    }
    if (!wanted.empty()) {
      events.push_back(event_of(asked, said, wanted));
    }
  }
  return events;
}

std::string snapshot_event(const Portal& portal, const JournalSnapshot& snapshot, Instant now) {
  const ObjectType* type = portal.find_type(snapshot.object_type_id);
  const RecordPtr record =
      type != nullptr ? portal.find(type->index(), snapshot.object_id) : nullptr;
  if (!record || record->archived) {
    return "";
  }
  std::string out = begin_event("crmObject", portal.config().portal_id, now, "SNAPSHOT");
  append_text(out, "objectTypeId", snapshot.object_type_id);
  out += ",\"objectId\":" + std::to_string(snapshot.object_id) + ",\"propertyChanges\":{";
  for (const std::string& name : snapshot.properties) {
    out += out.back() == '{' ? "" : ",";
    json::append_string(out, name);
    out += ':';
    const auto value = value_of(portal, *record, name);
    if (value) {
      json::append_string(out, *value);
    } else {
      out += "null";
    }
  }
  return out + "}}";
}

void Journal::on_app_lifecycle(Portal& portal, std::uint64_t app_id, bool installed, Instant now) {
  auto& journal = portal.part<Journal>();
  const auto found = journal.apps_.find(app_id);
  if (found == journal.apps_.end()) {
    return;
  }
  const std::string_view type = installed ? app_install_event : app_uninstall_event;
  const auto& subscriptions = found->second.subscriptions;
  const bool wanted = std::any_of(subscriptions.begin(), subscriptions.end(), [&](const auto& one) {
    return one.kind == JournalKind::app_lifecycle && one.object_type_id == type;
  });
  if (wanted) {
    std::string out = begin_event("app_lifecycle_event", portal.config().portal_id, now,
                                  installed ? "APP_INSTALL" : "APP_UNINSTALL");
    append_text(out, "eventTypeId", type);
    journal.add_event(portal, app_id, out + "}", now);
  }
}

}  // namespace hubsim::portal
