// Memberships of a list: pages in id or join order, and changes (reference 7, recorded 2026-04-21).
#include <fmt/format.h>

#include "common/base/text.h"
#include "mock_server/operations/lists/list_input.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

using portal::List;
using portal::ObjectId;

namespace {

struct Cursor {
  std::size_t limit = memberships_default;
  std::optional<std::uint64_t> after;
  std::optional<std::uint64_t> before;
};

Read<Cursor> read_cursor(const Context& context) {
  const auto limit = read_limit(context.query, {memberships_default, memberships_maximum});
  if (!limit) {
    return Failure{limit.error()};
  }
  Cursor cursor{.limit = *limit};
  for (const char* name : {"after", "before"}) {
    const auto text = context.query.first(name);
    if (!text || text->empty()) {
      continue;
    }
    const auto number = parse_uint(*text);
    if (!number) {
      return Failure{hubspot::bad_query_parameter(name)};
    }
    (std::string_view(name) == "after" ? cursor.after : cursor.before) = number;
  }
  return cursor;
}

void append_item(std::string& out, ObjectId id, Instant at) {
  out += out.back() == '[' ? "" : ",";
  out += fmt::format(R"({{"membershipTimestamp":"{}","recordId":"{}"}})", list_time(at), id);
}

/// Pages of an ordered map by its key: after goes on, before goes back, newest first (D spec:
/// "sorted in descending order"); after takes precedence.
template <class Map, class Show>
Reply page_of(const Context& context, const Map& map, const Cursor& cursor, Show show) {
  std::string body = R"({"results":[)";
  std::size_t shown = 0;
  std::optional<std::uint64_t> last;
  bool more = false;
  if (cursor.before && !cursor.after) {
    auto it = map.lower_bound(*cursor.before);
    for (; it != map.begin() && shown < cursor.limit; ++shown) {
      --it;
      show(body, *it);
    }
    return answer(body + "]}");
  }
  for (auto it = map.upper_bound(cursor.after.value_or(0)); it != map.end(); ++it) {
    more = shown == cursor.limit;
    if (more) {
      break;
    }
    show(body, *it);
    last = it->first;
    ++shown;
  }
  body += ']';
  if (more) {
    body += ',';
    append_paging(body, context, std::to_string(*last));
  }
  return answer(body + "}");
}

Reply run_page(Context& context) {
  const auto list = read_list(context);
  const auto cursor = read_cursor(context);
  if (!list || !cursor) {
    return fail(context, list ? cursor.error() : list.error());
  }
  return page_of(context, (*list)->members, *cursor, [](std::string& out, const auto& entry) {
    append_item(out, entry.first, entry.second.added);
  });
}

Reply run_join_order(Context& context) {
  const auto list = read_list(context);
  const auto cursor = read_cursor(context);
  if (!list || !cursor) {
    return fail(context, list ? cursor.error() : list.error());
  }
  const List& wanted = **list;
  return page_of(context, wanted.by_join, *cursor, [&](std::string& out, const auto& entry) {
    append_item(out, entry.second, wanted.members.at(entry.second).added);
  });
}

/// Only what there is: {"recordsIdsAdded":[…]} and so on, {} for nothing (7, R, sic).
Reply answer_update(const portal::MembershipUpdate& update) {
  Json shown = Json::object();
  const auto put = [&](const char* name, const auto& ids) {
    for (const auto& id : ids) {
      shown[name].push_back(fmt::format("{}", id));
    }
  };
  put("recordsIdsAdded", update.added);
  put("recordIdsRemoved", update.removed);
  put("recordIdsMissing", update.missing);
  return answer(shown.dump());
}

struct Wanted {
  std::vector<std::string> add;
  std::vector<std::string> remove;
};

/// The body is read before the list is looked at: a recorded call on a DYNAMIC list complains of
/// its JSON (7, R).
Reply change(Context& context, const Read<Wanted>& wanted) {
  if (!wanted) {
    return fail(context, wanted.error());
  }
  const auto list = read_editable_list(context);
  if (!list) {
    return fail(context, list.error());
  }
  const auto update = lists_of(context).change(context.portal, **list, wanted->add, wanted->remove,
                                               context.write());
  return answer_update(update);
}

Read<std::vector<std::string>> read_id_array(const Context& context) {
  const auto body = read_array(context);
  if (!body) {
    return Failure{body.error()};
  }
  return read_ids(context, *body, "");
}

Reply run_add(Context& context) {
  auto ids = read_id_array(context);
  return change(context, ids ? Read<Wanted>(Wanted{.add = std::move(*ids)})
                             : Read<Wanted>(Failure{ids.error()}));
}

Reply run_remove(Context& context) {
  auto ids = read_id_array(context);
  return change(context, ids ? Read<Wanted>(Wanted{.remove = std::move(*ids)})
                             : Read<Wanted>(Failure{ids.error()}));
}

Reply run_add_and_remove(Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  const Members members(context.request.body, *body);
  std::vector<std::string> missing;
  for (const char* name : {"recordIdsToAdd", "recordIdsToRemove"}) {
    if (members.find(name) == nullptr) {
      missing.emplace_back(name);
    }
  }
  if (!missing.empty()) {
    return fail(context, hubspot::missing_fields(members.body(), missing));
  }
  const auto add = members.list("recordIdsToAdd");
  const auto remove = members.list("recordIdsToRemove");
  if (!add || !remove) {
    return fail(context, add ? remove.error() : add.error());
  }
  auto added = read_ids(context, **add, "/recordIdsToAdd");
  auto removed = read_ids(context, **remove, "/recordIdsToRemove");
  if (!added || !removed) {
    return fail(context, added ? removed.error() : added.error());
  }
  return change(context, Wanted{std::move(*added), std::move(*removed)});
}

Reply run_add_from(Context& context) {
  const auto list = read_editable_list(context);
  const auto source = read_list(context, "sourceListId");
  if (!list || !source) {
    return fail(context, list ? source.error() : list.error());
  }
  if ((*source)->type != (*list)->type) {
    return fail(context, bad_list("The lists have different object types"));
  }
  if ((*source)->members.size() > list_ids_a_call) {
    return fail(context,
                bad_list(fmt::format("The source list has more than {} members", list_ids_a_call)));
  }
  std::vector<std::string> ids;
  for (const auto& [id, member] : (*source)->members) {
    ids.push_back(std::to_string(id));
  }
  lists_of(context).change(context.portal, **list, ids, {}, context.write());
  return no_content();
}

Reply run_clear(Context& context) {
  const auto list = read_editable_list(context);
  if (!list) {
    return fail(context, list.error());
  }
  lists_of(context).clear(context.portal, **list, context.write());
  return no_content();
}

}  // namespace

void register_lists_memberships(OperationRegistry& registry);
void register_lists_memberships(OperationRegistry& registry) {
  registry.add({"crm.lists.memberships.page", run_page, key_of_path});
  registry.add({"crm.lists.memberships.join_order", run_join_order, key_of_path});
  registry.add({"crm.lists.memberships.add", run_add, key_of_path});
  registry.add({"crm.lists.memberships.remove", run_remove, key_of_path});
  registry.add({"crm.lists.memberships.add_and_remove", run_add_and_remove, key_of_path});
  registry.add({"crm.lists.memberships.add_from", run_add_from, key_of_path});
  registry.add({"crm.lists.memberships.clear", run_clear, key_of_path});
}

}  // namespace hubsim::operations
