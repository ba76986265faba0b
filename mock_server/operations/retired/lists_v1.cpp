// Contact lists v1, retired: the portal's lists of contacts, one list, who is on it, a new static
// list, adding and removing by vid and email; on the lists of today, which v1 names by their legacy
// id (behaviour reference 3.7: no name, dynamic list, R 2022; shapes as their clients read them, I;
// other error texts U).
#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/lists/list_input.h"
#include "mock_server/operations/retired/legacy.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

using portal::List;
using portal::ProcessingType;

constexpr LegacyApi contacts{.type = "contacts", .name_key = "property", .dashed = true};

Json list_json(const Context& context, const List& list) {
  const bool dynamic = list.processing == ProcessingType::dynamic;
  const auto time = [](const std::optional<Instant>& at) {
    return at ? Json(to_unix_ms(*at)) : Json(0);
  };
  return {{"listId", list.legacy_id},
          {"name", list.name},
          {"portalId", context.portal.config().portal_id},
          {"createdAt", to_unix_ms(list.created_at)},
          {"updatedAt", to_unix_ms(list.updated_at)},
          {"dynamic", dynamic},
          {"listType", dynamic ? "DYNAMIC" : "STATIC"},
          {"deleteable", true},
          {"archived", false},
          {"filters", Json::array()},
          {"metaData",
           {{"size", list.members.size()},
            {"processing", list.evaluation == 0 ? "DONE" : "PROCESSING"},
            {"error", ""},
            {"lastProcessingStateChangeAt", to_unix_ms(list.updated_at)},
            {"lastSizeChangeAt", time(std::max(list.last_added, list.last_removed))}}}};
}

std::vector<List*> contact_lists(const Context& context) {
  const auto type = legacy_type(context, contacts).index();
  std::vector<List*> found;
  for (const auto& [id, list] : lists_of(context).all()) {
    List* live = list.type == type ? lists_of(context).find(id) : nullptr;
    if (live != nullptr) {
      found.push_back(live);
    }
  }
  return found;
}

List* find_list(const Context& context) {
  const auto id = parse_uint(context.param("listId")).value_or(0);
  for (List* list : contact_lists(context)) {
    if (list->legacy_id == id) {
      return list;
    }
  }
  return nullptr;
}

Reply no_list(const Context& context) {
  return fail(context,
              {.status = 404,
               .message = "There is no list with ID " + std::string(context.param("listId"))});
}

Reply run_lists(Context& context) {
  const auto page = read_legacy_page(context, "count", "offset");
  if (!page) {
    return fail(context, page.error());
  }
  const auto all = contact_lists(context);
  const std::size_t first = std::min<std::size_t>(page->from, all.size());
  const std::size_t end = std::min(first + page->limit, all.size());
  Json lists = Json::array();
  for (std::size_t i = first; i < end; ++i) {
    lists.push_back(list_json(context, *all[i]));
  }
  return legacy_answer(
      {{"lists", std::move(lists)}, {"has-more", end < all.size()}, {"offset", end}});
}

Reply run_list(Context& context) {
  const List* list = find_list(context);
  return list != nullptr ? legacy_answer(list_json(context, *list)) : no_list(context);
}

Json member_json(const Context& context, portal::ObjectId id, const portal::Member& member) {
  const auto record = context.portal.find(legacy_type(context, contacts).index(), id);
  Json properties = Json::object();
  Json all = record ? legacy_properties(context, contacts, *record) : Json::object();
  for (const char* name : {"firstname", "lastname", "company", "lastmodifieddate", "email"}) {
    if (all.contains(name)) {
      properties[name] = {{"value", all[name]["value"]}};
    }
  }
  return {{"addedAt", to_unix_ms(member.added)},
          {"vid", id},
          {"canonical-vid", id},
          {"merged-vids", Json::array()},
          {"portal-id", context.portal.config().portal_id},
          {"is-contact", true},
          {"properties", std::move(properties)},
          {"form-submissions", Json::array()},
          {"identity-profiles", Json::array()},
          {"merge-audits", Json::array()}};
}

Reply run_members(Context& context) {
  const List* list = find_list(context);
  const auto page = read_legacy_page(context, "count", "vidOffset");
  if (list == nullptr || !page) {
    return list == nullptr ? no_list(context) : fail(context, page.error());
  }
  Json found = Json::array();
  auto at = page->from == 0 ? list->members.begin() : list->members.upper_bound(page->from);
  portal::ObjectId last = 0;
  for (; at != list->members.end() && found.size() < page->limit; ++at) {
    found.push_back(member_json(context, at->first, at->second));
    last = at->first;
  }
  return legacy_answer({{"contacts", std::move(found)},
                        {"has-more", at != list->members.end()},
                        {"vid-offset", last}});
}

