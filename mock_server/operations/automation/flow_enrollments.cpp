// Enrolment by the older workflows API (v2), which the documentation still names for it: contacts
// by e-mail address into and out of a workflow, and where a contact is (D legacy docs).
#include "common/base/text.h"
#include "mock_server/operations/support/fields.h"
#include "mock_server/portal/automation/flow_engine.h"

namespace hubsim::operations {

namespace {

struct Named {
  std::uint64_t flow = 0;
  portal::ObjectId contact = 0;
};

/// A workflow's id in the older API, or a flow's.
portal::Flow* flow_of(const Context& context) {
  const auto id = parse_uint(context.param("workflowId"));
  auto& book = context.portal.part<portal::FlowBook>();
  portal::Flow* flow = id ? book.find_workflow(*id) : nullptr;
  return flow == nullptr && id ? book.find(*id) : flow;
}

Read<Named> read_named(const Context& context) {
  const portal::Flow* flow = flow_of(context);
  const portal::ObjectType& contacts = *context.portal.find_type("contacts");
  const auto record = context.portal.find_by_unique(
      contacts.index(), *contacts.property_index("email"), to_lower(trim(context.param("email"))));
  if (flow == nullptr || !record || flow->type != contacts.index()) {
    return Failure{hubspot::object_not_found()};
  }
  return Named{.flow = flow->id, .contact = record->id};
}

/// Enrolling who is in it, or may not again, changes nothing; a workflow that is off is 412 (U).
Reply run_enroll(Context& context) {
  const auto named = read_named(context);
  if (!named) {
    return fail(context, named.error());
  }
  if (portal::enroll(context.portal, named->flow, named->contact, context.now) ==
      portal::Enrolled::refused) {
    return fail(context, {.status = 412, .message = "Workflow is not enabled"});
  }
  return no_content();
}

Reply run_unenroll(Context& context) {
  const auto named = read_named(context);
  if (!named) {
    return fail(context, named.error());
  }
  (void)portal::unenroll(context.portal, named->flow, named->contact);
  return no_content();
}

Reply run_of_contact(Context& context) {
  const auto id = parse_uint(context.param("contactId"));
  const auto type = context.portal.find_type("contacts")->index();
  const auto record = id ? context.portal.find(type, *id) : nullptr;
  if (!record || record->archived) {
    return fail(context, hubspot::object_not_found());
  }
  Json list = Json::array();
  auto& book = context.portal.part<portal::FlowBook>();
  for (const auto& [flow_id, flow] : book.all()) {
    if (flow.type == type && book.active(flow_id, record->id) != nullptr) {
      list.push_back(
          {{"id", flow.workflow_id},
           {"name", flow.text("name")},
           {"enabled", flow.enabled},
           {"insertedAt", flow.created.time_since_epoch() / std::chrono::milliseconds(1)},
           {"updatedAt", flow.updated.time_since_epoch() / std::chrono::milliseconds(1)}});
    }
  }
  return answer(json::dump(list));
}

}  // namespace

void register_automation_flow_enrollments(OperationRegistry& registry);
void register_automation_flow_enrollments(OperationRegistry& registry) {
  registry.add({"automation.workflows.enrollments.contacts.create", run_enroll, path_key});
  registry.add({"automation.workflows.enrollments.contacts.archive", run_unenroll, path_key});
  registry.add({"automation.workflows.enrollments.contacts.read", run_of_contact, path_key});
}

}  // namespace hubsim::operations
