#include "mock_server/gateway/gateway.h"

#include <stdexcept>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/catalogue/nearest.h"
#include "hubspot/facts/verbs.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/gateway/authorization.h"
#include "mock_server/gateway/correlation.h"
#include "mock_server/gateway/credentials.h"
#include "mock_server/operations/support/answer.h"

namespace hubsim::gateway {

namespace {

/// Below this no request is too long, whatever the option says.
constexpr std::size_t shortest_long_uri = 8192;
/// Room for the headers that finish() adds, so that they are written into one block.
constexpr std::size_t header_lines_bytes = 768;

/// Headers that every answer has, as recorded in April 2026 (behaviour reference 0). cf-ray is made
/// from the correlation id.
void append_edge_headers(std::string& lines, std::string_view correlation_id) {
  lines +=
      "cf-cache-status: DYNAMIC\r\n"
      "strict-transport-security: max-age=31536000; includeSubDomains; preload\r\n"
      "vary: origin, Accept-Encoding\r\n"
      "access-control-allow-credentials: false\r\n"
      "x-content-type-options: nosniff\r\n"
      "server: cloudflare\r\n"
      "cf-ray: ";
  lines += correlation_id.substr(0, 8);
  lines += correlation_id.substr(9, 4);
  lines += "0000-FRA\r\nserver-timing: hcid;desc=\"";
  lines += correlation_id;
  lines += "\"\r\nx-hubspot-correlation-id: ";
  lines += correlation_id;
  lines += "\r\n";
}

/// How far the answer can be trusted; a call without a row is answered as HubSpot's edge does.
void append_grade(std::string& lines, const hubspot::OperationRow* row) {
  if (row != nullptr) {
    lines += "x-hubsim-grade: ";
    lines += hubspot::grade_name(row->grade);
    lines += row->retired ? "; retired\r\n" : "\r\n";
  }
}

/// Whether the type in the path does not offer that operation: feedback submissions are read-only
/// (4.1, I: as a method that the route lacks).
bool is_verb_missing(portal::Portal& portal, const hubspot::Route& route) {
  const auto verb = hubspot::verb_of(route.row->id);
  if (!verb) {
    return false;
  }
  const portal::ObjectType* type = nullptr;
  for (const auto& [name, value] : route.params) {
    type = name == "objectType" ? portal.find_type(value) : type;
  }
  return type != nullptr && type->fact().verbs != 0 && !type->fact().allows(*verb);
}

std::string_view ending_name(http::WireEnding ending) {
  switch (ending) {
    case http::WireEnding::complete:
      return "complete";
    case http::WireEnding::close:
      return "close";
    case http::WireEnding::reset:
      return "reset";
    case http::WireEnding::truncate:
      return "truncate";
    case http::WireEnding::reset_mid:
      return "reset_mid";
    case http::WireEnding::hang:
      return "hang";
    case http::WireEnding::drip:
      return "drip";
  }
  return "";
}

std::string_view param(const hubspot::Route& route, std::string_view name) {
  for (const auto& [key, value] : route.params) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

}  // namespace

/// One request on its way through the gateway: what each step found out for the next.
struct Gateway::Pass {
  const http::RequestView& request;
  http::Query query;
  Instant now;
  std::chrono::nanoseconds began;
  std::uint64_t number;
  Prng random;
  CorrelationId correlation_id{};
  hubspot::Route route{};
  std::shared_ptr<const portal::Caller> caller{};
  AccountPtr account{};
  limits::LimitVerdict limits{};
  faults::CallEffect effect{};
  std::string key{};
  std::string note{};
  bool names_grade = false;  ///< http.grade_header
  Outcome outcome{};
  std::uint64_t sequence_before = 0;
  std::uint64_t sequence_after = 0;
  std::size_t inputs = 1;
  std::int64_t retry_after_ms = 0;
};

Gateway::Gateway(World& world)
    : world_(world), router_(world.rows()), operations_("operation"), generic_(world.rows()) {
  operations::register_all_operations(operations_);
  for (const hubspot::OperationRow& row : world.rows()) {
    const operations::Operation* operation = operations_.find(row.id);
    if (row.grade == hubspot::Grade::modelled && operation == nullptr) {
      throw std::logic_error("catalogue operation without code: " + std::string(row.id));
    }
    operation_of_row_.push_back(operation);
  }
}

/// HubSpot's answer stays as it is; the log says what was probably meant.
void Gateway::note_nearest(Pass& pass) const {
  const auto misses = hubspot::nearest(world_.rows(), pass.request.method, pass.request.path);
  pass.note = hubspot::near_miss_note(misses);
}

/// nullptr: the generic engine answers.
const operations::Operation* Gateway::code_of(const hubspot::OperationRow& row) const {
  return operation_of_row_[static_cast<std::size_t>(&row - world_.rows().data())];
}

Outcome Gateway::handle(const http::RequestView& request) {
  const std::uint64_t number = world_.request_log().next_number();
  Pass pass{.request = request,
            .query = http::Query(request.query),
            .now = world_.clock().now(),
            .began = monotonic_now(),
            .number = number,
            .random = Prng(world_.config().seed ^ (number * 0x9e3779b97f4a7c15ULL))};
  pass.correlation_id = make_correlation_id(pass.now, pass.random);
  answer(pass);
  finish(pass);
  return std::move(pass.outcome);
}

void Gateway::answer(Pass& pass) {
  pass.route = router_.match(pass.request.method, pass.request.path);
  if (pass.route.kind == hubspot::Route::Kind::not_found) {
    note_nearest(pass);
    return fail(pass, hubspot::unknown_route());
  }
  if (pass.route.kind == hubspot::Route::Kind::method_not_allowed) {
    note_nearest(pass);
    return fail(pass, hubspot::method_not_allowed());
  }
  if (pass.route.row->retired) {
    pass.note = "retired: HubSpot has withdrawn this operation, or said when it will";
  }
  if (too_long(pass) || !authenticate(pass)) {
    return;
  }
  const std::lock_guard lock(pass.account->mutex);
  portal::Portal& portal = pass.account->portal();
  portal.run_due(pass.now);
  pass.names_grade = portal.options().is(hubspot::Option::http_grade_header, "on");
  pass.sequence_before = portal.last_sequence();
  if (check_rights(pass)) {
    act(pass);
  }
  pass.sequence_after = portal.last_sequence();
}

void Gateway::act(Pass& pass) {
  if (pass.account->portal().options().on(hubspot::Option::objects_restricted_verbs) &&
      is_verb_missing(pass.account->portal(), pass.route)) {
    return fail(pass, hubspot::method_not_allowed());
  }
  const operations::Operation* operation = code_of(*pass.route.row);
  operations::Context context{
      .portal = pass.account->portal(),
      .apps = world_.apps(),
      .caller = *pass.caller,
      .request = pass.request,
      .path = pass.route.params,
      .query = pass.query,
      .now = pass.now,
      .random = pass.random,
      .correlation_id = pass.correlation_id.view(),
      .request_number = pass.number,
      .input_fails = {},
      .daily_usage =
          [&pass] {
            const auto usage = pass.account->limiter().daily_usage(pass.now);
            return operations::DailyUsage{usage.limit, usage.used, usage.resets_at};
          },
      .reading = {},
      .row = pass.route.row};
  // The key is logged for every call, refused ones too: retries are recognised by it.
  pass.key = operation != nullptr ? operation->key(context) : generic_.key(context);
  if (check_limits(pass)) {
    run_with_faults(pass, operation, context);
  }
}

bool Gateway::authenticate(Pass& pass) const {
  auto identified =
      identify({.route = pass.route, .request = pass.request, .query = pass.query, .now = pass.now},
               world_.apps());
  if (!identified.ok()) {
    return refuse_credentials(pass, identified.error());
  }
  pass.account = world_.find_account((*identified)->portal_id);
  if (!pass.account) {  // a portal that is gone: nothing opens it
    fail(pass, hubspot::missing_credentials());
    return false;
  }
  pass.caller = std::move(*identified);
  return true;
}

/// Recorded: a literal such as "access-token" is told that it expired with the epoch (1.4); which
/// texts HubSpot reads so is unknown, so it is an option for all.
bool Gateway::refuse_credentials(Pass& pass, const hubspot::ApiError& error) const {
  const bool unknown_token = error.status == 401 && error.context.empty() &&
                             !bearer_token(pass.request).empty() &&
                             !world_.apps().find_token(bearer_token(pass.request));
  if (unknown_token && world_.options().is(hubspot::Option::auth_bogus_token, "epoch_expired")) {
    fail(pass, hubspot::expired_token(time_ago(pass.now - Instant{}), format_iso8601(Instant{})));
  } else {
    fail(pass, error);
  }
  return false;
}

bool Gateway::too_long(Pass& pass) const {
  const std::size_t size = pass.request.path.size() + pass.request.query.size();
  if (size < shortest_long_uri) {
    return false;
  }
  const auto limit = parse_uint(world_.options().value(hubspot::Option::edge_uri_limit));
  if (!limit || size <= *limit) {
    return false;
  }
  fail(pass, hubspot::edge_page(414));
  return true;
}

bool Gateway::check_rights(Pass& pass) {
  portal::Portal& portal = pass.account->portal();
  if (const auto unknown = unknown_type(pass.route, portal)) {
    fail(pass, *unknown);
    return false;
  }
  const bool anybody = pass.caller->credential == hubspot::Credential::none;
  auto denial = anybody ? std::nullopt : missing_scope(pass.route, pass.caller->scopes, portal);
  if (denial && (!denial->counts || check_limits(pass))) {
    fail(pass, denial->error);
  }
  return !denial;
}

bool Gateway::check_limits(Pass& pass) {
  const operations::Caller& caller = *pass.caller;
  const bool anybody = caller.credential == hubspot::Credential::none &&
                       pass.route.row->takes(hubspot::Credential::private_app);
  limits::Limiter& limiter = pass.account->limiter();
  pass.limits = anybody
                    ? limiter.check_anybody(pass.now)
                    : limiter.check({.app_id = caller.app_id, .private_app = caller.private_app},
                                    pass.route.row->limit, pass.now);
  if (pass.limits.allowed) {
    return true;
  }
  pass.outcome.close_connection = pass.limits.closes_connection();
  fail(pass, pass.limits.error());
  return false;
}

void Gateway::run_with_faults(Pass& pass, const operations::Operation* operation,
                              operations::Context& context) {
  pass.effect =
      pass.account->faults().decide_call({.operation = pass.route.row->id,
                                          .method = http::method_name(pass.request.method),
                                          .path = pass.request.path,
                                          .app_id = context.caller.app_id,
                                          .now = pass.now,
                                          .correlation_id = pass.correlation_id.view()},
                                         [&] { return pass.key; });
  if (pass.effect.inputs) {
    context.input_fails = [&](std::string_view key) { return pass.effect.inputs->fails(key); };
  }
  if (pass.effect.run_operation) {
    run_operation(pass, operation, context);
  }
  if (pass.effect.answer) {
    pass.outcome.response = std::move(*pass.effect.answer);
  }
  pass.outcome.wire = pass.effect.wire;
}

void Gateway::run_operation(Pass& pass, const operations::Operation* operation,
                            operations::Context& context) const {
  operations::Reply reply =
      operation != nullptr ? operation->run(context) : generic_.run(context, *pass.route.row);
  http::Response& response = pass.outcome.response;
  response.status = reply.status;
  response.body = std::move(reply.body);
  pass.inputs = reply.inputs;
  if (reply.status != 204) {
    response.headers.emplace_back("content-type", std::move(reply.content_type));
  }
  if (!reply.location.empty()) {
    const bool elsewhere = !reply.location.starts_with('/');
    response.headers.emplace_back(
        "location",
        elsewhere ? std::move(reply.location) : operations::link_origin(context) + reply.location);
  }
}

void Gateway::finish(Pass& pass) {
  http::Response& response = pass.outcome.response;
  // Looked for before the lines below are there: none of them is a Retry-After.
  if (const auto retry_after = response.header("retry-after")) {
    pass.retry_after_ms = parse_int(*retry_after).value_or(0) * 1000;
  }
  response.header_lines.reserve(header_lines_bytes);
  append_edge_headers(response.header_lines, pass.correlation_id.view());
  if (response.status == 404) {
    response.header_lines += "x-hubspot-notfound: true\r\n";
    if (response.header("content-type").value_or("").starts_with("text/html")) {
      response.header_lines += "cache-control: must-revalidate,no-cache,no-store\r\n";  // R 3.2
    }
  }
  // Limits were not reached where credentials or scopes failed: no headers then (reference 2.2).
  pass.limits.append_header_lines(response.header_lines);
  if (pass.names_grade) {
    append_grade(response.header_lines, pass.route.row);
  }
  pass.outcome.request_number = pass.number;
  record(pass);
}

void Gateway::record(const Pass& pass) {
  std::string faults = join(pass.effect.rule_ids, " ");
  if (pass.effect.inputs) {
    faults += (faults.empty() ? "" : " ") + join(pass.effect.inputs->rule_ids(), " ");
  }
  const bool routed = pass.route.row != nullptr;
  if (auto& shapes = world_.request_log().shapes(); shapes.recording() && routed) [[unlikely]] {
    shapes.note(pass.route.row->id, pass.route.params, pass.request.body);
  }
  const auto handling = std::chrono::duration_cast<Duration>(monotonic_now() - pass.began);
  world_.request_log().record(
      {.number = pass.number,
       .at = pass.now,
       .method = http::method_name(pass.request.method),
       .path = pass.request.path,
       .query = pass.request.query,
       .operation = routed ? pass.route.row->id : std::string_view(),
       .object_type = param(pass.route, "objectType"),
       .app_id = pass.caller ? pass.caller->app_id : 0,
       .status = pass.outcome.response.status,
       .correlation_id = pass.correlation_id.view(),
       .faults = faults,
       .limited_by = limits::policy_name(pass.limits.policy),
       .committed = pass.sequence_after > pass.sequence_before,
       .first_sequence = pass.sequence_before + 1,
       .sequence_count = static_cast<std::uint32_t>(pass.sequence_after - pass.sequence_before),
       .ending = ending_name(pass.outcome.wire.ending),
       .key = pass.key,
       .note = pass.note,
       .delay = pass.outcome.wire.delay,
       .handling = handling,
       .inputs = static_cast<std::uint32_t>(pass.inputs),
       .retry_after_ms = pass.retry_after_ms});
}

void Gateway::sent(const Sent& sent) {
  world_.request_log().close(sent.request_number, sent.bytes, sent.complete, sent.took);
}

std::uint64_t Gateway::body_limit(http::Method method, std::string_view path) const {
  const hubspot::Route route = router_.match(method, path);
  return route.row != nullptr ? route.row->body_limit : 0;
}

void Gateway::fail(Pass& pass, const hubspot::ApiError& error) {
  fail(pass, hubspot::error_page(error, pass.request.header("accept").value_or(""),
                                 pass.correlation_id.view()));
}

void Gateway::fail(Pass& pass, hubspot::ErrorPage page) {
  http::Response& response = pass.outcome.response;
  response.status = page.status;
  response.body = std::move(page.body);
  response.headers.emplace_back("content-type", std::move(page.content_type));
}

}  // namespace hubsim::gateway
