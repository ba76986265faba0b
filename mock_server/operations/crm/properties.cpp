// Property definitions: list, read, create (behaviour reference 4.10).
#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

using hubspot::PropertyFact;

struct FieldTypes {
  std::string_view type;
  std::string_view field_types;
};
/// Which field types a type takes (4.10, D).
constexpr std::array<FieldTypes, 6> field_types{
    {{"bool", "booleancheckbox calculation_equation"},
     {"enumeration", "booleancheckbox checkbox radio select calculation_equation"},
     {"date", "date"},
     {"datetime", "date"},
     {"string", "file text textarea html phonenumber calculation_equation"},
     {"number", "number calculation_equation"}}};

// ---- render

void append_option(std::string& out, const hubspot::PropertyOption& option) {
  out += out.back() == '[' ? R"({"label":)" : R"(,{"label":)";
  json::append_string(out, option.label);
  out += R"(,"value":)";
  json::append_string(out, option.value);
  if (option.description) {
    out += R"(,"description":)";
    json::append_string(out, *option.description);
  }
  out += R"(,"displayOrder":)" + std::to_string(option.display_order);
  out += option.hidden ? R"(,"hidden":true})" : R"(,"hidden":false})";
}

void append_text(std::string& out, std::string_view key, std::string_view value) {
  out += ",\"";
  out += key;
  out += "\":";
  json::append_string(out, value);
}

void append_flag(std::string& out, std::string_view key, bool value) {
  out += ",\"";
  out += key;
  out += value ? "\":true" : "\":false";
}

/// HubSpot's own definitions lack the users and `archived` and say hubspotDefined (4.10, R).
void append_property(std::string& out, const Context& context, const portal::Property& property) {
  const PropertyFact& fact = property.fact;
  const bool custom = !fact.hubspot_defined;
  out += R"({"updatedAt":")" + format_iso8601(property.updated_at) + R"(","createdAt":")" +
         format_iso8601(property.created_at) + '"';
  append_text(out, "name", fact.name);
  append_text(out, "label", fact.label);
  append_text(out, "type", fact.type);
  append_text(out, "fieldType", fact.field_type);
  append_text(out, "description", fact.description);
  append_text(out, "groupName", fact.group_name);
  out += R"(,"options":[)";
  for (const auto& option : fact.options) {
    append_option(out, option);
  }
  out += ']';
  if (custom && !context.portal.owners().empty()) {
    const std::string user = std::to_string(context.portal.owners().front().user_id);
    append_text(out, "createdUserId", user);
    append_text(out, "updatedUserId", user);
  }
  if (!fact.referenced_object_type.empty()) {
    append_text(out, "referencedObjectType", fact.referenced_object_type);
  }
  out += R"(,"displayOrder":)" + std::to_string(fact.display_order);
  append_flag(out, "calculated", fact.calculated);
  append_flag(out, "externalOptions", fact.external_options);
  if (custom) {
    append_flag(out, "archived", property.archived);
  }
  append_flag(out, "hasUniqueValue", fact.has_unique_value);
  append_flag(out, "hidden", fact.hidden);
  if (!custom) {
    append_flag(out, "hubspotDefined", true);
  }
  out += R"(,"modificationMetadata":{"archivable":true)";
  append_flag(out, "readOnlyDefinition", !custom);
  append_flag(out, "readOnlyValue", fact.read_only_value || fact.calculated);
  out += '}';
  append_flag(out, "formField", fact.form_field);
  out += R"(,"dataSensitivity":"non_sensitive"})";
}

// ---- list and read

Reply run_list(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const bool archived = equals_ignoring_case(context.query.first("archived").value_or(""), "true");
  std::vector<const portal::Property*> wanted;
  for (const portal::Property& property : (*type)->properties()) {
    if (property.archived == archived) {
      wanted.push_back(&property);
    }
  }
  std::sort(wanted.begin(), wanted.end(),
            [](const auto* a, const auto* b) { return a->fact.name < b->fact.name; });
  std::string body = R"({"results":[)";
  for (const portal::Property* property : wanted) {
    body += body.back() == '[' ? "" : ",";
    append_property(body, context, *property);
  }
  return answer(body + "]}");
}

Reply run_read(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const std::string_view name = context.param("propertyName");
  const auto index = (*type)->property_index(name);
  if (!index || (*type)->property(*index).archived) {
    return fail(context, hubspot::property_missing(name));
  }
  std::string body;
  append_property(body, context, (*type)->property(*index));
  return answer(std::move(body));
}

// ---- create

std::optional<ApiError> check_name(std::string_view name) {
  const bool starts_well = !name.empty() && name.front() >= 'a' && name.front() <= 'z';
  const bool fine = starts_well && std::all_of(name.begin(), name.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                    });
  if (fine) {
    return std::nullopt;
  }
  return choices::validation("Property name '" + std::string(name) +
                             "' is invalid: lower-case letters, digits and underscores, and a "
                             "letter first");
}

