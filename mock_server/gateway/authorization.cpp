#include "mock_server/gateway/authorization.h"
#include "hubspot/rules/option_ids.h"

#include <algorithm>

#include "hubspot/rules/scopes.h"

namespace hubsim::gateway {

namespace {

using hubspot::Option;

std::string_view param(const hubspot::Route& route, std::string_view name) {
  for (const auto& [key, value] : route.params) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

/// Types in the path are looked at first where every segment of that name is one.
bool names_types(const hubspot::OperationRow& row) {
  return row.area == "crm.objects" || row.area == "crm.associations";
}

bool is_type_parameter(std::string_view name) {
  return name == "objectType" || name == "fromObjectType" || name == "toObjectType";
}

/// The scopes of which one is enough. Those of a type the portal does not have are left out: the
/// operation says so itself.
std::vector<std::string> wanted_scopes(const hubspot::Route& route, portal::Portal& portal) {
  std::vector<std::string> wanted;
  for (const std::string_view pattern : route.row->scopes) {
    const std::string_view name = hubspot::scope_parameter(pattern);
    if (name.empty()) {
      wanted.emplace_back(pattern);
    } else if (const auto* type = portal.find_type(param(route, name))) {
      hubspot::append_scopes(wanted, pattern, type->fact());
    }
  }
  return wanted;
}

/// Properties are guarded by their service, with permission names of its own (R 2024).
std::optional<Denial> by_service(const hubspot::Route& route, portal::Portal& portal) {
  const hubspot::OperationRow& row = *route.row;
  const bool reads = row.role == hubspot::Role::list || row.role == hubspot::Role::read;
  const auto* type = portal.find_type(param(route, "objectType"));
  if (row.area != "crm.properties" || !reads || type == nullptr ||
      !portal.options().on(Option::auth_properties_permission)) {
    return std::nullopt;
  }
  return Denial{
      .error = hubspot::type_not_permitted("view", type->fact().label, portal.config().portal_id,
                                           type->fact().plural + "-read"),
      .counts = true};
}

hubspot::ApiError refusal(const hubspot::OperationRow& row, const std::vector<std::string>& wanted,
                          const hubspot::Options& options) {
  if (options.is(Option::auth_missing_scopes, "flat")) {
    return hubspot::missing_scopes_flat(wanted);
  }
  if (row.area == "crm.objects" && options.is(Option::auth_missing_scopes, "long")) {
    const hubspot::ScopeLists lists = hubspot::every_object_scope();
    return hubspot::missing_scopes(lists.granular, lists.legacy);
  }
  std::vector<std::string> granular;
  std::vector<std::string> legacy;
  for (const std::string& scope : wanted) {
    (hubspot::is_legacy_scope(scope) ? legacy : granular).push_back(scope);
  }
  return hubspot::missing_scopes(granular, legacy);
}

}  // namespace

namespace {

/// A type of the object library that the portal has not enabled (4.11, D; which answer is U). The
/// library itself tells of all.
bool is_gated(const hubspot::Route& route, const portal::ObjectType& type,
              const portal::Portal& portal) {
  return type.fact().in_object_library && portal.options().is(Option::library_gate, "on") &&
         portal.options().is(Option::library_types, "disabled") &&
         !route.row->id.starts_with("crm.object_library");
}

}  // namespace

std::optional<hubspot::ApiError> unknown_type(const hubspot::Route& route, portal::Portal& portal) {
  if (!names_types(*route.row) || !portal.options().on(Option::auth_type_before_scope)) {
    return std::nullopt;
  }
  for (const auto& [name, value] : route.params) {
    const portal::ObjectType* type = is_type_parameter(name) ? portal.find_type(value) : nullptr;
    if (is_type_parameter(name) && (type == nullptr || is_gated(route, *type, portal))) {
      return hubspot::unknown_object_type(value);
    }
  }
  return std::nullopt;
}

std::optional<Denial> missing_scope(const hubspot::Route& route, const portal::Scopes& granted,
                                    portal::Portal& portal) {
  if (route.row->scopes.empty() || portal::grants(granted, portal::every_scope) ||
      !portal.options().on(Option::auth_scopes_checked)) {
    return std::nullopt;
  }
  const std::vector<std::string> wanted = wanted_scopes(route, portal);
  const bool enough =
      wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& scope) {
        return portal::grants(granted, scope);
      });
  if (enough) {
    return std::nullopt;
  }
  if (auto denial = by_service(route, portal)) {
    return denial;
  }
  return Denial{.error = refusal(*route.row, wanted, portal.options()),
                .counts = !portal.options().on(Option::auth_scope_before_limits)};
}

}  // namespace hubsim::gateway
