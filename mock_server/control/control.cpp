#include "mock_server/control/control.h"

#include <algorithm>

namespace hubsim::control {

namespace {

gateway::Outcome render(CommandReply reply) {
  gateway::Outcome outcome;
  outcome.response.status = reply.status;
  outcome.response.set_header("Content-Type", reply.content_type);
  if (reply.status != 204) {
    outcome.response.body =
        reply.text.empty() ? json::dump(reply.body) + "\n" : std::move(reply.text);
  }
  return outcome;
}

/// The tail of `path` behind the command's own path, or nothing when it is another command.
std::optional<std::string> match(const Command& command, std::string_view path) {
  if (path == command.path) {
    return std::string();
  }
  const bool longer = command.takes_tail && path.size() > command.path.size() + 1 &&
                      path.starts_with(command.path) && path[command.path.size()] == '/';
  return longer ? std::optional(percent_decode(path.substr(command.path.size() + 1)))
                : std::nullopt;
}

/// The portal that `?portal=ID` names, or the first.
Result<gateway::AccountPtr> account_of(const gateway::World& world, const http::Query& query) {
  const auto named = query.first("portal");
  const auto id = named ? parse_uint(*named) : std::optional(world.main().portal_id());
  const auto account = id ? world.find_account(*id) : nullptr;
  if (!account) {
    return Failure{"no portal '" + std::string(named.value_or("")) + "'; GET portals lists them"};
  }
  return account;
}

}  // namespace

Control::Control(Rig rig, gateway::Gateway& gateway)
    : rig_(rig), gateway_(gateway), commands_("control command") {
  register_all_commands(commands_);
}

gateway::Outcome Control::handle(const http::RequestView& request) {
  if (!request.path.starts_with(control_prefix)) {
    return gateway_.handle(request);
  }
  return render(run(request));
}

void Control::sent(const gateway::Sent& sent) {
  if (sent.request_number != 0) {
    gateway_.sent(sent);
  }
}

std::uint64_t Control::body_limit(http::Method method, std::string_view path) const {
  return gateway_.body_limit(method, path);
}

CommandReply Control::run(const http::RequestView& request) {
  const std::string_view path = request.path.substr(control_prefix.size());
  Json body;
  if (!request.body.empty()) {
    auto parsed = json::parse(request.body);
    if (!parsed.ok()) {
      return bad_request("the body is not JSON: " + parsed.error().message);
    }
    body = std::move(*parsed);
  }
  bool path_known = false;
  for (const Command& command : commands_.kinds()) {
    const auto tail = match(command, path);
    path_known = path_known || tail.has_value();
    if (tail && command.method == request.method) {
      http::Query query(request.query);
      const auto account = account_of(rig_.world, query);
      if (!account.ok()) {
        return {.status = 404, .body = {{"error", account.error()}}};
      }
      CommandCall call{rig_, request, **account, std::move(query), *tail, std::move(body)};
      return command.run(call);
    }
  }
  if (path_known) {
    return {.status = 405, .body = {{"error", "this path does not take that method"}}};
  }
  return {.status = 404,
          .body = {{"error", "unknown control call '" + std::string(path) + "'" +
                                 did_you_mean(std::string(http::method_name(request.method)) + " " +
                                                  std::string(path),
                                              commands_.names())}}};
}

CommandReply bad_request(std::string error, const config::Problems& problems) {
  Json list = Json::array();
  for (const auto& problem : problems) {
    list.push_back({{"pointer", problem.pointer}, {"message", problem.message}});
  }
  return {.status = 400, .body = {{"error", std::move(error)}, {"problems", std::move(list)}}};
}

Result<Cursor> read_cursor(const http::Query& query, std::size_t default_limit,
                           std::size_t max_limit) {
  Cursor cursor{.limit = default_limit};
  if (const auto after = query.first("after")) {
    const auto number = parse_uint(*after);
    if (!number) {
      return Failure{"'after' is not a number: " + std::string(*after)};
    }
    cursor.after = *number;
  }
  if (const auto limit = query.first("limit")) {
    const auto number = parse_uint(*limit);
    if (!number || *number == 0) {
      return Failure{"'limit' is not a positive number: " + std::string(*limit)};
    }
    cursor.limit = std::min<std::size_t>(*number, max_limit);
  }
  return cursor;
}

}  // namespace hubsim::control
