// Singletons: resources without ids: settings, totals, usage. What was written is read back; what
// was never written is made up.
#include "mock_server/generic/core/render.h"
#include "mock_server/generic/core/role_table.h"

namespace hubsim::generic {

namespace {

constexpr const char* only_id = "1";

Item current(Call& call) {
  if (const ItemPtr item = call.store.find(call.key, only_id)) {
    return *item;
  }
  Item fresh;
  fresh.id = only_id;
  fresh.created = fresh.updated = call.context.now;
  fresh.live = std::make_shared<const Json>(Json::object());
  return fresh;
}

Reply stored(Call& call, Item item) {
  if (const auto error = save(call, std::move(item))) {
    return operations::fail(call.context, *error);
  }
  return answer_item(call, *call.store.find(call.key, only_id));
}

Reply read(Call& call) { return answer_item(call, current(call)); }

Reply replace(Call& call) { return stored(call, changed(call, current(call), call.body)); }

Reply update(Call& call) {
  const Item item = current(call);
  return stored(call, changed(call, item, merged(item.fields(call.is_draft()), call.body)));
}

Reply archive(Call& call) {
  call.store.remove(call.key, only_id);
  return answer_fields(call, Json::object());
}

}  // namespace

void register_roles_singletons(RoleTable& table);
void register_roles_singletons(RoleTable& table) {
  table.add(Role::read_one, read);
  table.add(Role::replace_one, replace);
  table.add(Role::update_one, update);
  table.add(Role::archive_one, archive);
}

}  // namespace hubsim::generic
