// Property definitions: list, read, create, update, archive (behaviour reference 4.10).
#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/crm/property_input.h"
#include "mock_server/operations/crm/property_render.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/results.h"

namespace hubsim::operations {

namespace {

using portal::Property;

/// What a list or read looks at; both hide sensitive definitions unless asked (4.10, D).
struct Wanted {
  bool archived = false;
  std::string sensitivity;

  [[nodiscard]] bool fits(const Property& property) const {
    return property.archived == archived && property.fact.data_sensitivity == sensitivity;
  }
};

Read<Wanted> read_wanted(const Context& context) {
  Wanted wanted{
      .archived = equals_ignoring_case(context.query.first("archived").value_or(""), "true"),
      .sensitivity = std::string(context.query.first("dataSensitivity").value_or("non_sensitive"))};
  for (const std::string_view known : {"non_sensitive", "sensitive", "highly_sensitive"}) {
    if (wanted.sensitivity == known) {
      return wanted;
    }
  }
  return Failure{hubspot::bad_query_parameter("dataSensitivity")};
}

/// Names a caller asks for, comma-joined or repeated; empty for all.
std::vector<std::string> wanted_names(const Context& context) {
  std::vector<std::string> names;
  for (const auto& [name, value] : context.query.all()) {
    if (name == "properties") {
      for (const auto part : split(value, ',')) {
        names.emplace_back(part);
      }
    }
  }
  return names;
}

Reply answer_property(const Context& context, const portal::ObjectType& type,
                      portal::PropertyIndex index, int status = 200) {
  std::string body;
  append_property(body, context, type, type.property(index));
  return answer(std::move(body), status);
}

Reply run_list(Context& context) {
  const auto type = read_type(context);
  const auto wanted = read_wanted(context);
  if (!type || !wanted) {
    return fail(context, type ? wanted.error() : type.error());
  }
  const auto names = wanted_names(context);
  std::vector<const Property*> found;
  for (const Property& property : (*type)->properties()) {
    if (wanted->fits(property) && (names.empty() || std::find(names.begin(), names.end(),
                                                              property.fact.name) != names.end())) {
      found.push_back(&property);
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto* a, const auto* b) { return a->fact.name < b->fact.name; });
  return answer_results(found, [&](std::string& body, const Property* property) {
    append_property(body, context, **type, *property);
  });
}

Reply run_read(Context& context) {
  const auto type = read_type(context);
  const auto wanted = read_wanted(context);
  if (!type || !wanted) {
    return fail(context, type ? wanted.error() : type.error());
  }
  const std::string_view name = context.param("propertyName");
  const auto index = (*type)->property_index(name);
  if (!index || !wanted->fits((*type)->property(*index))) {
    return fail(context, hubspot::property_missing(name));
  }
  return answer_property(context, **type, *index);
}

Reply run_create(Context& context) {
  const auto type = read_type(context);
  const auto body = read_object(context);
  if (!type || !body) {
    return fail(context, type ? body.error() : type.error());
  }
  auto property = read_new_property(context, **type, Members(context.request.body, *body));
  if (!property) {
    return fail(context, property.error());
  }
  const std::string name = property->fact.name;
  const auto index = add_property(context, **type, std::move(*property));
  if (!index) {
    return fail(context, index.error());
  }
  // Asked for anew: the type may have been copied to change it.
  Reply reply = answer_property(context, context.portal.type((*type)->index()), *index, 201);
  reply.location = std::string(context.request.path) + "/" + name;
  return reply;
}

Reply run_update(Context& context) {
  const auto type = read_type(context);
  const auto body = read_object(context);
  if (!type || !body) {
    return fail(context, type ? body.error() : type.error());
  }
  const std::string_view name = context.param("propertyName");
  const auto index = (*type)->property_index(name);
  if (!index || (*type)->property(*index).archived) {
    return fail(context, hubspot::property_missing(name));
  }
  auto changed = read_changed_property(context, **type, (*type)->property(*index),
                                       Members(context.request.body, *body));
  if (!changed) {
    return fail(context, changed.error());
  }
  context.portal.redefine_property((*type)->index(), *index, std::move(*changed));
  return answer_property(context, context.portal.type((*type)->index()), *index);
}

Reply run_archive(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const auto error = archive_property(context, **type, context.param("propertyName"));
  return error ? fail(context, *error) : no_content();
}

std::string key_path(Context& context) { return std::string(context.request.path); }

std::string key_create(Context& context) {
  const auto body = read_object(context);
  const Json* name = body ? json::find(*body, "name") : nullptr;
  return name != nullptr ? scalar_text(*name) : std::string(context.request.body);
}

}  // namespace

void register_crm_properties(OperationRegistry& registry);
void register_crm_properties(OperationRegistry& registry) {
  registry.add({"crm.properties.list", run_list, key_path});
  registry.add({"crm.properties.read", run_read, key_path});
  registry.add({"crm.properties.create", run_create, key_create});
  registry.add({"crm.properties.update", run_update, key_path});
  registry.add({"crm.properties.archive", run_archive, key_path});
}

}  // namespace hubsim::operations
