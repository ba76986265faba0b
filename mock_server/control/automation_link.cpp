#include "mock_server/control/automation_link.h"

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"

namespace hubsim::control {

namespace {

std::string upper(std::string text) {
  for (char& c : text) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

/// The record as the action's URL gets it: with the properties that the definition asks for.
Json object_of(const portal::Portal& portal, const portal::ActionRun& run,
               const portal::ActionDefinition& definition) {
  const portal::ObjectType& type = portal.type(*run.type);
  Json properties = Json::object();
  const auto record = portal.find(*run.type, run.object);
  const Json* options = json::find(definition.body, "objectRequestOptions");
  const Json* names = options != nullptr ? json::find(*options, "properties") : nullptr;
  for (const Json& name : names != nullptr ? *names : Json::array()) {
    const auto index = type.property_index(json::text_of(name));
    const auto value = index && record ? portal.value_of(*record, *index) : std::nullopt;
    if (value) {
      properties[json::text_of(name)] = *value;
    }
  }
  return {{"objectId", run.object},
          {"properties", std::move(properties)},
          {"objectType", upper(type.label()->singular)}};
}

std::string body_of(const portal::Portal& portal, const portal::ActionRun& run,
                    const portal::ActionDefinition& definition) {
  const Json place = {{"enrollmentId", run.enrollment}, {"actionExecutionIndex", run.index}};
  Json context = {{"source", run.flow_id == 0 ? "TEST" : "WORKFLOWS"}};
  if (run.flow_id != 0) {
    context["workflowId"] = run.flow_id;
    context["actionId"] = parse_uint(run.action_id).value_or(0);
    context["actionExecutionIndexIdentifier"] = place;
  }
  Json body = {{"callbackId", run.callback_id},
               {"origin",
                {{"portalId", portal.config().portal_id},
                 {"actionDefinitionId", run.definition_id},
                 {"actionDefinitionVersion", definition.revision},
                 {"actionExecutionIndexIdentifier", place},
                 {"extensionDefinitionVersionId", definition.revision},
                 {"extensionDefinitionId", run.definition_id}}},
               {"context", std::move(context)}};
  if (run.type) {
    body["object"] = object_of(portal, run, definition);
  }
  body["fields"] = run.input_fields;
  body["inputFields"] = run.input_fields;
  return json::dump(body);
}

}  // namespace

std::optional<FoundAction> find_action(portal::Apps& apps, std::uint64_t id) {
  for (portal::App& app : apps.list()) {
    if (auto found = apps.part<portal::ActionBook>(app.id).find(id)) {
      return FoundAction{std::move(app), std::move(*found)};
    }
  }
  return std::nullopt;
}

AutomationLink::AutomationLink(gateway::World& world, webhooks::Caller::Parts parts, TlsOf tls_of)
    : world_(world), tls_of_(std::move(tls_of)), caller_(parts, world.config().seed) {}

void AutomationLink::trust(webhooks::CallPlan& plan, std::uint64_t app_id) const {
  if (tls_of_ && app_id != 0) {
    plan.tls = tls_of_(app_id);
  }
}

/// The error is what the run says of itself.
Result<webhooks::CallPlan> AutomationLink::plan_of(portal::Portal& portal,
                                                   const portal::ActionRun& run) const {
  webhooks::CallPlan plan{.name = run.callback_id};
  plan.retry = portal.options().is(hubspot::Option::automation_retries, "compressed")
                   ? webhooks::RetrySchedule::compressed
                   : webhooks::RetrySchedule::hubspot;
  if (run.webhook) {
    plan.method = run.webhook->method;
    plan.url = run.webhook->url;
    plan.body = run.webhook->body;
    plan.headers = run.webhook->headers;
    const auto app = world_.apps().find(run.webhook->signing_app);
    plan.secret = app ? app->client_secret : "";
    trust(plan, run.webhook->signing_app);
    return plan;
  }
  const auto action = find_action(world_.apps(), run.definition_id);
  if (!action || action->definition.archived_at) {
    return Failure{"there is no custom action " + std::to_string(run.definition_id)};
  }
  const std::uint64_t portal_id = portal.config().portal_id;
  if (!action->definition.published() && portal_id != world_.apps().developer_portal()) {
    return Failure{std::string("the action is not published")};
  }
  plan.url = action->definition.action_url();
  plan.body = body_of(portal, run, action->definition);
  plan.secret = action->app.client_secret;
  trust(plan, action->app.id);
  return plan;
}

void AutomationLink::make(const gateway::AccountPtr& account, Call call) {
  const std::weak_ptr<gateway::Account> owner = account;
  caller_.call(std::move(call.plan), [this, owner, asked = call.portal,
                                      id = call.callback_id](const webhooks::CallOutcome& outcome) {
    const auto alive = owner.lock();
    if (!alive) {
      return;
    }
    const std::lock_guard lock(alive->mutex);
    if (alive->pin() == asked.lock()) {
      portal::ActionRuns::answered(alive->portal(), id,
                                   {.answered = outcome.answered,
                                    .status = outcome.status,
                                    .body = outcome.body,
                                    .error = outcome.error},
                                   world_.clock().now());
    }
  });
}

void AutomationLink::collect() {
  for (const gateway::AccountPtr& account : world_.accounts()) {
    std::vector<Call> calls;
    {
      const std::lock_guard lock(account->mutex);
      portal::Portal& portal = account->portal();
      for (const portal::ActionRun& run : portal.part<portal::ActionRuns>().take_ready()) {
        auto plan = plan_of(portal, run);
        if (plan) {
          calls.push_back({run.callback_id, std::move(*plan), account->pin()});
        } else {
          portal::ActionRuns::answered(portal, run.callback_id, {.error = plan.error()},
                                       world_.clock().now());
        }
      }
    }
    for (Call& call : calls) {
      make(account, std::move(call));
    }
  }
}

}  // namespace hubsim::control
