#include "mock_server/webhooks/event.h"

#include <fmt/format.h>

#include "common/json/json.h"
#include "common/time/format.h"

namespace hubsim::webhooks {

namespace {

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

std::string_view change_flag(EventKind kind) {
  switch (kind) {
    case EventKind::creation:
      return "CREATED";
    case EventKind::deletion:
      return "DELETED";
    default:
      return "RESTORED";  // inferred (8.3)
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
    append_text(out, "associationCategory", "HUBSPOT_DEFINED");
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

void append_object(std::string& out, const Event& event) {
  const portal::Change& change = event.change();
  append_number(out, "objectId", change.object_id);
  if (event.generic) {
    append_text(out, "objectTypeId", event.source->type.type_id);
  }
  if (event.kind == EventKind::property_change) {
    append_text(out, "propertyName", event.property_name());
    append_text(out, "propertyValue", event.property_value());
  } else {
    append_text(out, "changeFlag", change_flag(event.kind));
  }
  append_text(out, "changeSource", change.source.change_source);
  append_source_id(out, change);
}

}  // namespace

std::string Event::subscription_type() const {
  std::string type = generic ? "object" : source->type.singular;
  const bool unknown = malformed == faults::Malformation::unknown_event_type;
  return type.append(".").append(unknown ? unknown_event : event_kind_name(kind));
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

void append_event_json(std::string& out, const Event& event, std::uint64_t portal_id, int attempt) {
  out.append("{\"eventId\":");
  const fmt::format_int event_id(event.event_id);
  out.append(event_id.data(), event_id.size());
  append_number(out, "subscriptionId", event.subscription_id);
  append_number(out, "portalId", portal_id);
  append_number(out, "appId", event.app_id);
  append_number(out, "occurredAt", static_cast<std::uint64_t>(to_unix_ms(event.change().at)));
  append_text(out, "subscriptionType", event.subscription_type());
  append_number(out, "attemptNumber", static_cast<std::uint64_t>(attempt));
  if (event.kind == EventKind::association_change) {
    append_association(out, event);
  } else {
    append_object(out, event);
  }
  if (event.malformed == faults::Malformation::unknown_fields) {
    out.append(unknown_fields);
  }
  out.push_back('}');
}

}  // namespace hubsim::webhooks
