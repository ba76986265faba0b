// Actions: any other verb. An item that the path names must be there; its state follows the verb,
// and what the body says of its fields is kept. The answer is the row's shape.
#include "mock_server/generic/core/render.h"
#include "mock_server/generic/core/role_table.h"
#include "mock_server/generic/core/verbs.h"

namespace hubsim::generic {

namespace {

/// Members of the body that are fields of the item.
Json known_members(const Call& call) {
  Json known = Json::object();
  if (!call.body.is_object() || !call.resource.item) {
    return known;
  }
  for (const auto& [name, value] : call.body.items()) {
    if (call.resource.item.field(name)) {
      known[name] = value;
    }
  }
  return known;
}

Reply act_on(Call& call, const ItemPtr& item) {
  const Json state = state_after(call.resource.item, call.row.verb);
  const Json change = merged(known_members(call), state);
  if (change.empty()) {
    return answer_item(call, *item);
  }
  const std::string id = item->id;
  if (const auto error = save(call, changed(call, *item, merged(*item->live, change)))) {
    return operations::fail(call.context, *error);
  }
  return answer_item(call, *call.store.find(call.key, id));
}

Reply act(Call& call) {
  if (call.id.empty()) {
    return answer_fields(call, call.body.is_object() ? call.body : Json::object());
  }
  const auto item = require_item(call);
  return item ? act_on(call, *item) : operations::fail(call.context, item.error());
}

}  // namespace

void register_roles_actions(RoleTable& table);
void register_roles_actions(RoleTable& table) {
  table.add(Role::action, act);
  table.add(Role::other, act);
}

}  // namespace hubsim::generic
