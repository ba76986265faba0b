// Workflows of the automation v4 API: create, list, read, update with the optimistic check of
// revisionId, delete, batch read, the e-mails they send, ids of the older API (behaviour reference
// 7, Automation; D docs "workflows v4").
#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"
#include "mock_server/portal/automation/flow_engine.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;
constexpr std::size_t batch_maximum = 100;        // U
constexpr std::string_view email_action = "0-4";  // D docs: send e-mail

constexpr std::string_view flow_types = "CONTACT_FLOW, PLATFORM_FLOW";
constexpr Field create_checks[] = {{"type", Kind::text, true, flow_types},
                                   {"isEnabled", Kind::boolean},
                                   {"flowType", Kind::text, false, "WORKFLOW, ACTION_SET, UNKNOWN"},
                                   {"objectTypeId"},
                                   {"actions", Kind::list},
                                   {"enrollmentCriteria", Kind::object},
                                   {"name"}};
constexpr Field update_checks[] = {{"type", Kind::text, true, flow_types},
                                   {"revisionId", Kind::text, true},
                                   {"isEnabled", Kind::boolean},
                                   {"flowType", Kind::text, false, "WORKFLOW, ACTION_SET, UNKNOWN"},
                                   {"objectTypeId"},
                                   {"actions", Kind::list},
                                   {"enrollmentCriteria", Kind::object},
                                   {"name"}};
constexpr Field flow_input[] = {{"type", Kind::text, true}, {"flowId"}, {"workflowId"}};

std::string text_in(const Json& object, std::string_view name) {
  const Json* value = json::find(object, name);
  return value == nullptr ? "" : json::text_of(*value);
}

portal::FlowBook& book_of(const Context& context) {
  return context.portal.part<portal::FlowBook>();
}

/// What HubSpot fills in, and may not be set (D; the lists are empty in its answers).
Json complete_body(Json body) {
  for (const char* name : {"revisionId", "id", "createdAt", "updatedAt"}) {
    body.erase(name);
  }
  for (const char* list : {"actions", "timeWindows", "blockedDates", "dataSources"}) {
    if (const Json* given = json::find(body, list); given == nullptr || !given->is_array()) {
      body[list] = Json::array();
    }
  }
  const Json defaults = {{"flowType", "WORKFLOW"},
                         {"objectTypeId", "0-1"},
                         {"customProperties", Json::object()},
                         {"crmObjectCreationStatus", "COMPLETE"}};
  for (const auto& [name, value] : defaults.items()) {
    if (const Json* given = json::find(body, name); given == nullptr || given->is_null()) {
      body[name] = value;
    }
  }
  if (text_in(body, "type") == "CONTACT_FLOW") {
    body["suppressionListIds"] = body.value("suppressionListIds", Json::array());
    body["canEnrollFromSalesforce"] = text_in(body, "canEnrollFromSalesforce") == "true";
  }
  std::uint64_t last = 0;
  for (const Json& action : body["actions"]) {
    last = std::max(last, parse_uint(text_in(action, "actionId")).value_or(0));
  }
  body["nextAvailableActionId"] = std::to_string(last + 1);
  return body;
}

std::optional<ApiError> check_actions(const Json& body) {
  const Json& actions = body.at("actions");
  if (actions.size() > portal::FlowBook::max_actions) {
    return choices::validation("A workflow has at most 500 actions");
  }
  for (const Json& action : actions) {
    if (text_in(action, "actionId").empty() || text_in(action, "type").empty()) {
      return choices::validation("Every action has an actionId and a type");  // U text
    }
  }
  return std::nullopt;
}

/// The body as a flow, checked; `flow` keeps what it is not told.
std::optional<ApiError> take_body(Context& context, portal::Flow& flow, Json body) {
  flow.body = complete_body(std::move(body));
  if (auto error = check_actions(flow.body)) {
    return error;
  }
  const auto read = portal::read_flow(context.portal, flow);
  return read ? std::nullopt : std::optional(choices::validation(read.error()));
}