std::optional<ApiError> check_types(std::string_view body, const PropertyFact& fact) {
  const auto known = std::find_if(field_types.begin(), field_types.end(),
                                  [&](const FieldTypes& entry) { return entry.type == fact.type; });
  if (known == field_types.end()) {
    return hubspot::invalid_enum(body, "/type",
                                 "bool, enumeration, date, datetime, string, number");
  }
  const auto allowed = split(known->field_types, ' ');
  if (std::find(allowed.begin(), allowed.end(), fact.field_type) == allowed.end()) {
    return choices::validation("fieldType '" + fact.field_type + "' is not valid for type '" +
                               fact.type + "'");
  }
  return std::nullopt;
}

Read<std::vector<hubspot::PropertyOption>> read_options(const Members& members) {
  std::vector<hubspot::PropertyOption> options;
  const auto items = members.list("options");
  if (!items) {
    return Failure{items.error()};
  }
  for (const Json& item : **items) {
    const Json* label = json::find(item, "label");
    const Json* value = json::find(item, "value");
    if (label == nullptr || value == nullptr) {
      return Failure{hubspot::missing_fields(members.body(), {"label", "value"})};
    }
    const Json* order = json::find(item, "displayOrder");
    const Json* hidden = json::find(item, "hidden");
    options.push_back(
        {.label = scalar_text(*label),
         .value = scalar_text(*value),
         .display_order = order != nullptr && order->is_number_integer() ? order->get<int>() : -1,
         .hidden = hidden != nullptr && hidden->is_boolean() && hidden->get<bool>()});
  }
  return options;
}

bool flag(const Members& members, std::string_view name) {
  const Json* member = members.find(name);
  return member != nullptr && member->is_boolean() && member->get<bool>();
}

Read<PropertyFact> read_texts(const Members& members) {
  PropertyFact fact{.hubspot_defined = false};
  struct Field {
    std::string_view name;
    std::string& into;
    bool required;
  };
  std::vector<std::string> missing;
  for (const Field& field :
       {Field{"name", fact.name, true}, Field{"label", fact.label, true},
        Field{"type", fact.type, true}, Field{"fieldType", fact.field_type, true},
        Field{"groupName", fact.group_name, true}, Field{"description", fact.description, false}}) {
    auto text = members.text(field.name);
    if (!text) {
      return Failure{text.error()};
    }
    if (field.required && text->empty()) {
      missing.emplace_back(field.name);
    }
    field.into = std::move(*text);
  }
  if (!missing.empty()) {
    return Failure{hubspot::missing_fields(members.body(), missing)};
  }
  return fact;
}

Read<PropertyFact> read_definition(const Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, *body);
  auto fact = read_texts(members);
  if (!fact) {
    return fact;
  }
  if (auto error = check_name(fact->name)) {
    return Failure{std::move(*error)};
  }
  if (auto error = check_types(context.request.body, *fact)) {
    return Failure{std::move(*error)};
  }
  auto options = read_options(members);
  if (!options) {
    return Failure{options.error()};
  }
  fact->options = std::move(*options);
  fact->has_unique_value = flag(members, "hasUniqueValue");
  fact->hidden = flag(members, "hidden");
  fact->form_field = flag(members, "formField");
  fact->external_options = flag(members, "externalOptions");
  fact->calculated = fact->field_type == "calculation_equation";
  const Json* order = members.find("displayOrder");
  fact->display_order = order != nullptr && order->is_number_integer() ? order->get<int>() : -1;
  fact->evidence = "R";
  return fact;
}

bool too_many_unique(const portal::ObjectType& type) {
  const auto count = std::count_if(
      type.properties().begin(), type.properties().end(), [](const portal::Property& property) {
        return property.fact.has_unique_value && !property.fact.hubspot_defined;
      });
  return static_cast<std::size_t>(count) >= choices::unique_properties_a_type;
}

Reply run_create(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const auto fact = read_definition(context);
  if (!fact) {
    return fail(context, fact.error());
  }
  if ((*type)->property_index(fact->name)) {
    return fail(context, hubspot::property_exists(fact->name));
  }
  if (fact->has_unique_value && too_many_unique(**type)) {
    return fail(context, choices::validation("An object type may have at most 10 properties with "
                                             "unique values"));
  }
  context.portal.define_property(
      (*type)->index(), {.fact = *fact, .created_at = context.now, .updated_at = context.now});
  std::string body;
  append_property(body, context, (*type)->property((*type)->property_index(fact->name).value()));
  Reply reply = answer(std::move(body), 201);
  reply.location = std::string(context.request.path) + "/" + fact->name;
  return reply;
}

std::string key_path(Context& context) { return std::string(context.request.path); }

std::string key_create(Context& context) {
  const auto fact = read_definition(context);
  return fact ? fact->name : std::string(context.request.body);
}

}  // namespace

void register_crm_properties(OperationRegistry& registry);
void register_crm_properties(OperationRegistry& registry) {
  registry.add({"crm.properties.list", run_list, key_path});
  registry.add({"crm.properties.read", run_read, key_path});
  registry.add({"crm.properties.create", run_create, key_create});
}

}  // namespace hubsim::operations
