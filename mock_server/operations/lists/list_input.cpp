#include "mock_server/operations/lists/list_input.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

using hubspot::Option;
using portal::List;

portal::Lists& lists_of(const Context& context) { return context.portal.part<portal::Lists>(); }

ApiError list_not_found(std::string_view id) {
  return {.status = 404,
          .message = fmt::format("List does not exist with ID {}.", id),
          .category = "OBJECT_NOT_FOUND",
          .sub_category = "ListError.LIST_ID_DOES_NOT_EXIST",
          .context = {{"listId", {std::string(id)}}}};
}

ApiError bad_list(std::string message) { return choices::validation(std::move(message)); }

Read<List*> read_list(const Context& context, std::string_view parameter) {
  const std::string_view id = context.param(parameter);
  List* list = lists_of(context).find(parse_uint(id).value_or(0));
  if (list == nullptr) {
    return Failure{list_not_found(id)};
  }
  return list;
}

Read<List*> read_editable_list(const Context& context) {
  auto list = read_list(context);
  if (list && (*list)->processing == portal::ProcessingType::dynamic &&
      context.portal.options().on(Option::lists_dynamic_refuses_members)) {
    const std::string id = std::to_string((*list)->id);
    return Failure{
        ApiError{.message = "List memberships of a DYNAMIC list cannot be changed: " + id,
                 .category = "VALIDATION_ERROR",
                 .sub_category = "ListError.INVALID_PROCESSING_TYPE",
                 .context = {{"listId", {id}}}}};
  }
  return list;
}

Read<const portal::ObjectType*> read_list_type(const Context& context, std::string_view name) {
  const portal::ObjectType* type = context.portal.find_type(name);
  if (type == nullptr) {
    return Failure{ApiError{.message = fmt::format("Invalid object or event type id: {}", name)}};
  }
  return type;
}

Read<Json> read_array(const Context& context) {
  const std::string_view body = context.request.body;
  if (trim(body).empty()) {
    return Failure{hubspot::missing_body()};
  }
  auto parsed = json::parse(body);
  if (!parsed) {
    // The careful reader of objects knows the words for broken JSON.
    return Failure{read_object(context).error()};
  }
  if (!parsed->is_array()) {
    return Failure{
        hubspot::wrong_json_type(body, "", "java.util.ArrayList<java.lang.String>", *parsed)};
  }
  return std::move(parsed).value();
}

Read<std::vector<std::string>> read_ids(const Context& context, const Json& array,
                                        const std::string& path) {
  std::vector<std::string> ids;
  for (const Json& item : array) {
    if (item.is_structured() || item.is_null()) {
      return Failure{hubspot::wrong_json_type(
          context.request.body, path + "/" + std::to_string(ids.size()), "java.lang.String", item)};
    }
    ids.push_back(json::text_of(item));
  }
  if (ids.size() > list_ids_a_call) {
    return Failure{bad_list(
        fmt::format("Too many record ids: {}, the maximum is {}", ids.size(), list_ids_a_call))};
  }
  return ids;
}

Read<std::string> read_query(const Context& context, std::string_view name) {
  const auto value = context.query.first(name);
  if (!value) {
    return Failure{ApiError{.message = "validation error",
                            .error_texts = {fmt::format("query param {} may not be null", name)}}};
  }
  return std::string(*value);
}

bool wants_filters(const Context& context) {
  return equals_ignoring_case(context.query.first("includeFilters").value_or(""), "true");
}

std::string list_time(Instant instant) { return format_iso8601(instant); }

namespace {

Json show_head(const Context& context, const List& list) {
  return Json::object({{"listId", std::to_string(list.id)},
                       {"listVersion", list.version},
                       {"createdAt", list_time(list.created_at)},
                       {"updatedAt", list_time(list.updated_at)},
                       {"filtersUpdatedAt", list_time(list.filters_updated_at)},
                       {"processingStatus", list.evaluation != 0 ? "PROCESSING" : "COMPLETE"},
                       {"createdById", std::to_string(list.created_by)},
                       {"updatedById", std::to_string(list.updated_by)},
                       {"processingType", portal::processing_type_name(list.processing)},
                       {"objectTypeId", context.portal.type(list.type).fact().type_id},
                       {"name", list.name}});
}

/// The size of a list is counted a moment after its birth: recorded lists of half a second have
/// none, older ones have (7, R 2026-04).
bool size_is_known(const Context& context, const List& list) {
  return context.portal.options().is(Option::lists_size, "at_once") ||
         (list.evaluation == 0 && context.now - list.created_at >= std::chrono::milliseconds(500));
}

}  // namespace

Json show_list(const Context& context, const List& list, ListView view) {
  Json shown = show_head(context, list);
  if (view.filters && list.filter) {
    shown["filterBranch"] = list.filter->shown;
  }
  if (view.size && size_is_known(context, list)) {
    shown["size"] = list.members.size();
  }
  if (list.deleted_at) {
    shown["deletedAt"] = list_time(*list.deleted_at);
  }
  shown["listPermissions"] = list.permissions.is_object()
                                 ? list.permissions
                                 : Json::object({{"teamsWithEditAccess", Json::array()},
                                                 {"usersWithEditAccess", Json::array()}});
  shown["membershipSettings"] =
      list.membership_settings.is_object()
          ? list.membership_settings
          : Json::object({{"membershipTeamId", nullptr}, {"includeUnassigned", nullptr}});
  return shown;
}

Json show_found_list(const Context& context, const List& list) {
  Json shown = show_head(context, list);
  Json more = Json::object({{"hs_list_reference_count", "0"}});
  if (list.last_added) {
    more["hs_last_record_added_at"] = std::to_string(to_unix_ms(*list.last_added));
  }
  if (list.last_removed) {
    more["hs_last_record_removed_at"] = std::to_string(to_unix_ms(*list.last_removed));
  }
  more["hs_list_size"] = std::to_string(list.members.size());
  shown["additionalProperties"] = std::move(more);
  return shown;
}

std::string key_of_path(Context& context) {
  return std::string(context.request.path) + "?" + std::string(context.request.query);
}

std::string key_of_body(Context& context) { return std::string(context.request.body); }

}  // namespace hubsim::operations
