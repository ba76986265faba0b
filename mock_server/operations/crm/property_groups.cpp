// Property groups: list, read, create, update, archive (behaviour reference 4.10).
#include <algorithm>

#include "mock_server/operations/crm/property_render.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/results.h"

namespace hubsim::operations {

namespace {

using portal::PropertyGroup;
using portal::PropertyGroups;

constexpr std::size_t most_groups = 1'000;  // U; bounds the list

ApiError group_missing(std::string_view name) {
  return {.status = 404,
          .message = "Property group '" + std::string(name) + "' does not exist",
          .category = "OBJECT_NOT_FOUND",
          .sub_category = "PropertyGroupError.GROUP_DOESNT_EXIST",
          .context = {{"groupName", {std::string(name)}}}};
}

Reply answer_group(const PropertyGroup& group, int status = 200) {
  std::string body;
  append_group(body, group);
  return answer(std::move(body), status);
}

Reply run_list(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  return answer_results(context.portal.part<PropertyGroups>().of(**type), append_group);
}

Reply run_read(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const std::string_view name = context.param("groupName");
  const PropertyGroup* group = context.portal.part<PropertyGroups>().find(**type, name);
  return group != nullptr ? answer_group(*group) : fail(context, group_missing(name));
}

/// Leaves out what the body does not name.
std::optional<ApiError> read_group(const Context& context, PropertyGroup& into, bool whole) {
  const auto body = read_object(context);
  if (!body) {
    return body.error();
  }
  const Members members(context.request.body, *body);
  auto name = members.text("name");
  auto label = members.text("label");
  if (!name || !label) {
    return name ? label.error() : name.error();
  }
  if (whole && (name->empty() || label->empty())) {
    std::vector<std::string> missing;
    if (name->empty()) {
      missing.emplace_back("name");
    }
    if (label->empty()) {
      missing.emplace_back("label");
    }
    return hubspot::missing_fields(context.request.body, missing);
  }
  if (whole) {
    into.name = std::move(*name);  // an update ignores it: names do not change (T live 2026-10)
  }
  into.label = label->empty() ? into.label : std::move(*label);
  const Json* order = members.find("displayOrder");
  if (order != nullptr && order->is_number_integer()) {
    into.display_order = order->get<int>();
  }
  return std::nullopt;
}

Reply run_create(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  PropertyGroup group;
  if (auto error = read_group(context, group, true)) {
    return fail(context, *error);
  }
  auto& groups = context.portal.part<PropertyGroups>();
  if (groups.of(**type).size() >= most_groups) {
    return fail(context, choices::validation("Too many property groups"));
  }
  if (!groups.add(**type, group)) {
    return fail(context, {.status = 409,
                          .message = "A property group named '" + group.name + "' already exists.",
                          .category = "OBJECT_ALREADY_EXISTS"});
  }
  Reply reply = answer_group(group, 201);
  reply.location = std::string(context.request.path) + "/" + group.name;
  return reply;
}

Reply run_update(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const std::string_view name = context.param("groupName");
  PropertyGroup* group = context.portal.part<PropertyGroups>().edit(**type, name);
  if (group == nullptr) {
    return fail(context, group_missing(name));
  }
  PropertyGroup changed = *group;
  if (auto error = read_group(context, changed, false)) {
    return fail(context, *error);
  }
  *group = std::move(changed);
  return answer_group(*group);
}

/// Only a group without live properties can go (T live 2026-10).
Reply run_archive(Context& context) {
  const auto type = read_type(context);
  if (!type) {
    return fail(context, type.error());
  }
  const std::string name(context.param("groupName"));
  auto& groups = context.portal.part<PropertyGroups>();
  if (groups.find(**type, name) == nullptr) {
    return fail(context, group_missing(name));
  }
  const auto& all = (*type)->properties();
  const bool used = std::any_of(all.begin(), all.end(), [&](const portal::Property& property) {
    return !property.archived && property.fact.group_name == name;
  });
  if (used) {
    ApiError error =
        choices::validation("Property group '" + name + "' still has active properties");
    error.sub_category = "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES";
    return fail(context, error);
  }
  groups.remove(**type, name);
  return no_content();
}

std::string key_path(Context& context) { return std::string(context.request.path); }

}  // namespace

void register_crm_property_groups(OperationRegistry& registry);
void register_crm_property_groups(OperationRegistry& registry) {
  registry.add({"crm.properties.groups.list", run_list, key_path});
  registry.add({"crm.properties.groups.read", run_read, key_path});
  registry.add({"crm.properties.groups.create", run_create, key_path});
  registry.add({"crm.properties.groups.update", run_update, key_path});
  registry.add({"crm.properties.groups.archive", run_archive, key_path});
}

}  // namespace hubsim::operations
