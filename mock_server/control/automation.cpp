// Automation by hand: runs a custom action so that its developer sees what comes, enrols records in
// workflows, and shows runs, requests and enrolments (docs/automation.md).
#include "common/time/format.h"
#include "mock_server/control/automation_link.h"
#include "mock_server/control/control.h"
#include "mock_server/portal/automation/flow_engine.h"

namespace hubsim::control {

namespace {

constexpr std::size_t requests_a_run = 100;

std::string text_at(const Json& item, std::string_view key) {
  const Json* value = json::find(item, key);
  return value != nullptr ? json::text_of(*value) : std::string();
}

Json show_run(const CommandCall& call, const portal::Portal& portal, const portal::ActionRun& run) {
  Json out = {{"callback_id", run.callback_id}, {"state", run_state_name(run.state)}};
  if (run.webhook) {
    out["webhook"] = run.webhook->url;
  } else {
    out["definition_id"] = std::to_string(run.definition_id);
  }
  if (run.type) {
    out["object_type"] = portal.type(*run.type).label()->singular;
    out["object_id"] = std::to_string(run.object);
  }
  if (run.flow_id != 0) {
    out["flow_id"] = std::to_string(run.flow_id);
    out["action_id"] = run.action_id;
    out["enrollment_id"] = run.enrollment;
  }
  out["input_fields"] = run.input_fields;
  out["output_fields"] = run.output_fields;
  out["created_at"] = format_iso8601(run.created);
  out["changed_at"] = format_iso8601(run.changed);
  if (run.expires) {
    out["expires_at"] = format_iso8601(*run.expires);
  }
  if (!run.reason.empty()) {
    out["reason"] = run.reason;
  }
  if (call.rig.automation != nullptr) {
    out["requests"] = call.rig.automation->caller().log_of(run.callback_id, requests_a_run);
  }
  return out;
}

/// The record that the body names; nothing where it names none.
Result<portal::RecordPtr> named_record(const CommandCall& call, const portal::Portal& portal) {
  const std::string id = text_at(call.body, "object_id");
  if (id.empty()) {
    return portal::RecordPtr();
  }
  const std::string name = text_at(call.body, "object_type");
  const portal::ObjectType* type = portal.find_type(name.empty() ? "contacts" : name);
  if (type == nullptr) {
    return Failure{"there is no object type '" + name + "'"};
  }
  const auto number = parse_uint(id);
  auto record = number ? portal.find(type->index(), *number) : nullptr;
  if (!record || record->archived) {
    return Failure{"there is no live " + type->label()->singular + " " + id};
  }
  return record;
}

/// "unpublished actions may be run here": that is what testing one needs.
CommandReply run_action(CommandCall& call) {
  const auto definition = parse_uint(text_at(call.body, "definition_id"));
  const auto action = definition ? find_action(call.rig.world.apps(), *definition) : std::nullopt;
  if (!action) {
    return bad_request(
        R"(write {"definition_id":"…","object_id":"…","input_fields":{…}}: 'definition_id' is the )"
        "id that POST /automation/v4/actions/{appId} answered");
  }
  const Json* fields = json::find(call.body, "input_fields");
  if (fields != nullptr && !fields->is_object()) {
    return bad_request("'input_fields' is an object of names and values");
  }
  const std::lock_guard lock(call.account.mutex);
  portal::Portal& portal = call.account.portal();
  const auto record = named_record(call, portal);
  if (!record) {
    return bad_request(record.error());
  }
  if (!*record && action->definition.requires_object) {
    return bad_request("this action runs on a record: name it by 'object_type' and 'object_id'");
  }
  portal::RunWish wish;
  wish.definition_id = *definition;
  wish.record = record->get();
  wish.input_fields = fields != nullptr ? *fields : Json::object();
  const Instant now = call.rig.world.clock().now();
  const auto& run = portal.part<portal::ActionRuns>().start(portal, wish, now);
  return {.status = 201, .body = show_run(call, portal, run)};
}

CommandReply get_runs(CommandCall& call) {
  constexpr std::size_t most = 1'000;
  const std::lock_guard lock(call.account.mutex);
  portal::Portal& portal = call.account.portal();
  const auto& runs = portal.part<portal::ActionRuns>();
  if (!call.tail.empty()) {
    const auto* run = runs.find(call.tail);
    return run != nullptr
               ? CommandReply{.body = show_run(call, portal, *run)}
               : CommandReply{.status = 404,
                              .body = {{"error", "there is no run '" + call.tail + "'"}}};
  }
  Json results = Json::array();
  for (auto run = runs.all().rbegin(); run != runs.all().rend() && results.size() < most; ++run) {
    results.push_back(show_run(call, portal, *run));
  }
  return {.body = {{"results", std::move(results)}}};
}

Json show_enrollment(const portal::Enrollment& enrollment) {
  Json steps = Json::array();
  for (const portal::FlowStep& step : enrollment.steps) {
    Json shown = {{"action_id", step.action_id},
                  {"kind", step.kind},
                  {"result", step.result},
                  {"at", format_iso8601(step.at)}};
    if (!step.note.empty()) {
      shown["note"] = step.note;
    }
    steps.push_back(std::move(shown));
  }
  return {{"enrollment_id", enrollment.id},
          {"object_id", std::to_string(enrollment.object)},
          {"state", enrollment_state_name(enrollment.state)},
          {"waiting", enrollment.waiting},
          {"next_action_id", enrollment.next_action},
          {"enrolled_at", format_iso8601(enrollment.enrolled)},
          {"steps", std::move(steps)}};
}

/// Which of a flow's actions and criteria are stored only.
Json show_flow(const portal::Flow& flow) {
  Json actions = Json::array();
  const Json* all = json::find(flow.body, "actions");
  for (const Json& action : all != nullptr ? *all : Json::array()) {
    const std::string kind = portal::action_kind(action);
    const bool executed = kind.find_first_of("0123456789") == std::string::npos &&
                          kind != "CUSTOM_CODE" && !kind.empty();
    actions.push_back(
        {{"action_id", text_at(action, "actionId")}, {"kind", kind}, {"executed", executed}});
  }
  return {{"flow_id", std::to_string(flow.id)},
          {"workflow_id", flow.workflow_id},
          {"name", flow.text("name")},
          {"enabled", flow.enabled},
          {"actions", std::move(actions)},
          {"criteria_not_evaluated", flow.criteria.not_evaluated}};
}

CommandReply get_flows(CommandCall& call) {
  constexpr std::size_t most = 10'000;
  const std::lock_guard lock(call.account.mutex);
  auto& book = call.account.portal().part<portal::FlowBook>();
  Json flows = Json::array();
  for (const auto& [id, flow] : book.all()) {
    flows.push_back(show_flow(flow));
    flows.back()["enrollments"] = Json::array();
  }
  std::size_t shown = 0;
  for (const portal::Enrollment& enrollment : book.enrollments()) {
    for (Json& flow : flows) {
      if (flow["flow_id"] == std::to_string(enrollment.flow) && shown < most) {
        flow["enrollments"].push_back(show_enrollment(enrollment));
        ++shown;
      }
    }
  }
  return {.body = {{"results", std::move(flows)}}};
}

CommandReply enroll(CommandCall& call) {
  const auto flow = parse_uint(text_at(call.body, "flow_id"));
  const auto object = parse_uint(text_at(call.body, "object_id"));
  if (!flow || !object) {
    return bad_request(R"(write {"flow_id":"…","object_id":"…"})");
  }
  const std::lock_guard lock(call.account.mutex);
  portal::Portal& portal = call.account.portal();
  const portal::Flow* known = portal.part<portal::FlowBook>().find(*flow);
  const auto record = known != nullptr ? portal.find(known->type, *object) : nullptr;
  if (!record || record->archived) {
    return bad_request(known == nullptr ? "there is no flow " + std::to_string(*flow)
                                        : "there is no live record " + std::to_string(*object));
  }
  switch (portal::enroll(portal, *flow, *object, call.rig.world.clock().now())) {
    case portal::Enrolled::yes:
      return {.body = {{"enrolled", true}}};
    case portal::Enrolled::already:
      return {.body = {{"enrolled", false}, {"reason", "it is, or was, enrolled"}}};
    case portal::Enrolled::refused:
      break;
  }
  return {.body = {{"enrolled", false}, {"reason", "the flow is not enabled"}}};
}

}  // namespace

void register_command_automation(CommandRegistry& registry) {
  registry.add({.name = "POST automation/run",
                .method = http::Method::post,
                .path = "automation/run",
                .help = "runs a custom action on a record: calls its URL",
                .run = run_action});
  registry.add({.name = "GET automation/runs",
                .method = http::Method::get,
                .path = "automation/runs",
                .takes_tail = true,
                .help = "runs of custom actions and workflow webhooks, with their requests",
                .run = get_runs});
  registry.add({.name = "GET automation/flows",
                .method = http::Method::get,
                .path = "automation/flows",
                .help = "workflows, who is enrolled, and what each enrolment did",
                .run = get_flows});
  registry.add({.name = "POST automation/enroll",
                .method = http::Method::post,
                .path = "automation/enroll",
                .help = "enrols a record in a workflow",
                .run = enroll});
}

}  // namespace hubsim::control
