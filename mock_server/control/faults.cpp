// Fault rules: put, list, delete.
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

CommandReply list_faults(CommandCall& call) {
  const bool removed = call.query.first("removed") == "true";
  const std::lock_guard lock(call.rig.world.mutex);
  return {.body = call.rig.world.faults().list(removed)};
}

CommandReply put_fault(CommandCall& call) {
  if (call.tail.empty()) {
    return bad_request("name the rule in the path: PUT faults/{id}");
  }
  {
    const std::lock_guard lock(call.rig.world.mutex);
    const auto problems = call.rig.world.faults().put(call.tail, call.body);
    if (!problems.empty()) {
      return bad_request("the fault rule '" + call.tail + "' is not valid", problems);
    }
  }
  // What the rule held before it was replaced would wait for an end that nobody knows any more.
  call.rig.emitter.release_rule(call.tail);
  return {.body = {{"id", call.tail}}};
}

CommandReply delete_faults(CommandCall& call) {
  {
    const std::lock_guard lock(call.rig.world.mutex);
    if (call.tail.empty()) {
      call.rig.world.faults().clear();
    } else if (!call.rig.world.faults().remove(call.tail)) {
      return {.status = 404, .body = {{"error", "no fault rule '" + call.tail + "'"}}};
    }
  }
  call.rig.emitter.release_rule(call.tail);  // empty: what any rule holds
  return {.status = 204};
}

}  // namespace

void register_command_faults(CommandRegistry& registry) {
  registry.add({.name = "GET faults",
                .method = http::Method::get,
                .path = "faults",
                .help = "fault rules with how often they could and did hit",
                .run = list_faults});
  registry.add({.name = "PUT faults",
                .method = http::Method::put,
                .path = "faults",
                .takes_tail = true,
                .help = "puts the fault rule of that id",
                .run = put_fault});
  registry.add({.name = "DELETE faults",
                .method = http::Method::del,
                .path = "faults",
                .takes_tail = true,
                .help = "removes one fault rule, or all",
                .run = delete_faults});
}

}  // namespace hubsim::control