Read<portal::Flow*> named_flow(const Context& context) {
  const auto id = parse_uint(context.param("flowId"));
  portal::Flow* flow = id ? book_of(context).find(*id) : nullptr;
  if (flow == nullptr) {
    return Failure{hubspot::object_not_found()};
  }
  return flow;
}

Reply run_create(Context& context) {
  auto body = read_object(context);
  const auto checked = read_fields(context, create_checks);
  if (!body || !checked) {
    return fail(context, body ? checked.error() : body.error());
  }
  if (book_of(context).all().size() >= portal::FlowBook::max_flows) {
    return fail(context, choices::validation("The account has too many workflows"));
  }
  portal::Flow flow;
  flow.created = flow.updated = context.now;
  if (const auto error = take_body(context, flow, std::move(*body))) {
    return fail(context, *error);
  }
  portal::Flow& kept = book_of(context).add(std::move(flow));
  portal::watch_flow(context.portal, kept, context.now);
  return answer(json::dump(kept.shown()));
}

Json show_listing(const portal::Flow& flow) {
  Json out = {{"id", std::to_string(flow.id)},
              {"isEnabled", flow.enabled},
              {"flowType", text_in(flow.body, "flowType")},
              {"objectTypeId", text_in(flow.body, "objectTypeId")},
              {"revisionId", std::to_string(flow.revision)},
              {"createdAt", format_iso8601(flow.created)},
              {"updatedAt", format_iso8601(flow.updated)}};
  for (const char* name : {"name", "uuid"}) {
    if (const std::string text = text_in(flow.body, name); !text.empty()) {
      out[name] = text;
    }
  }
  return out;
}

Reply run_list(Context& context) {
  const auto limit = read_limit(context.query, {choices::page_maximum, choices::page_maximum});
  const std::string_view cursor = context.query.first("after").value_or("");
  const auto after = cursor.empty() ? std::optional<std::uint64_t>(0) : parse_uint(cursor);
  if (!limit || !after) {
    return fail(context, limit ? hubspot::bad_query_parameter("after") : limit.error());
  }
  Json results = Json::array();
  std::uint64_t next = 0;
  for (const auto& [id, flow] : book_of(context).all()) {
    if (id <= *after) {
      continue;
    }
    if (results.size() == *limit) {
      next = parse_uint(text_in(results.back(), "id")).value_or(0);
      break;
    }
    results.push_back(show_listing(flow));
  }
  std::string body = R"({"results":)" + json::dump(results);
  if (next != 0) {
    body += ',';
    append_paging(body, context, std::to_string(next));
  }
  return answer(body + "}");
}

Reply run_read(Context& context) {
  const auto flow = named_flow(context);
  return flow ? answer(json::dump((*flow)->shown())) : fail(context, flow.error());
}

/// U 7: the status is an option, the text ours.
ApiError stale_revision(const Context& context, const portal::Flow& flow) {
  const bool conflict =
      context.portal.options().is(hubspot::Option::automation_stale_revision, "409");
  return {.status = conflict ? 409 : 400,
          .message = "revisionId is not the latest revision of flow " + std::to_string(flow.id) +
                     ": " + std::to_string(flow.revision),
          .category = conflict ? "CONFLICT" : "VALIDATION_ERROR"};
}

Reply run_update(Context& context) {
  const auto flow = named_flow(context);
  if (!flow) {
    return fail(context, flow.error());
  }
  auto body = read_object(context);
  const auto checked = read_fields(context, update_checks);
  if (!body || !checked) {
    return fail(context, body ? checked.error() : body.error());
  }
  portal::Flow& known = **flow;
  if (checked->at("revisionId") != std::to_string(known.revision)) {
    return fail(context, stale_revision(context, known));
  }
  portal::Flow changed = known;
  if (!body->contains("objectTypeId")) {
    (*body)["objectTypeId"] = text_in(known.body, "objectTypeId");
  }
  if (const auto error = take_body(context, changed, std::move(*body))) {
    return fail(context, *error);
  }
  ++changed.revision;
  changed.updated = context.now;
  changed.keep_revision();
  known = std::move(changed);
  portal::watch_flow(context.portal, known, context.now);
  return answer(json::dump(known.shown()));
}