/// Static lists only: v1's filters are another language than today's, and are refused.
Reply run_create(Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return fail(context, body.error());
  }
  const Json* name = json::find(*body, "name");
  if (name == nullptr || !name->is_string() || trim(name->get<std::string>()).empty()) {
    return fail(context, {.message = "Every list must have a name."});  // 3.7, R
  }
  const Json* dynamic = json::find(*body, "dynamic");
  if (dynamic != nullptr && dynamic->is_boolean() && dynamic->get<bool>()) {
    return fail(context, {.message = "hubsim makes no dynamic lists through v1: use "
                                     "POST /crm/v3/lists with processingType DYNAMIC"});
  }
  portal::Lists& lists = lists_of(context);
  const auto type = legacy_type(context, contacts).index();
  if (lists.find_by_name(type, name->get<std::string>()) != nullptr) {
    return fail(context, {.status = 409, .message = "A list with that name already exists."});
  }
  if (lists.all().size() >= lists_an_account) {
    return fail(context, bad_list("The account has too many lists"));
  }
  List wanted{.name = name->get<std::string>(), .type = type};
  wanted.created_by = wanted.updated_by = context.caller.app_id;
  return legacy_answer(
      list_json(context, lists.create(context.portal, std::move(wanted), context.write())));
}

/// `{"vids":[…],"emails":[…]}` as ids; addresses that nobody has are told apart.
struct Named {
  std::vector<std::string> ids;
  Json unknown_emails = Json::array();
};
Named read_named(const Context& context, const Json& body) {
  Named named;
  const auto each = [&](const char* member, const auto& take) {
    const Json* list = json::find(body, member);
    for (const Json& one : list != nullptr && list->is_array() ? *list : Json::array()) {
      take(scalar_text(one));
    }
  };
  each("vids", [&](const std::string& vid) { named.ids.push_back(vid); });
  const portal::ObjectType& type = legacy_type(context, contacts);
  each("emails", [&](const std::string& email) {
    const auto found =
        context.portal.find_by_unique(type.index(), *type.property_index("email"), email);
    if (found) {
      named.ids.push_back(std::to_string(found->id));
    } else {
      named.unknown_emails.push_back(email);
    }
  });
  return named;
}

Reply change(Context& context, bool add) {
  const auto body = read_object(context);
  List* list = find_list(context);
  if (!body || list == nullptr) {
    return body ? no_list(context) : fail(context, body.error());
  }
  if (list->processing == ProcessingType::dynamic) {
    return fail(context, {.message = "Can not operate manually on a dynamic list"});  // 3.7, R
  }
  const Named named = read_named(context, *body);
  const std::vector<std::string> none;
  const auto update = lists_of(context).change(context.portal, *list, add ? named.ids : none,
                                               add ? none : named.ids, context.write());
  Json invalid = Json::array();
  for (const std::string& id : update.missing) {
    const auto number = parse_uint(id);
    invalid.push_back(number ? Json(*number) : Json(id));
  }
  Json changed = Json::array();
  for (const portal::ObjectId id : add ? update.added : update.removed) {
    changed.push_back(id);
  }
  return legacy_answer({{"updated", std::move(changed)},
                        {"discarded", Json::array()},
                        {"invalidVids", std::move(invalid)},
                        {"invalidEmails", named.unknown_emails}});
}

Reply run_add(Context& context) { return change(context, true); }
Reply run_remove(Context& context) { return change(context, false); }

Reply run_delete(Context& context) {
  List* list = find_list(context);
  if (list == nullptr) {
    return no_list(context);
  }
  portal::Lists::erase(*list, context.now);
  return no_content();
}

}  // namespace

void register_retired_lists_v1(OperationRegistry& registry);
void register_retired_lists_v1(OperationRegistry& registry) {
  registry.add({"retired.lists.list", run_lists, path_key});
  registry.add({"retired.lists.read", run_list, path_key});
  registry.add({"retired.lists.members", run_members, path_key});
  registry.add({"retired.lists.create", run_create, key_of_body});
  registry.add({"retired.lists.add", run_add, path_key});
  registry.add({"retired.lists.remove", run_remove, path_key});
  registry.add({"retired.lists.delete", run_delete, path_key});
}

}  // namespace hubsim::operations
