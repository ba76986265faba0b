#include "mock_server/operations/retired/legacy.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/crm/associate.h"

namespace hubsim::operations {

namespace {

/// v1 and v2 pages (D of their time: 20 unless told, at most 100, companies and deals 250).
constexpr LimitRange legacy_limits{20, 250};
constexpr std::size_t most_associations = 500;

Json version_json(const LegacyApi& api, const portal::Portal::PastValue& past) {
  Json out = {{"value", past.value}};
  out["timestamp"] = to_unix_ms(past.at);
  if (api.dashed) {
    out["source-type"] = past.source.change_source;
    out["source-id"] = past.source.source_id;
    out["source-label"] = nullptr;
    out["selected"] = false;
  } else {
    out["source"] = past.source.change_source;
    out["sourceId"] = past.source.source_id;
  }
  return out;
}

Json conflict_body(const Context& context, const portal::Conflict& conflict) {
  const Json identity = {{"value", conflict.value},
                         {"type", "EMAIL"},
                         {"timestamp", to_unix_ms(context.now)},
                         {"isPrimary", true}};
  return {{"message", "Contact already exists"},
          {"identityProfile",
           {{"vid", conflict.existing_id},
            {"identity", Json::array({identity})},
            {"linkedVid", Json::array()},
            {"isContact", true},
            {"savedAtTimestamp", to_unix_ms(context.now)}}},
          {"status", "error"},
          {"correlationId", context.correlation_id}};
}

Json invalid_body(const Context& context, const portal::InvalidProperties& invalid) {
  Json results = Json::array();
  for (const portal::PropertyError& each : invalid.errors) {
    results.push_back({{"isValid", false},
                       {"message", each.message},
                       {"error", each.code},
                       {"name", each.property}});
  }
  return {{"validationResults", std::move(results)},
          {"status", "error"},
          {"message", "Property values were not valid"},
          {"correlationId", context.correlation_id}};
}

}  // namespace

const portal::ObjectType& legacy_type(const Context& context, const LegacyApi& api) {
  return *context.portal.find_type(api.type);  // HubSpot's own types cannot be removed
}

std::string legacy_value(const Context& context, const portal::Record& record,
                         std::string_view property) {
  const auto index = context.portal.type(record.type).property_index(property);
  return index ? context.portal.value_of(record, *index).value_or("") : "";
}

Json legacy_associated(const Context& context, const portal::Record& record,
                       std::string_view type) {
  Json ids = Json::array();
  for (const auto& item : context.portal.associations().list(
           {record.type, record.id}, context.portal.find_type(type)->index(), 0,
           most_associations)) {
    ids.push_back(item.to_id);
  }
  return ids;
}

void legacy_associate(Context& context, const portal::Record& record, std::string_view type,
                      const Json* ids) {
  const portal::ObjectType& to = *context.portal.find_type(type);
  const auto* fact = default_association_type(context.portal, context.portal.type(record.type), to);
  for (const Json& id : ids != nullptr && ids->is_array() ? *ids : Json::array()) {
    const auto number = parse_uint(scalar_text(id));
    const auto other = number ? context.portal.find(to.index(), *number) : nullptr;
    if (other && !other->archived && fact != nullptr) {
      attach(context,
             with_type({.from = {record.type, record.id}, .to = {to.index(), *number}}, fact));
    }
  }
}

Reply legacy_answer(const Json& body, int status) { return answer(json::dump(body), status); }

Read<portal::PropertyWrites> read_legacy_writes(const Context& context, const LegacyApi& api) {
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const auto list = Members(context.request.body, *body).list("properties");
  if (!list) {
    return Failure{list.error()};
  }
  portal::PropertyWrites writes;
  for (const Json& item : **list) {
    const Json* name = json::find(item, api.name_key);
    const Json* value = json::find(item, "value");
    if (name == nullptr || !name->is_string()) {
      return Failure{hubspot::missing_fields(context.request.body, {std::string(api.name_key)})};
    }
    writes.emplace_back(name->get<std::string>(), value == nullptr ? "" : scalar_text(*value));
  }
  return writes;
}

Json legacy_properties(const Context& context, const LegacyApi& api, const portal::Record& record) {
  const portal::ObjectType& type = legacy_type(context, api);
  Json out = Json::object();
  for (std::size_t i = 0; i < type.properties().size(); ++i) {
    const auto index = static_cast<portal::PropertyIndex>(i);
    const auto value = context.portal.value_of(record, index);
    if (!value || value->empty()) {
      continue;
    }
    Json versions = Json::array();
    for (const auto& past : context.portal.history_of(record, index)) {
      versions.push_back(version_json(api, past));
    }
    Json entry = {{"value", *value}};
    if (!api.dashed && !versions.empty()) {
      entry["timestamp"] = versions.front()["timestamp"];
      entry["source"] = versions.front()["source"];
      entry["sourceId"] = versions.front()["sourceId"];
    }
    entry["versions"] = std::move(versions);
    out[type.property(index).fact.name] = std::move(entry);
  }
  return out;
}

Reply legacy_refusal(const Context& context, const LegacyApi& api,
                     const portal::WriteError& error) {
  if (const auto* conflict = std::get_if<portal::Conflict>(&error);
      conflict != nullptr && api.type == "contacts") {
    return legacy_answer(conflict_body(context, *conflict), 409);
  }
  if (const auto* invalid = std::get_if<portal::InvalidProperties>(&error)) {
    return legacy_answer(invalid_body(context, *invalid), 400);
  }
  return fail(context, to_api_error(context, legacy_type(context, api), error));
}

portal::RecordPtr legacy_record(const Context& context, const LegacyApi& api,
                                std::string_view parameter) {
  const auto id = parse_uint(context.param(parameter));
  auto record = id ? context.portal.resolve(legacy_type(context, api).index(), *id) : nullptr;
  return record && !record->archived ? record : nullptr;
}

Read<LegacyPage> read_legacy_page(const Context& context, std::string_view limit,
                                  std::string_view offset) {
  const std::string_view count = context.query.first(limit).value_or("");
  const std::string_view from = context.query.first(offset).value_or("");
  const auto wanted =
      count.empty() ? std::optional<std::uint64_t>(legacy_limits.fallback) : parse_uint(count);
  const auto start = from.empty() ? std::optional<std::uint64_t>(0) : parse_uint(from);
  if (!wanted || !start) {
    return Failure{hubspot::bad_query_parameter(std::string(wanted ? offset : limit))};
  }
  return LegacyPage{std::clamp<std::size_t>(*wanted, 1, legacy_limits.maximum), *start};
}

}  // namespace hubsim::operations
