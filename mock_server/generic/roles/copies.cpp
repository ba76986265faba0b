// Copies: clone, and the members of a multi-language group: a variation is a copy in another
// language that names its primary (`translatedFromId`).
#include "mock_server/generic/core/render.h"
#include "mock_server/generic/core/role_table.h"

namespace hubsim::generic {

namespace {

std::string text_in(const Json& body, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const Json* value = json::find(body, name);
    if (value != nullptr && !value->is_structured() && !value->is_null()) {
      return id_text(*value);
    }
  }
  return "";
}

Read<ItemPtr> item_in_body(Call& call, std::initializer_list<const char*> names) {
  const std::string id = call.id.empty() ? text_in(call.body, names) : call.id;
  const ItemPtr item = id.empty() ? nullptr : find_item(call, id);
  return item && !item->archived ? Read<ItemPtr>(item) : Failure{hubspot::object_not_found()};
}

/// Stores the change and answers the item, or the success that the row has for it.
Reply written(Call& call, Item item) {
  const std::string id = item.id;
  if (const auto error = save(call, std::move(item))) {
    return operations::fail(call.context, *error);
  }
  return answer_item(call, *call.store.find(call.key, id));
}

Item copy_of(Call& call, const Item& item, Json changes) {
  Json fields = merged(item.fields(true), changes);
  fields.erase("id");
  Item copy = new_item(call, std::move(fields));
  copy.bytes = item.bytes;
  copy.bytes_type = item.bytes_type;
  return copy;
}

Json copied_name(const Call& call, const Item& item) {
  Json changes = Json::object();
  for (const char* name : {"cloneName", "newName", "copyName"}) {
    const Json* wanted = json::find(call.body, name);
    if (wanted != nullptr && wanted->is_string()) {
      changes["name"] = *wanted;
      return changes;
    }
  }
  const Json* known = json::find(*item.live, "name");
  if (known != nullptr && known->is_string()) {
    changes["name"] = known->get<std::string>() + " (Clone)";
  }
  return changes;
}

Reply clone(Call& call) {
  const auto item = item_in_body(call, {"id", "objectId", "contentId"});
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  return written(call, copy_of(call, **item, merged(copied_name(call, **item), call.body)));
}

Reply create_language(Call& call) {
  const auto item = item_in_body(call, {"id", "objectId", "primaryId"});
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  Json changes{{"translatedFromId", (*item)->id}};
  changes["language"] = text_in(call.body, {"language", "lang"});
  return written(call, copy_of(call, **item, changes));
}

Reply attach(Call& call) {
  const auto item = item_in_body(call, {"id", "objectId"});
  const std::string primary = text_in(call.body, {"primaryId"});
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  if (!primary.empty() && !find_item(call, primary)) {
    return operations::fail(call.context, hubspot::object_not_found());
  }
  Json changes{{"translatedFromId", primary}};
  changes["language"] = text_in(call.body, {"language", "lang"});
  return written(call, changed(call, **item, merged(*(*item)->live, changes)));
}

Reply detach(Call& call) {
  const auto item = item_in_body(call, {"id", "objectId"});
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  Json fields = *(*item)->live;
  fields.erase("translatedFromId");
  return written(call, changed(call, **item, std::move(fields)));
}

/// The others of the group are translations of it from now on.
Reply set_primary(Call& call) {
  const auto item = item_in_body(call, {"id", "primaryId"});
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  const std::string before = text_in(*(*item)->live, {"translatedFromId"});
  std::vector<ItemPtr> members;
  for (const auto& [number, each] : items_of(call).items()) {
    const bool belongs = each->id == before ||
                         (!before.empty() && text_in(*each->live, {"translatedFromId"}) == before);
    if (belongs && each->id != (*item)->id) {
      members.push_back(each);
    }
  }
  for (const ItemPtr& each : members) {
    (void)save(call,
               changed(call, *each, merged(*each->live, {{"translatedFromId", (*item)->id}})));
  }
  Json fields = *(*item)->live;
  fields.erase("translatedFromId");
  return written(call, changed(call, **item, std::move(fields)));
}

Reply update_languages(Call& call) {
  const auto primary = item_in_body(call, {"primaryId", "id"});
  if (!primary) {
    return operations::fail(call.context, primary.error());
  }
  const Json* languages = json::find(call.body, "languages");
  if (languages != nullptr && languages->is_object()) {
    for (const auto& [id, language] : languages->items()) {
      if (const ItemPtr item = find_item(call, id)) {
        (void)save(call, changed(call, *item, merged(*item->live, {{"language", language}})));
      }
    }
  }
  return answer_item(call, *call.store.find(call.key, (*primary)->id));
}

}  // namespace

void register_roles_copies(RoleTable& table);
void register_roles_copies(RoleTable& table) {
  table.add(Role::clone, clone);
  table.add(Role::create_language, create_language);
  table.add(Role::attach_language, attach);
  table.add(Role::detach_language, detach);
  table.add(Role::set_primary_language, set_primary);
  table.add(Role::update_languages, update_languages);
}

}  // namespace hubsim::generic
