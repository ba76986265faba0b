// Snapshots: the state of a portal at an instant, to go back to: make, list, restore, forget.
#include "common/time/format.h"
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

constexpr std::string_view restore_suffix = "/restore";

Json describe(const gateway::World::Snapshot& snapshot) {
  return {{"id", snapshot.id},
          {"portal_id", snapshot.portal->config().portal_id},
          {"at", format_iso8601(snapshot.at)},
          {"last_sequence", snapshot.portal->last_sequence()}};
}

CommandReply list_snapshots(CommandCall& call) {
  Json results = Json::array();
  for (const auto& snapshot : call.rig.world.snapshots()) {
    results.push_back(describe(snapshot));
  }
  return {.body = {{"results", std::move(results)}}};
}

CommandReply unknown(const CommandCall& call) {
  return {.status = 404, .body = {{"error", "no snapshot '" + call.tail + "'"}}};
}

CommandReply restore(CommandCall& call) {
  const auto id = parse_uint(call.tail.substr(0, call.tail.size() - restore_suffix.size()));
  const auto snapshot = id ? call.rig.world.find_snapshot(*id) : std::nullopt;
  if (!snapshot) {
    return unknown(call);
  }
  const auto account = call.rig.world.find_account(snapshot->portal->config().portal_id);
  if (!account) {
    return {.status = 404, .body = {{"error", "the portal of that snapshot is gone"}}};
  }
  call.rig.world.restore(*account, *snapshot->portal);
  return {.body = describe(*snapshot)};
}

CommandReply post_snapshot(CommandCall& call) {
  if (call.tail.ends_with(restore_suffix)) {
    return restore(call);
  }
  if (!call.tail.empty()) {
    return unknown(call);
  }
  const auto made = call.rig.world.add_snapshot(call.account);
  if (!made.ok()) {
    return {.status = 409, .body = {{"error", made.error()}}};
  }
  return {.status = 201, .body = describe(*made)};
}

CommandReply delete_snapshot(CommandCall& call) {
  const auto id = parse_uint(call.tail);
  return id && call.rig.world.remove_snapshot(*id) ? CommandReply{.status = 204} : unknown(call);
}

}  // namespace

void register_command_snapshots(CommandRegistry& registry) {
  registry.add({.name = "GET snapshots",
                .method = http::Method::get,
                .path = "snapshots",
                .help = "snapshots that can be restored",
                .run = list_snapshots});
  registry.add({.name = "POST snapshots",
                .method = http::Method::post,
                .path = "snapshots",
                .takes_tail = true,
                .help = "keeps the portal's state; snapshots/{id}/restore puts it back",
                .run = post_snapshot});
  registry.add({.name = "DELETE snapshots",
                .method = http::Method::del,
                .path = "snapshots",
                .takes_tail = true,
                .help = "forgets a snapshot",
                .run = delete_snapshot});
}

}  // namespace hubsim::control