/// What else such an answer has beside the flow is not known (U).
Reply run_read_revision(Context& context) {
  const auto flow = named_flow(context);
  if (!flow) {
    return fail(context, flow.error());
  }
  for (const Json& revision : (*flow)->revisions) {
    if (text_in(revision, "revisionId") == context.param("revisionId")) {
      return answer(json::dump({{"flow", revision}}));
    }
  }
  return fail(context, hubspot::object_not_found());
}

Reply run_archive(Context& context) {
  const auto flow = named_flow(context);
  if (!flow) {
    return fail(context, flow.error());
  }
  book_of(context).remove((*flow)->id);
  return no_content();
}

/// Results and errors of a batch of ids, in order.
template <class Show>
Reply read_all(Context& context, const Show& show) {
  const auto batch = read_batch(context, batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  const auto inputs = read_each(context.request.body, batch->inputs(), flow_input, "/inputs");
  if (!inputs) {
    return fail(context, inputs.error());
  }
  std::string out = R"({"status":"COMPLETE","results":[)";
  std::vector<ApiError> errors;
  for (const Json& input : *inputs) {
    const std::string shown = show(input);
    if (shown.empty()) {
      errors.push_back(hubspot::objects_not_found(
          "FLOW", {text_in(input, input.contains("flowId") ? "flowId" : "workflowId")}));
      continue;
    }
    out += out.back() == '[' ? "" : ",";
    out += shown;
  }
  close_batch(out, context, errors);
  Reply reply = answer(std::move(out), errors.empty() ? 200 : 207);
  reply.inputs = batch->size;
  return reply;
}

portal::Flow* flow_of(const Context& context, const Json& input) {
  auto& book = book_of(context);
  const auto flow = parse_uint(text_in(input, "flowId"));
  const auto workflow = parse_uint(text_in(input, "workflowId"));
  if (flow) {
    return book.find(*flow);
  }
  return workflow ? book.find_workflow(*workflow) : nullptr;
}

Reply run_batch_read(Context& context) {
  return read_all(context, [&](const Json& input) {
    const portal::Flow* flow = flow_of(context, input);
    return flow != nullptr ? json::dump(flow->shown()) : std::string();
  });
}

Reply run_mappings(Context& context) {
  return read_all(context, [&](const Json& input) {
    const portal::Flow* flow = flow_of(context, input);
    return flow != nullptr ? json::dump({{"flowId", flow->id}, {"workflowId", flow->workflow_id}})
                           : std::string();
  });
}

/// The e-mails that workflows' "send e-mail" actions name.
Reply run_emails(Context& context) {
  const auto wanted = context.query.list("flowId");
  Json results = Json::array();
  for (const auto& [id, flow] : book_of(context).all()) {
    const std::string flow_id = std::to_string(id);
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), flow_id) == wanted.end()) {
      continue;
    }
    for (const Json& action : flow.body.at("actions")) {
      const Json* fields = json::find(action, "fields");
      const std::string content = fields != nullptr ? text_in(*fields, "content_id") : "";
      if (text_in(action, "actionTypeId") == email_action && !content.empty()) {
        results.push_back(
            {{"flowId", flow_id}, {"emailContentId", content}, {"emailCampaignId", content}});
      }
    }
  }
  return answer(json::dump({{"results", std::move(results)}}));
}

}  // namespace

void register_automation_flows(OperationRegistry& registry);
void register_automation_flows(OperationRegistry& registry) {
  registry.add({"automation.flows.create", run_create, path_key});
  registry.add({"automation.flows.list", run_list, path_key});
  registry.add({"automation.flows.read", run_read, path_key});
  registry.add({"automation.flows.update", run_update, path_key});
  registry.add({"automation.flows.archive", run_archive, path_key});
  registry.add({"automation.flows.revisions.read", run_read_revision, path_key});
  registry.add({"automation.flows.batch.read", run_batch_read, path_key});
  registry.add({"automation.flows.email_campaigns.list", run_emails, path_key});
  registry.add({"automation.workflow_id_mappings.batch.read", run_mappings, path_key});
}

}  // namespace hubsim::operations
