// The portal's clock: read it, and advance it where it is manual.
#include "common/time/format.h"
#include "mock_server/control/control.h"

namespace hubsim::control {

namespace {

const char* mode_name(ClockMode mode) {
  switch (mode) {
    case ClockMode::real:
      return "real";
    case ClockMode::manual:
      return "manual";
    case ClockMode::scaled:
      return "scaled";
  }
  return "";
}

CommandReply read_clock(CommandCall& call) {
  const ClockConfig& config = call.rig.runtime.clock_config();
  const Instant now = call.rig.runtime.clock().now();
  return {.body = {{"mode", mode_name(config.mode)},
                   {"factor", config.factor},
                   {"now", format_iso8601(now)},
                   {"now_ms", to_unix_ms(now)}}};
}

CommandReply advance_clock(CommandCall& call) {
  const Json* by = json::find(call.body, "by");
  const auto duration = by != nullptr ? parse_duration(json::text_of(*by)) : std::nullopt;
  if (!duration) {
    return bad_request("write how far to advance, with its unit: {\"by\":\"24h\"}");
  }
  const auto advanced = call.rig.runtime.advance(*duration);
  if (!advanced.ok()) {
    return {.status = 409, .body = {{"error", advanced.error()}}};
  }
  return {.body = {{"now_ms", to_unix_ms(advanced->now)}, {"fired", advanced->fired}}};
}

}  // namespace

void register_command_clock(CommandRegistry& registry) {
  registry.add({.name = "GET clock",
                .method = http::Method::get,
                .path = "clock",
                .help = "mode and time of the portal's clock",
                .run = read_clock});
  registry.add({.name = "POST clock/advance",
                .method = http::Method::post,
                .path = "clock/advance",
                .help = "moves a manual clock, firing what falls due",
                .run = advance_clock});
}

}  // namespace hubsim::control
