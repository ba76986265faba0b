#include "mock_server/operations/crm/input.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "hubspot/rules/property_values.h"
#include "mock_server/operations/crm/associate.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr std::string_view java_string_map =
    "java.util.LinkedHashMap<java.lang.String,java.lang.String>";
constexpr std::array<std::string_view, 5> natural_names{"email", "domain", "name", "dealname",
                                                        "subject"};

const std::string* written(const portal::PropertyWrites& writes, std::string_view name) {
  const auto found = std::find_if(writes.begin(), writes.end(),
                                  [&](const auto& write) { return write.first == name; });
  return found == writes.end() ? nullptr : &found->second;
}

hubspot::ProblemStyle problem_style(const Context& context, bool cut) {
  const hubspot::Options& options = context.portal.options();
  hubspot::ProblemStyle style;
  if (options.is(hubspot::Option::properties_embedded_items, "plain")) {
    style.items = hubspot::EmbeddedItems::plain;
  } else if (options.is(hubspot::Option::properties_embedded_items, "with_value")) {
    style.items = hubspot::EmbeddedItems::with_value;
  }
  if (cut && options.on(hubspot::Option::properties_batch_errors_cut)) {
    style.most_embedded = 4;
    style.most_errors = 3;
  }
  return style;
}

/// Companies ask for domain or name, all others for every property named (4.4, D).
bool any_of_suffices(const hubspot::ObjectTypeFact& fact) { return fact.plural == "companies"; }

}  // namespace

Read<TypePtr> read_type(const Context& context, std::string_view parameter) {
  const std::string_view name = context.param(parameter);
  if (const portal::ObjectType* type = context.portal.find_type(name)) {
    return type;
  }
  return Failure{hubspot::unknown_object_type(name)};
}

Read<TypePair> read_type_pair(const Context& context) {
  const auto from = read_type(context);
  const auto to = read_type(context, "toObjectType");
  if (!from || !to) {
    return Failure{from ? to.error() : from.error()};
  }
  return TypePair{*from, *to};
}

Read<IdProperty> read_id_property(const Context& context, const portal::ObjectType& type,
                                  std::string_view name, std::string_view action) {
  if (name.empty() || (name == "hs_object_id" && action == "read")) {
    return IdProperty{};
  }
  const auto index = type.property_index(name);
  if (!index || !context.portal.store(type.index()).is_unique(*index)) {
    return Failure{hubspot::non_unique_id_property(action, type.fact().type_id, name,
                                                   context.portal.config().portal_id)};
  }
  return IdProperty{*index};
}

portal::RecordPtr find_record(const Context& context, const portal::ObjectType& type,
                              portal::ObjectId id) {
  return context.portal.options().on(hubspot::Option::crm_merged_ids_resolve)
             ? context.portal.resolve(type.index(), id)
             : context.portal.find(type.index(), id);
}

portal::RecordPtr find_record(const Context& context, const portal::ObjectType& type, IdProperty by,
                              std::string_view id) {
  if (!by.index) {
    const auto number = parse_uint(id);
    return number ? find_record(context, type, *number) : nullptr;
  }
  const auto value = hubspot::normalise(type.property(*by.index).fact, id);
  return value.ok() ? context.portal.find_by_unique(type.index(), *by.index, *value) : nullptr;
}

Read<portal::RecordPtr> read_path_record(const Context& context, const portal::ObjectType& type,
                                         std::string_view action) {
  const std::string_view id = context.param("objectId");
  const auto by =
      read_id_property(context, type, context.query.first("idProperty").value_or(""), action);
  if (!by) {
    return Failure{by.error()};
  }
  if (!by->index) {
    const auto number = parse_int(id);
    if (!number && !parse_uint(id)) {
      return Failure{hubspot::object_id_not_numeric(id)};
    }
    if (number && *number <= 0) {
      return Failure{hubspot::object_id_not_positive(id)};
    }
  }
  portal::RecordPtr record = find_record(context, type, *by, id);
  if (!record || record->gone != portal::Gone::no) {
    return Failure{hubspot::object_not_found()};
  }
  return record;
}

Read<portal::PropertyWrites> read_writes(const Members& members) {
  portal::PropertyWrites writes;
  const Json* properties = members.find("properties");
  if (properties == nullptr) {
    return writes;
  }
  const std::string path = members.path_of("properties");
  if (!properties->is_object()) {
    return Failure{hubspot::wrong_json_type(members.body(), path, java_string_map, *properties)};
  }
  for (const auto& [name, value] : properties->items()) {
    if (value.is_structured()) {
      return Failure{
          hubspot::wrong_json_type(members.body(), path + "/" + name, "java.lang.String", value)};
    }
    writes.emplace_back(
        name, value.is_null() ? std::string(choices::null_value_means) : scalar_text(value));
  }
  return writes;
}

