// The request log, by cursor.
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

CommandReply list_requests(CommandCall& call) {
  const auto cursor = read_cursor(call.query, 1000, 10'000);
  if (!cursor.ok()) {
    return bad_request(cursor.error());
  }
  const bool closed_only = call.query.first("closed") == "true";
  return {.body = call.rig.world.request_log().page(cursor->after, cursor->limit, closed_only)};
}

}  // namespace

void register_command_requests(CommandRegistry& registry) {
  registry.add({.name = "GET requests",
                .method = http::Method::get,
                .path = "requests",
                .help = "API requests and what truly went out (closed=true: only final ones)",
                .run = list_requests});
}

}  // namespace hubsim::control
