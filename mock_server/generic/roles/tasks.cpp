// Tasks: the call that starts one, and the call that asks how far it is.
#include "mock_server/generic/core/tasks.h"

#include "mock_server/generic/core/render.h"
#include "mock_server/generic/core/role_table.h"

namespace hubsim::generic {

namespace {

Reply start(Call& call) {
  const Task task = start_task(call, Json::object());
  return answer_fields(call, task_members(task, call.context.now));
}

Reply status(Call& call) {
  const Task* task = call.store.find_task(call.id);
  if (task == nullptr) {
    return operations::fail(call.context, hubspot::object_not_found());
  }
  Json members = task_members(*task, call.context.now);
  if (members["status"] != "COMPLETE") {
    members.erase("result");
  }
  return answer_fields(call, members);
}

}  // namespace

void register_roles_tasks(RoleTable& table);
void register_roles_tasks(RoleTable& table) {
  table.add(Role::task_start, start);
  table.add(Role::task_status, status);
}

}  // namespace hubsim::generic
