// Lists: create, read, find (behaviour reference 7, recorded 2026-04-21).
#include <algorithm>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/lists/list_input.h"

namespace hubsim::operations {

using portal::List;
using portal::ProcessingType;

namespace {

Reply answer_list(const Context& context, const List& list, ListView view) {
  return answer(Json::object({{"list", show_list(context, list, view)}}).dump());
}

ApiError name_taken(const std::string& name) {
  // The subCategory is what public clients look for; the sentence is ours (U).
  return {.message = "A list with the name '" + name + "' already exists.",
          .category = "VALIDATION_ERROR",
          .sub_category = "ILS.DUPLICATE_LIST_NAMES",
          .context = {{"name", {name}}}};
}

/// Filter branch of a create: needed by all but MANUAL lists.
std::optional<ApiError> read_filter(Context& context, const Members& members, List& list) {
  const Json* branch = members.find("filterBranch");
  if (list.processing == ProcessingType::manual) {
    return branch == nullptr ? std::nullopt
                             : std::optional(bad_list("A MANUAL list has no filterBranch"));
  }
  if (branch == nullptr) {
    return hubspot::missing_fields(members.body(), {"filterBranch"});
  }
  auto read = portal::read_filter_branch(context.portal, list.type, *branch);
  if (!read) {
    return bad_list(read.error());
  }
  for (const portal::ListId id : (*read)->lists) {
    if (lists_of(context).find(id) == nullptr) {
      return bad_list("List does not exist with ID " + std::to_string(id) + ".");
    }
  }
  list.filter = *read;
  return std::nullopt;
}

std::optional<ApiError> read_new(Context& context, const Json& body, List& list) {
  const Members members(context.request.body, body);
  std::vector<std::string> missing;
  for (const char* name : {"name", "objectTypeId", "processingType"}) {
    if (members.find(name) == nullptr) {
      missing.emplace_back(name);
    }
  }
  if (!missing.empty()) {
    return hubspot::missing_fields(members.body(), missing);
  }
  const auto name = members.text("name");
  const auto type_name = members.text("objectTypeId");
  const auto processing = members.text("processingType");
  if (!name || !type_name || !processing) {
    return !name ? name.error() : !type_name ? type_name.error() : processing.error();
  }
  const auto type = read_list_type(context, *type_name);
  if (!type) {
    return type.error();
  }
  const auto kind = portal::processing_type_of(*processing);
  if (!kind) {
    return hubspot::invalid_enum(members.body(), members.path_of("processingType"),
                                 "MANUAL, DYNAMIC, SNAPSHOT");
  }
  list.name = *name;
  list.type = (*type)->index();
  list.processing = *kind;
  list.created_by = list.updated_by = context.caller.app_id;
  if (trim(list.name).empty()) {
    return bad_list("The name of a list may not be blank");
  }
  return read_filter(context, members, list);
}

void read_settings(const Json& body, List& list) {
  const auto keep = [&](const char* name, Json& into) {
    const Json* value = json::find(body, name);
    if (value != nullptr && value->is_object()) {
      into = *value;
    }
  };
  keep("listPermissions", list.permissions);
  keep("membershipSettings", list.membership_settings);
  keep("customProperties", list.custom_properties);
}

Reply run_create(Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  List wanted;
  if (const auto problem = read_new(context, *body, wanted)) {
    return fail(context, *problem);
  }
  portal::Lists& lists = lists_of(context);
  if (context.portal.options().on(hubspot::Option::lists_unique_names) &&
      lists.find_by_name(wanted.type, wanted.name) != nullptr) {
    return fail(context, name_taken(wanted.name));
  }
  if (lists.all().size() >= lists_an_account) {
    return fail(context, bad_list("The account has too many lists"));
  }
  const Json* folder = json::find(*body, "listFolderId");
  wanted.folder = folder != nullptr && !folder->is_structured()
                      ? parse_uint(json::text_of(*folder)).value_or(0)
                      : 0;
  read_settings(*body, wanted);
  const List& made = lists.create(context.portal, std::move(wanted), context.write());
  return answer_list(context, made, {.filters = true, .size = false});
}

Reply run_read(Context& context) {
  const auto list = read_list(context);
  if (!list) {
    return fail(context, list.error());
  }
  return answer_list(context, **list, {.filters = wants_filters(context)});
}

Reply run_read_by_name(Context& context) {
  const auto type = read_list_type(context, context.param("objectTypeId"));
  if (!type) {
    return fail(context, type.error());
  }
  const std::string name(context.param("listName"));
  const List* list = lists_of(context).find_by_name((*type)->index(), name);
  if (list == nullptr) {
    return fail(context, {.status = 404,
                          .message = "List does not exist with name " + name +
                                     " and object type ID " + (*type)->fact().type_id + ".",
                          .category = "OBJECT_NOT_FOUND",
                          .sub_category = "ListError.LIST_NAME_DOES_NOT_EXIST",
                          .context = {{"listName", {name}}}});
  }
  return answer_list(context, *list, {.filters = wants_filters(context)});
}

/// Several by id; without ids none, and unknown ones are left out (7, R).
Reply run_read_many(Context& context) {
  Json shown = Json::array();
  for (const auto& [name, value] : context.query.all()) {
    if (name != "listIds") {
      continue;
    }
    for (const std::string_view id : split(value, ',')) {
      const List* list = lists_of(context).find(parse_uint(trim(id)).value_or(0));
      if (list != nullptr) {
        shown.push_back(show_list(context, *list, {.filters = wants_filters(context)}));
      }
    }
  }
  return answer(Json::object({{"lists", std::move(shown)}}).dump());
}

struct ListSearch {
  std::string query;
  std::size_t offset = 0;
  std::size_t count = list_search_default;
  std::vector<std::string> ids;
  std::vector<std::string> types;
  std::string sort;
};

std::optional<ApiError> read_counts(const Members& members, ListSearch& search) {
  const auto offset = members.text("offset");
  const auto count = members.text("count");
  if (!offset || !count) {
    return offset ? count.error() : offset.error();
  }
  const auto from = offset->empty() ? std::optional<std::uint64_t>(0) : parse_uint(*offset);
  const auto take =
      count->empty() ? std::optional<std::uint64_t>(list_search_default) : parse_uint(*count);
  if (!from || !take || *take > list_search_maximum) {
    return bad_list("count must be between 0 and " + std::to_string(list_search_maximum) +
                    ", offset not below 0");
  }
  search.offset = *from;
  search.count = *take;
  return std::nullopt;
}

std::optional<ApiError> read_list_search(const Context& context, const Json& body,
                                         ListSearch& search) {
  const Members members(context.request.body, body);
  const auto query = members.text("query");
  const auto ids = members.texts("listIds");
  const auto types = members.texts("processingTypes");
  const auto sort = members.text("sort");
  if (!query || !ids || !types || !sort) {
    return !query ? query.error() : !ids ? ids.error() : !types ? types.error() : sort.error();
  }
  search.query = to_lower(*query);
  search.ids = *ids;
  search.types = *types;
  search.sort = to_lower(*sort);
  return read_counts(members, search);
}

bool is_wanted(const List& list, const ListSearch& search) {
  const auto among = [](const std::vector<std::string>& all, const std::string& one) {
    return all.empty() || std::find(all.begin(), all.end(), one) != all.end();
  };
  return !list.deleted_at && to_lower(list.name).find(search.query) != std::string::npos &&
         among(search.ids, std::to_string(list.id)) &&
         among(search.types, portal::processing_type_name(list.processing));
}

/// Names of the order: U; those of the fields are understood, a minus turns it round.
void sort_lists(std::vector<const List*>& lists, std::string_view sort) {
  const bool down = sort.starts_with('-');
  sort.remove_prefix(down ? 1 : 0);
  const auto before = [&](const List& a, const List& b) {
    if (sort.ends_with("name")) {
      return to_lower(a.name) < to_lower(b.name);
    }
    if (sort.ends_with("size")) {
      return a.members.size() < b.members.size();
    }
    return sort.find("updated") != std::string_view::npos ? a.updated_at < b.updated_at
                                                          : a.id < b.id;
  };
  std::stable_sort(lists.begin(), lists.end(), [&](const List* a, const List* b) {
    return down ? before(*b, *a) : before(*a, *b);
  });
}

Reply run_search(Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  ListSearch search;
  if (const auto problem = read_list_search(context, *body, search)) {
    return fail(context, *problem);
  }
  std::vector<const List*> found;
  for (const auto& [id, list] : lists_of(context).all()) {
    if (is_wanted(list, search)) {
      found.push_back(&list);
    }
  }
  sort_lists(found, search.sort);
  const std::size_t begin = std::min(search.offset, found.size());
  const std::size_t end = std::min(begin + search.count, found.size());
  Json shown = Json::array();
  for (std::size_t i = begin; i < end; ++i) {
    shown.push_back(show_found_list(context, *found[i]));
  }
  return answer(Json::object({{"offset", end},
                              {"hasMore", end < found.size()},
                              {"lists", std::move(shown)},
                              {"total", found.size()}})
                    .dump());
}

}  // namespace

void register_lists_lists(OperationRegistry& registry);
void register_lists_lists(OperationRegistry& registry) {
  registry.add({"crm.lists.create", run_create, key_of_body});
  registry.add({"crm.lists.read", run_read, key_of_path});
  registry.add({"crm.lists.read_by_name", run_read_by_name, key_of_path});
  registry.add({"crm.lists.read_many", run_read_many, key_of_path});
  registry.add({"crm.lists.search", run_search, key_of_body});
}

}  // namespace hubsim::operations
