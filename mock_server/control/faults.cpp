// Fault rules: put, list, delete.
#include "mock_server/control/control.h"
#include "mock_server/faults/presets.h"

namespace hubsim::control {

namespace {

CommandReply list_faults(CommandCall& call) {
  const bool removed = call.query.first("removed") == "true";
  const std::lock_guard lock(call.account.mutex);
  return {.body = call.account.faults().list(removed)};
}

CommandReply put_fault(CommandCall& call) {
  if (call.tail.empty()) {
    return bad_request("name the rule in the path: PUT faults/{id}");
  }
  const auto rule = faults::expand_preset(call.body);
  if (!rule) {
    const std::string name = json::text_of(call.body.at("preset"));
    return bad_request("unknown preset '" + name + "'" +
                       did_you_mean(name, faults::preset_names()) +
                       "; known: " + join(faults::preset_names(), ", "));
  }
  {
    const std::lock_guard lock(call.account.mutex);
    const auto problems = call.account.faults().put(call.tail, *rule);
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
    const std::lock_guard lock(call.account.mutex);
    if (call.tail.empty()) {
      call.account.faults().clear();
    } else if (!call.account.faults().remove(call.tail)) {
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
