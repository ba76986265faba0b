// How calls were made, for the report on the integration's behaviour: scopes, key paths of bodies,
// page sizes, by operation. What needs no body is in the request log.
#include <map>

#include "common/base/text.h"
#include "hubspot/rules/scopes.h"
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

using request_log::CallShape;

using RowsById = std::map<std::string_view, const hubspot::OperationRow*>;

RowsById rows_by_id(std::span<const hubspot::OperationRow> rows) {
  RowsById by_id;
  for (const hubspot::OperationRow& row : rows) {
    by_id.try_emplace(row.id, &row);
  }
  return by_id;
}

/// Alternatives of one call, of which one is enough, as one text; of each object type one.
std::set<std::string> scopes_of(const hubspot::OperationRow& row, const CallShape& shape,
                                portal::Portal& portal) {
  std::map<std::string, std::vector<std::string>> by_type;
  std::vector<std::string> fixed;
  for (const std::string_view pattern : row.scopes) {
    const std::string_view parameter = hubspot::scope_parameter(pattern);
    if (parameter.empty()) {
      fixed.emplace_back(pattern);
      continue;
    }
    for (const auto& [name, value] : shape.types) {
      const portal::ObjectType* type = name == parameter ? portal.find_type(value) : nullptr;
      if (type != nullptr) {
        hubspot::append_scopes(by_type[value], pattern, type->fact());
      }
    }
  }
  std::set<std::string> all;
  for (auto& [type, scopes] : by_type) {
    scopes.insert(scopes.end(), fixed.begin(), fixed.end());
    all.insert(join(scopes, " | "));
  }
  if (by_type.empty() && !fixed.empty()) {
    all.insert(join(fixed, " | "));
  }
  return all;
}

CommandReply read_behaviour(CommandCall& call) {
  const RowsById rows = rows_by_id(call.rig.world.rows());
  const auto shapes = call.rig.world.request_log().shapes().all();
  Json results = Json::array();
  const std::lock_guard lock(call.account.mutex);
  for (const auto& [operation, shape] : shapes) {
    Json limits = Json::array();
    for (const auto& [limit, calls] : shape.limits) {
      limits.push_back({{"limit", limit}, {"calls", calls}});
    }
    const auto row = rows.find(operation);
    results.push_back(
        {{"operation", operation},
         {"scopes", row == rows.end() ? std::set<std::string>()
                                      : scopes_of(*row->second, shape, call.account.portal())},
         {"payload", shape.paths},
         {"payload_cut", shape.cut},
         {"bodies", shape.bodies},
         {"limits", std::move(limits)}});
  }
  return {.body = {{"recording", call.rig.world.request_log().shapes().recording()},
                   {"results", std::move(results)}}};
}

CommandReply put_behaviour(CommandCall& call) {
  const Json* on = call.body.is_object() ? json::find(call.body, "recording") : nullptr;
  if (on == nullptr || !on->is_boolean()) {
    return bad_request(R"(write {"recording":true} or {"recording":false})");
  }
  call.rig.world.request_log().shapes().set_recording(on->get<bool>());
  return read_behaviour(call);
}

}  // namespace

void register_command_behaviour(CommandRegistry& registry) {
  registry.add({.name = "GET behaviour",
                .method = http::Method::get,
                .path = "behaviour",
                .help = "how calls were made, by operation: scopes, key paths of bodies, page "
                        "sizes; while recording",
                .run = read_behaviour});
  registry.add({.name = "PUT behaviour",
                .method = http::Method::put,
                .path = "behaviour",
                .help = "switches the recording of how calls are made on or off",
                .run = put_behaviour});
}

}  // namespace hubsim::control