std::string natural_key(const portal::ObjectType& type, const portal::PropertyWrites& writes) {
  for (const std::string_view name : natural_names) {
    const std::string* raw = written(writes, name);
    const auto index = type.property_index(name);
    if (raw == nullptr || raw->empty() || !index) {
      continue;
    }
    const auto value = hubspot::normalise(type.property(*index).fact, *raw);
    return value.ok() ? *value : *raw;
  }
  std::string key;
  for (const auto& [name, value] : writes) {
    key += name + "=" + value + ";";
  }
  return key;
}

std::optional<ApiError> check_required(const Context& context, const portal::ObjectType& type,
                                       const portal::PropertyWrites& writes) {
  std::vector<std::string> missing;
  const bool documented =
      context.portal.options().is(hubspot::Option::crm_required_to_create, "documented");
  const auto lacks = [&](const std::string& name) {
    const std::string* value = written(writes, name);
    return value == nullptr || value->empty();
  };
  const auto& fact = type.fact();
  const auto& required = documented && !fact.documented_required.empty() && !any_of_suffices(fact)
                             ? fact.documented_required
                             : fact.required_to_create;
  std::copy_if(required.begin(), required.end(), std::back_inserter(missing), lacks);
  if (documented && any_of_suffices(fact) &&
      std::all_of(fact.documented_required.begin(), fact.documented_required.end(), lacks)) {
    missing = fact.documented_required;
  }
  return missing.empty() ? std::nullopt
                         : std::optional(hubspot::missing_required(type.fact().label, missing));
}

ApiError to_api_error(const Context& context, const portal::ObjectType& type,
                      const portal::WriteError& error, std::string_view target, bool cut) {
  const std::uint64_t portal_id = context.portal.config().portal_id;
  if (const auto* invalid = std::get_if<portal::InvalidProperties>(&error)) {
    std::vector<hubspot::PropertyProblem> problems;
    for (const portal::PropertyError& problem : invalid->errors) {
      problems.push_back({problem.property, problem.code, problem.message, problem.value});
    }
    return hubspot::invalid_properties(problems, portal_id, problem_style(context, cut));
  }
  if (const auto* taken = std::get_if<portal::Conflict>(&error)) {
    if (type.fact().plural == "contacts" && taken->property == "email") {
      return hubspot::contact_exists(taken->existing_id);
    }
    return hubspot::value_taken({.object_label = type.fact().label,
                                 .property = taken->property,
                                 .value = taken->value,
                                 .target = target.empty() ? "the new record" : std::string(target),
                                 .existing_id = taken->existing_id},
                                portal_id);
  }
  if (const auto* missing = std::get_if<portal::MissingRequired>(&error)) {
    return hubspot::missing_required(type.fact().label, missing->properties);
  }
  return hubspot::object_not_found();
}

Read<std::vector<portal::AssociationEdge>> read_inline_associations(const Context& context,
                                                                    const portal::ObjectType& type,
                                                                    const Members& members) {
  std::vector<portal::AssociationEdge> edges;
  const auto items = members.list("associations");
  if (!items) {
    return Failure{items.error()};
  }
  ApiError invalid = choices::validation("One or more associations are invalid");
  std::vector<std::string> bad_ids;
  for (const Json& item : **items) {
    const auto types = json::find(item, "types");
    const Json* to = json::find(item, "to");
    const Json* to_id = to != nullptr ? json::find(*to, "id") : nullptr;
    if (types == nullptr || !types->is_array() || to_id == nullptr) {
      return Failure{hubspot::missing_fields(members.body(), {"to", "types"})};
    }
    for (const Json& spec : *types) {
      const auto fact = read_association_spec(context, type, spec);
      if (!fact) {
        return Failure{fact.error()};
      }
      const portal::ObjectType* to_found = context.portal.find_type((*fact)->to_type_id);
      if (to_found == nullptr) {
        return Failure{hubspot::unknown_object_type((*fact)->to_type_id)};
      }
      const portal::ObjectType& to_type = *to_found;
      const std::string id = scalar_text(*to_id);
      const auto record = find_record(context, to_type, {}, id);
      if (!record || record->archived) {
        bad_ids.push_back(to_type.fact().label + "=" + id + " is not valid");
        continue;
      }
      edges.push_back({.from = {type.index(), 0},
                       .to = {to_type.index(), record->id},
                       .type_id = (*fact)->type_id,
                       .inverse_type_id = (*fact)->inverse_type_id});
    }
  }
  if (!bad_ids.empty()) {
    invalid.context = {{"INVALID_OBJECT_IDS", bad_ids}};
    return Failure{invalid};
  }
  return edges;
}

}  // namespace hubsim::operations
