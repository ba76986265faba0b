// Items: create, read, update, replace, upsert, archive, restore, purge.
#include "mock_server/generic/core/render.h"
#include "mock_server/generic/core/role_table.h"

namespace hubsim::generic {

namespace {

Reply saved(Call& call, Item item) {
  const std::string id = item.id;
  if (const auto error = save(call, std::move(item))) {
    return operations::fail(call.context, *error);
  }
  return answer_item(call, *call.store.find(call.key, id));
}

/// An item whose caller names it exists once.
ApiError taken(const Call& call, const std::string& id) {
  return {.status = 409,
          .message = call.resource.id_field + " '" + id + "' already exists.",
          .category = "OBJECT_ALREADY_EXISTS"};
}

Reply create(Call& call) {
  Item item = new_item(call, call.body);
  const ItemPtr known = call.store.find(call.key, item.id);
  if (known && !known->archived) {
    return operations::fail(call.context, taken(call, item.id));
  }
  return saved(call, std::move(item));
}

Reply read(Call& call) {
  const auto item = require_item(call);
  return item ? answer_item(call, **item) : operations::fail(call.context, item.error());
}

Reply update(Call& call) {
  const auto item = require_item(call);
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  return saved(call, changed(call, **item, merged((*item)->fields(call.is_draft()), call.body)));
}

/// An item that the path names and that is new: only where PUT is how one is made.
Reply create_named(Call& call) {
  Item item = new_item(call, call.body);
  item.id = call.id;
  return saved(call, std::move(item));
}

Reply replace(Call& call) {
  const ItemPtr item = call.id.empty() ? nullptr : find_item(call, call.id);
  const bool puts_make =
      call.resource.row(Role::create) == nullptr && call.resource.row(Role::upload) == nullptr;
  if ((!item || item->archived) && !call.id.empty() && puts_make) {
    return create_named(call);
  }
  if (!item || item->archived) {
    return operations::fail(call.context, hubspot::object_not_found());
  }
  return saved(call, changed(call, *item, call.body));
}

/// By the path's id, or by the one in the body.
Reply upsert(Call& call) {
  const Json* given = json::find(call.body, call.resource.id_field);
  const std::string id = !call.id.empty() ? call.id : (given != nullptr ? id_text(*given) : "");
  const ItemPtr item = call.store.find(call.key, id);
  if (item && !item->archived) {
    return saved(call, changed(call, *item, merged(item->fields(call.is_draft()), call.body)));
  }
  Item fresh = new_item(call, call.body);
  fresh.id = id.empty() ? fresh.id : id;
  return saved(call, std::move(fresh));
}

Reply gone(Call& call) { return answer_fields(call, Json::object()); }

Reply purge(Call& call) {
  const auto item = require_item(call);
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  call.store.remove(call.key, (*item)->id);
  return gone(call);
}

/// Out of the draft; what was published stays live until the next publish.
Reply archive_draft(Call& call) {
  const auto item = require_item(call);
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  if (!(*item)->published) {
    call.store.remove(call.key, (*item)->id);
    return gone(call);
  }
  Item next = **item;
  next.draft_gone = true;
  const auto error = save(call, std::move(next));
  return error ? operations::fail(call.context, *error) : gone(call);
}

Reply archive(Call& call) {
  if (call.resource.draft_first && call.is_draft()) {
    return archive_draft(call);
  }
  if (!call.resource.keeps_archived) {
    return purge(call);
  }
  const auto item = require_item(call);
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  Item next = **item;
  if (next.archived) {  // ?archived=true: for good
    call.store.remove(call.key, next.id);
    return gone(call);
  }
  next.archived = true;
  next.archived_at = call.context.now;
  const auto error = save(call, std::move(next));
  return error ? operations::fail(call.context, *error) : gone(call);
}

Reply restore(Call& call) {
  const auto item = require_item(call);
  if (!item) {
    return operations::fail(call.context, item.error());
  }
  Item next = **item;
  next.archived = false;
  next.updated = call.context.now;
  return saved(call, std::move(next));
}

}  // namespace

void register_roles_items(RoleTable& table);
void register_roles_items(RoleTable& table) {
  table.add(Role::create, create);
  table.add(Role::read, read);
  table.add(Role::update, update);
  table.add(Role::replace, replace);
  table.add(Role::upsert, upsert);
  table.add(Role::archive, archive);
  table.add(Role::restore, restore);
  table.add(Role::purge, purge);
}

}  // namespace hubsim::generic
