#include "mock_server/webhooks/event.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/json/json.h"
#include "common/time/format.h"

namespace hubsim::webhooks {

namespace {

/// What stands for the value of a sensitive property (8.3, documented).
constexpr std::string_view redacted = "REDACTED";
/// No event kind and no key that HubSpot has or is likely to get.
constexpr std::string_view unknown_event = "hubsimUnknown";
constexpr std::string_view unknown_fields =
    R"(,"hubsimText":"unknown","hubsimNull":null,"hubsimNested":{"list":[1,{"deep":true}]})";

void append_key(std::string& out, std::string_view key) {
  out.append(",\"").append(key).append("\":");
}

void append_number(std::string& out, std::string_view key, std::uint64_t value) {
  append_key(out, key);
  const fmt::format_int digits(value);
  out.append(digits.data(), digits.size());
}

void append_text(std::string& out, std::string_view key, std::string_view value) {
  append_key(out, key);
  json::append_string(out, value);
}

void append_flag(std::string& out, std::string_view key, bool value) {
  append_key(out, key);
  out.append(value ? "true" : "false");
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return result;
}

std::string_view change_flag(EventKind kind, const Wording& wording) {
  switch (kind) {
    case EventKind::creation:
      return wording.creation_flag;
    case EventKind::new_message:
      return "NEW_MESSAGE";
    case EventKind::restore:
      return "RESTORED";  // inferred (8.3)
    default:
      return "DELETED";
  }
}

void append_source_id(std::string& out, const portal::Change& change) {
  if (!change.source.source_id.empty()) {
    append_text(out, "sourceId", change.source.source_id);
  }
}

/// Key order of the recorded sample: changeSource comes first, sourceId last (8.3).
void append_association(std::string& out, const Event& event) {
  const portal::Change& change = event.change();
  const bool by_person = change.source.change_source == "CRM_UI";
  append_text(out, "changeSource", by_person ? "USER" : change.source.change_source);
  if (event.generic) {
    append_number(out, "associationTypeId",
                  static_cast<std::uint64_t>(change.association->type_id));
    append_text(out, "associationCategory", event.source->association_category);
    append_text(out, "fromObjectTypeId", event.source->type.type_id);
    append_text(out, "toObjectTypeId", event.source->to_type.type_id);
  } else {
    append_text(
        out, "associationType",
        upper(event.source->type.singular) + "_TO_" + upper(event.source->to_type.singular));
  }
  append_number(out, "fromObjectId", change.object_id);
  append_number(out, "toObjectId", change.association->to_id);
  append_flag(out, "associationRemoved", change.kind == portal::ChangeKind::dissociated);
  append_flag(out, "isPrimaryAssociation", change.association->primary);
  append_source_id(out, change);
}

void append_property(std::string& out, const Event& event) {
  const bool sensitive = event.source->is_sensitive(event.property_name());
  append_text(out, "propertyName", event.property_name());
  append_text(out, "propertyValue", sensitive ? redacted : event.property_value());
  if (sensitive) {
    append_flag(out, "isSensitive", true);
  }
}

/// primaryObjectId is the winner before the merge, mergedObjectIds what went into it (8.3).
void append_merge(std::string& out, const Event& event) {
  const portal::Change& change = event.change();
  const portal::MergeChange merge = change.merge.value_or(portal::MergeChange{});
  append_number(out, "primaryObjectId", merge.primary_id);
  append_key(out, "mergedObjectIds");
  out.push_back('[');
  for (const portal::ObjectId id : merge.merged_ids) {
    if (id != merge.primary_id) {
      out.append(out.back() == '[' ? "" : ",").append(std::to_string(id));
    }
  }
  out.push_back(']');
  append_number(out, "newObjectId", merge.new_id != 0 ? merge.new_id : change.object_id);
  append_number(out, "numberOfPropertiesMoved", merge.properties_moved);
}

/// What the events of one kind have in common with no other (8.3).
void append_details(std::string& out, const Event& event, const Wording& wording) {
  switch (event.kind) {
    case EventKind::property_change:
      append_property(out, event);
      return;
    case EventKind::merge:
      append_merge(out, event);
      return;
    case EventKind::completed:
      // Beyond its name nothing is known of this event (8.1; chosen).
      append_text(out, "eventTypeName", event.source->event_type_name);
      return;
    case EventKind::new_message:
      append_text(out, "messageId", event.source->message ? event.source->message->id : "");
      append_text(out, "messageType",
                  event.source->message ? event.source->message->type : "MESSAGE");
      break;
    default:
      break;
  }
  append_text(out, "changeFlag", change_flag(event.kind, wording));
}

void append_object(std::string& out, const Event& event, const Wording& wording) {
  const portal::Change& change = event.change();
  append_number(out, "objectId", event.object_id());
  if (event.generic) {
    append_text(out, "objectTypeId", event.source->type.type_id);
  }
  append_details(out, event, wording);
  append_text(out, "changeSource", change.source.change_source);
  append_source_id(out, change);
}

}  // namespace

std::string Event::subscription_type() const {
  std::string type = generic ? "object" : source->type.singular;
  const bool unknown = malformed == faults::Malformation::unknown_event_type;
  return type.append(".").append(unknown ? unknown_event : portal::webhook_event_name(kind));
}

std::string_view Event::property_name() const {
  return property == no_property ? std::string_view()
                                 : std::string_view(change().properties[property].first);
}

std::string_view Event::property_value() const {
  if (property == no_property) {
    return {};
  }
  return forged ? std::string_view(forged->value)
                : std::string_view(change().properties[property].second);
}

bool SharedChange::is_sensitive(std::string_view property) const {
  return std::find(sensitive.begin(), sensitive.end(), property) != sensitive.end();
}

void append_event_json(std::string& out, const Event& event, const Wording& wording) {
  out.append("{\"eventId\":");
  const fmt::format_int event_id(event.event_id);
  out.append(event_id.data(), event_id.size());
  append_number(out, "subscriptionId", event.subscription_id);
  append_number(out, "portalId", event.source->portal_id);
  append_number(out, "appId", event.app_id);
  append_number(out, "occurredAt", static_cast<std::uint64_t>(to_unix_ms(event.change().at)));
  append_text(out, "subscriptionType", event.subscription_type());
  append_number(out, "attemptNumber", static_cast<std::uint64_t>(wording.attempt));
  if (event.kind == EventKind::association_change) {
    append_association(out, event);
  } else {
    append_object(out, event, wording);
  }
  if (event.malformed == faults::Malformation::unknown_fields) {
    out.append(unknown_fields);
  }
  out.push_back('}');
}

}  // namespace hubsim::webhooks
