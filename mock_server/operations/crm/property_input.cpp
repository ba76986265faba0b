#include "mock_server/operations/crm/property_input.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/crm/property_formula.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/portal/property_groups.h"

namespace hubsim::operations {

namespace {

using hubspot::Option;
using hubspot::PropertyFact;

struct FieldTypes {
  std::string_view type;
  std::string_view field_types;
};
/// Which field types a type takes (4.10, D; phone_number T live 2026-10).
constexpr std::array<FieldTypes, 7> field_types{
    {{"bool", "booleancheckbox calculation_equation"},
     {"enumeration", "booleancheckbox checkbox radio select calculation_equation"},
     {"date", "date"},
     {"datetime", "date"},
     {"string", "file text textarea html phonenumber calculation_equation"},
     {"number", "number calculation_equation"},
     {"phone_number", "phonenumber"}}};
constexpr std::array<std::string_view, 4> hints{"showCurrencySymbol", "currencyPropertyName",
                                                "numberDisplayHint", "textDisplayHint"};
constexpr std::size_t longest_name = 100;
constexpr std::size_t most_options = 5'000;  // U; bounds the list
constexpr std::size_t free_custom_properties = 10;
constexpr std::size_t paid_custom_properties = 1'000;

// ---- rules

std::optional<ApiError> check_name(std::string_view name) {
  const bool starts_well = !name.empty() && name.front() >= 'a' && name.front() <= 'z';
  const bool fine = starts_well && name.size() <= longest_name &&
                    std::all_of(name.begin(), name.end(), [](char c) {
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
  const auto* known =
      std::find_if(field_types.begin(), field_types.end(),
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

ApiError property_problem(std::string message, std::string_view which) {
  ApiError error = choices::validation(std::move(message));
  error.sub_category = "PropertyValidationError." + std::string(which);
  return error;
}

bool has_options(const PropertyFact& fact, std::initializer_list<std::string_view> values) {
  return fact.options.size() == values.size() &&
         std::all_of(values.begin(), values.end(), [&](std::string_view value) {
           return std::any_of(fact.options.begin(), fact.options.end(),
                              [&](const auto& option) { return option.value == value; });
         });
}

std::optional<ApiError> check_options(const Context& context, const PropertyFact& fact) {
  if (fact.type == "bool" && !has_options(fact, {"true", "false"}) &&
      fact.calculation_formula.empty() &&
      context.portal.options().on(Option::properties_bool_options_required)) {
    return property_problem("A bool property must have exactly the options true and false",
                            "INVALID_BOOLEAN_OPTION");
  }
  if (fact.type == "enumeration" && fact.options.empty() && !fact.external_options) {
    return choices::validation("An enumeration property must have at least one option");
  }
  std::vector<std::string_view> values;
  for (const auto& option : fact.options) {
    if (std::find(values.begin(), values.end(), option.value) != values.end()) {
      return choices::validation("Property option value '" + option.value +
                                 "' is not unique among the options");
    }
    values.push_back(option.value);
  }
  return std::nullopt;
}

std::optional<ApiError> check_group(const Context& context, const portal::ObjectType& type,
                                    const std::string& name) {
  if (!context.portal.options().on(Option::properties_group_required) ||
      context.portal.part<portal::PropertyGroups>().find(type, name) != nullptr) {
    return std::nullopt;
  }
  return choices::validation("Property group '" + name + "' does not exist");
}

std::optional<ApiError> check_sensitivity(std::string_view body, const PropertyFact& fact) {
  const auto& level = fact.data_sensitivity;
  const bool known =
      level == "non_sensitive" || level == "sensitive" || level == "highly_sensitive";
  return known ? std::nullopt
               : std::optional(hubspot::invalid_enum(body, "/dataSensitivity",
                                                     "non_sensitive, sensitive, highly_sensitive"));
}

// ---- members

Read<std::vector<hubspot::PropertyOption>> read_options(const Members& members) {
  std::vector<hubspot::PropertyOption> options;
  const auto items = members.list("options");
  if (!items) {
    return Failure{items.error()};
  }
  if ((*items)->size() > most_options) {
    return Failure{choices::validation("A property may have at most " +
                                       std::to_string(most_options) + " options")};
  }
  for (const Json& item : **items) {
    const Json* label = json::find(item, "label");
    const Json* value = json::find(item, "value");
    if (label == nullptr || value == nullptr) {
      return Failure{hubspot::missing_fields(members.body(), {"label", "value"})};
    }
    const Json* order = json::find(item, "displayOrder");
    const Json* hidden = json::find(item, "hidden");
    const Json* description = json::find(item, "description");
    options.push_back(
        {.label = scalar_text(*label),
         .value = scalar_text(*value),
         .display_order = order != nullptr && order->is_number_integer() ? order->get<int>() : -1,
         .hidden = hidden != nullptr && hidden->is_boolean() && hidden->get<bool>(),
         .description =
             description != nullptr ? std::optional(scalar_text(*description)) : std::nullopt});
  }
  return options;
}

void read_flag(const Members& members, std::string_view name, bool& into) {
  const Json* member = members.find(name);
  if (member != nullptr && member->is_boolean()) {
    into = member->get<bool>();
  }
}

void read_hints(const Members& members, PropertyFact& fact) {
  for (const std::string_view name : hints) {
    const Json* member = members.find(name);
    if (member == nullptr || member->is_structured()) {
      continue;
    }
    const auto known = std::find_if(fact.display_hints.begin(), fact.display_hints.end(),
                                    [&](const auto& hint) { return hint.first == name; });
    if (known != fact.display_hints.end()) {
      known->second = json::dump(*member);
    } else {
      fact.display_hints.emplace_back(name, json::dump(*member));
    }
  }
}

struct TextField {
  std::string_view name;
  std::string& into;
};
/// Leaves out what the body does not name.
std::optional<ApiError> read_texts(const Members& members,
                                   std::initializer_list<TextField> fields) {
  for (const TextField& field : fields) {
    if (members.find(field.name) == nullptr) {
      continue;
    }
    auto text = members.text(field.name);
    if (!text) {
      return text.error();
    }
    field.into = std::move(*text);
  }
  return std::nullopt;
}

/// What creates and updates have in common.
std::optional<ApiError> read_shared(const Members& members, PropertyFact& fact) {
  auto error = read_texts(members, {{"label", fact.label},
                                    {"type", fact.type},
                                    {"fieldType", fact.field_type},
                                    {"groupName", fact.group_name},
                                    {"description", fact.description},
                                    {"calculationFormula", fact.calculation_formula}});
  if (error) {
    return error;
  }
  if (members.find("options") != nullptr) {
    auto options = read_options(members);
    if (!options) {
      return options.error();
    }
    fact.options = std::move(*options);
  }
  read_flag(members, "hidden", fact.hidden);
  read_flag(members, "formField", fact.form_field);
  const Json* order = members.find("displayOrder");
  if (order != nullptr && order->is_number_integer()) {
    fact.display_order = order->get<int>();
  }
  read_hints(members, fact);
  if (!fact.calculation_formula.empty()) {
    fact.field_type = "calculation_equation";  // whatever the body says (T live 2026-10)
  }
  return std::nullopt;
}

std::vector<std::string> missing_texts(const PropertyFact& fact) {
  std::vector<std::string> missing;
  for (const auto& [name, value] :
       {std::pair{"name", &fact.name}, std::pair{"label", &fact.label},
        std::pair{"type", &fact.type}, std::pair{"fieldType", &fact.field_type},
        std::pair{"groupName", &fact.group_name}}) {
    if (value->empty()) {
      missing.emplace_back(name);
    }
  }
  return missing;
}

std::optional<ApiError> check_definition(const Context& context, const portal::ObjectType& type,
                                         std::string_view body, const PropertyFact& fact) {
  for (auto error : {check_types(body, fact), check_options(context, fact),
                     check_group(context, type, fact.group_name), check_sensitivity(body, fact)}) {
    if (error) {
      return error;
    }
  }
  return std::nullopt;
}

std::size_t count_custom(const portal::ObjectType& type, bool unique_only) {
  const auto& all = type.properties();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const portal::Property& property) {
        return !property.fact.hubspot_defined && !property.archived &&
               (!unique_only || property.fact.has_unique_value);
      }));
}

std::optional<ApiError> check_counts(const Context& context, const portal::ObjectType& type,
                                     const PropertyFact& fact) {
  const hubspot::Options& options = context.portal.options();
  if (fact.has_unique_value && options.on(Option::properties_unique_limit) &&
      count_custom(type, true) >= choices::unique_properties_a_type) {
    return choices::validation("An object type may have at most 10 properties with unique values");
  }
  const std::size_t most =
      context.portal.config().tier == "free" ? free_custom_properties : paid_custom_properties;
  if (options.is(Option::properties_custom_limit, "by_tier") && count_custom(type, false) >= most) {
    return choices::validation("An object type may have at most " + std::to_string(most) +
                               " custom properties");
  }
  return std::nullopt;
}

/// HubSpot's own definitions are read only, but for the options of enumerations (I).
std::optional<ApiError> check_editable(const portal::Property& before, const PropertyFact& after) {
  const PropertyFact& own = before.fact;
  const bool same = own.label == after.label && own.type == after.type &&
                    own.field_type == after.field_type && own.group_name == after.group_name &&
                    own.description == after.description && own.hidden == after.hidden;
  return !own.hubspot_defined || same
             ? std::nullopt
             : std::optional(choices::validation("Property '" + own.name +
                                                 "' is defined by HubSpot and cannot be edited"));
}

}  // namespace

Read<portal::Property> read_new_property(const Context& context, const portal::ObjectType& type,
                                         const Members& members) {
  PropertyFact fact{.hubspot_defined = false};
  auto error = read_texts(members, {{"name", fact.name},
                                    {"dataSensitivity", fact.data_sensitivity},
                                    {"referencedObjectType", fact.referenced_object_type}});
  if (!error) {
    error = read_shared(members, fact);
  }
  if (error) {
    return Failure{std::move(*error)};
  }
  read_flag(members, "hasUniqueValue", fact.has_unique_value);
  read_flag(members, "externalOptions", fact.external_options);
  if (const auto missing = missing_texts(fact); !missing.empty()) {
    return Failure{hubspot::missing_fields(members.body(), missing)};
  }
  error = check_name(fact.name);
  if (!error) {
    error = check_definition(context, type, members.body(), fact);
  }
  if (error) {
    return Failure{std::move(*error)};
  }
  fact.evidence = "R";
  return with_formula(
      type, {.fact = std::move(fact), .created_at = context.now, .updated_at = context.now});
}

Read<portal::Property> read_changed_property(const Context& context, const portal::ObjectType& type,
                                             const portal::Property& before,
                                             const Members& members) {
  portal::Property after = before;
  if (auto error = read_shared(members, after.fact)) {
    return Failure{std::move(*error)};
  }
  if (auto error = check_editable(before, after.fact)) {
    return Failure{std::move(*error)};
  }
  if (!before.fact.hubspot_defined) {
    if (auto error = check_definition(context, type, members.body(), after.fact)) {
      return Failure{std::move(*error)};
    }
  }
  after.updated_at = context.now;
  return with_formula(type, std::move(after));
}

Read<portal::PropertyIndex> add_property(Context& context, const portal::ObjectType& type,
                                         portal::Property property) {
  const std::string name = property.fact.name;
  const auto known = type.property_index(name);
  if (known && !type.property(*known).archived) {
    return Failure{hubspot::property_exists(
        name, context.portal.options().value(Option::properties_exists_sub_category))};
  }
  if (auto error = check_counts(context, type, property.fact)) {
    return Failure{std::move(*error)};
  }
  if (known) {
    property.created_at = type.property(*known).created_at;
    context.portal.redefine_property(type.index(), *known, std::move(property));
    return *known;
  }
  context.portal.define_property(type.index(), std::move(property));
  // Asked for anew: the type may have been copied to change it.
  return *context.portal.type(type.index()).property_index(name);
}

std::optional<ApiError> archive_property(Context& context, const portal::ObjectType& type,
                                         std::string_view name) {
  const auto index = type.property_index(name);
  if (!index || type.property(*index).archived) {
    return hubspot::property_missing(name);
  }
  portal::Property property = type.property(*index);
  if (property.fact.hubspot_defined) {
    return choices::validation("Property '" + property.fact.name +
                               "' is defined by HubSpot and cannot be deleted");
  }
  const auto readers = formulas_reading(type, name);
  if (!readers.empty() && context.portal.options().on(Option::properties_in_use_kept)) {
    ApiError error = property_problem(
        "Property '" + property.fact.name + "' cannot be deleted because it is in use",
        "CANNOT_DELETE_PROPERTY_IN_USE");
    for (const std::string& reader : readers) {
      error.errors.push_back(
          {.message = "Property is used by " + reader,
           .code = "",
           .context = {{"parentType", {"CALCULATED_PROPERTY"}}, {"parentName", {reader}}}});
    }
    return error;
  }
  property.archived = true;
  property.archived_at = context.now;
  property.updated_at = context.now;
  context.portal.redefine_property(type.index(), *index, std::move(property));
  return std::nullopt;
}

}  // namespace hubsim::operations
