// Object library: whether the types that have to be enabled are (behaviour reference 4.11). A fresh
// portal has them enabled (choice), so that every type works at once.
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

bool enabled(const Context& context) {
  return context.portal.options().is(hubspot::Option::library_types, "enabled");
}

Reply run_all(Context& context) {
  Json types = Json::object();
  for (portal::TypeIndex i = 0; i < context.portal.type_count(); ++i) {
    const auto& fact = context.portal.type(i).fact();
    if (fact.in_object_library) {
      types[fact.type_id] = enabled(context);
    }
  }
  return answer(json::dump(Json{{"enablementByObjectTypeId", types}}));
}

Reply run_one(Context& context) {
  const auto* type = context.portal.find_type(context.param("objectTypeId"));
  if (type == nullptr) {
    return fail(context, hubspot::unknown_object_type(context.param("objectTypeId")));
  }
  const bool on = !type->fact().in_object_library || enabled(context);
  return answer(json::dump(Json{{"enablement", on}}));
}

}  // namespace

void register_schemas_object_library(OperationRegistry& registry);
void register_schemas_object_library(OperationRegistry& registry) {
  registry.add({"crm.object_library.list", run_all, path_key});
  registry.add({"crm.object_library.read", run_one, path_key});
}

}  // namespace hubsim::operations
