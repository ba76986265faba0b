// How far each operation can be trusted.
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

CommandReply list_fidelity(CommandCall&) {
  Json results = Json::array();
  for (const hubspot::OperationRow& row : hubspot::catalogue()) {
    results.push_back({{"operation", row.id},
                       {"method", http::method_name(row.method)},
                       {"path", row.path_template},
                       {"grade", hubspot::grade_name(row.grade)},
                       {"evidence", row.evidence}});
  }
  return {.body = {{"results", std::move(results)}}};
}

}  // namespace

void register_command_fidelity(CommandRegistry& registry) {
  registry.add({.name = "GET fidelity",
                .method = http::Method::get,
                .path = "fidelity",
                .help = "every operation with its grade",
                .run = list_fidelity});
}

}  // namespace hubsim::control
