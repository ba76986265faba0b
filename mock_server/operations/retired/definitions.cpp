// Owners v2 and properties v1/v2, retired: lists and one definition; on the owners and properties
// of today (behaviour reference 3.7).
#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/crm/input.h"
#include "mock_server/operations/retired/legacy.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

Json owner_json(const Context& context, const portal::Owner& owner) {
  return {{"portalId", context.portal.config().portal_id},
          {"ownerId", owner.id},
          {"type", "PERSON"},
          {"firstName", owner.first_name},
          {"lastName", owner.last_name},
          {"email", owner.email},
          {"createdAt", to_unix_ms(owner.created_at)},
          {"updatedAt", to_unix_ms(owner.updated_at)},
          {"remoteList", Json::array()},
          {"hasContactsAccess", true},
          {"isActive", !owner.archived}};
}

/// The whole list at once; inactive owners only with includeInactive.
Reply run_owners(Context& context) {
  const auto email = context.query.first("email");
  const bool inactive = context.query.first("includeInactive").value_or("") == "true";
  Json out = Json::array();
  for (const portal::Owner& owner : context.portal.owners()) {
    if ((inactive || !owner.archived) && (!email || equals_ignoring_case(owner.email, *email))) {
      out.push_back(owner_json(context, owner));
    }
  }
  return legacy_answer(out);
}

Json property_json(const portal::Property& property) {
  const hubspot::PropertyFact& fact = property.fact;
  Json options = Json::array();
  int order = 0;
  for (const auto& option : fact.options) {
    options.push_back({{"label", option.label},
                       {"value", option.value},
                       {"displayOrder", order++},
                       {"hidden", false}});
  }
  return {{"name", fact.name},
          {"label", fact.label},
          {"description", fact.description},
          {"groupName", fact.group_name},
          {"type", fact.type},
          {"fieldType", fact.field_type},
          {"options", std::move(options)},
          {"displayOrder", fact.display_order},
          {"calculated", fact.calculated},
          {"readOnlyValue", fact.read_only_value},
          {"hidden", fact.hidden},
          {"formField", fact.form_field},
          {"hubspotDefined", fact.hubspot_defined},
          {"deleted", false}};
}

Reply run_properties(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  Json out = Json::array();
  for (const portal::Property& property : (*type)->properties()) {
    if (!property.archived) {
      out.push_back(property_json(property));
    }
  }
  return legacy_answer(out);
}

/// (3.7, R 2022)
Reply no_property(const Context& context) {
  const Json body = {{"status", "error"},
                     {"message", "Couldn't find a Property with the given name '" +
                                     std::string(context.param("propertyName")) + "'"},
                     {"correlationId", context.correlation_id},
                     {"propertiesErrorCode", "PROPERTY_NOT_FOUND"}};
  return legacy_answer(body, 404);
}

Reply run_property(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const auto index = (*type)->property_index(context.param("propertyName"));
  if (!index || (*type)->property(*index).archived) {
    return no_property(context);
  }
  return legacy_answer(property_json((*type)->property(*index)));
}

}  // namespace

void register_retired_definitions(OperationRegistry& registry);
void register_retired_definitions(OperationRegistry& registry) {
  registry.add({"retired.owners.list", run_owners, path_key});
  registry.add({"retired.properties.list", run_properties, path_key});
  registry.add({"retired.properties.read", run_property, path_key});
}

}  // namespace hubsim::operations
