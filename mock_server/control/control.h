// Control API: everything under /_hubsim/v1/ (docs/control-api.md): what a test, the scenario
// runner or a person asks of the mock beside HubSpot's own API. One command per file, registered by
// generated calls.
// Threads: handle() from any thread; commands take the world's lock themselves, never over I/O.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/config/fields.h"
#include "common/config/registry.h"
#include "common/http/message.h"
#include "mock_server/control/runtime.h"
#include "mock_server/gateway/gateway.h"
#include "mock_server/webhooks/emitter.h"

namespace hubsim::control {

inline constexpr std::string_view control_prefix = "/_hubsim/v1/";

class AutomationLink;

/// The parts a command may touch.
struct Rig {
  gateway::World& world;
  Runtime& runtime;
  webhooks::Emitter& emitter;
  Instant started{};
  AutomationLink* automation = nullptr;  ///< null in tests that make no calls
};

struct CommandCall {
  Rig& rig;
  const http::RequestView& request;
  /// The portal it is about: `?portal=ID`, or the first.
  gateway::Account& account;
  http::Query query;
  /// What followed the command's path, e.g. the id of a fault rule; empty for none.
  std::string tail;
  Json body;  ///< null when there was none
};

struct CommandReply {
  int status = 200;
  Json body{};
  /// An answer that is rendered already; then `body` is unused.
  std::string text{};
  std::string content_type = "application/json";
};

struct Command {
  std::string name;  ///< "GET clock": method and path
  http::Method method = http::Method::get;
  std::string path;  ///< "clock/advance", without the prefix
  bool takes_tail = false;
  std::string help;
  CommandReply (*run)(CommandCall&) = nullptr;
};
using CommandRegistry = config::Registry<Command>;

void register_all_commands(CommandRegistry& registry);

/// Answers the control API and hands everything else to the gateway.
class Control final : public gateway::Handler {
 public:
  Control(Rig rig, gateway::Gateway& gateway);
  [[nodiscard]] gateway::Outcome handle(const http::RequestView& request) override;
  void sent(const gateway::Sent& sent) override;
  [[nodiscard]] std::uint64_t body_limit(http::Method method, std::string_view path) const override;

 private:
  [[nodiscard]] CommandReply run(const http::RequestView& request);

  Rig rig_;
  gateway::Gateway& gateway_;
  CommandRegistry commands_;
};

// Helpers of the commands.
[[nodiscard]] CommandReply bad_request(std::string error, const config::Problems& problems = {});
/// `after` and `limit` of a log query; a problem is answered by `error`.
struct Cursor {
  std::uint64_t after = 0;
  std::size_t limit = 0;
};
[[nodiscard]] Result<Cursor> read_cursor(const http::Query& query, std::size_t default_limit,
                                         std::size_t max_limit);

}  // namespace hubsim::control
