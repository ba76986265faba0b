#include "mock_server/portal/automation/flow_engine.h"

#include <algorithm>

#include "common/base/text.h"
#include "mock_server/portal/lists/lists.h"

namespace hubsim::portal {

namespace {

constexpr std::string_view property_event = "4-655002";  // D docs: property value changed
constexpr std::string_view created_event = "4-1463224";  // D docs: CRM object created

std::string text_in(const Json& object, std::string_view name) {
  const Json* value = json::find(object, name);
  return value == nullptr ? "" : json::text_of(*value);
}

bool is_true(const Json& object, std::string_view name) { return text_in(object, name) == "true"; }

/// The values that a filter on an event's property asks for.
std::vector<std::string> wanted_values(const Json& filter) {
  const Json* operation = json::find(filter, "operation");
  std::vector<std::string> values;
  if (operation == nullptr) {
    return values;
  }
  if (const Json* many = json::find(*operation, "values"); many != nullptr && many->is_array()) {
    for (const Json& each : *many) {
      values.push_back(json::text_of(each));
    }
  } else if (const Json* one = json::find(*operation, "value")) {
    values.push_back(json::text_of(*one));
  }
  return values;
}

FlowEvent read_event(const Json& branch) {
  const std::string type = text_in(branch, "eventTypeId");
  if (type == created_event) {
    return {.kind = FlowEvent::Kind::created, .property = {}, .values = {}};
  }
  FlowEvent event;
  if (type != property_event) {
    return event;
  }
  const Json* filters = json::find(branch, "filters");
  for (const Json& filter : filters != nullptr ? *filters : Json::array()) {
    const auto values = wanted_values(filter);
    if (text_in(filter, "property") == "hs_name" && !values.empty()) {
      event.kind = FlowEvent::Kind::property_set;
      event.property = values.front();
    } else if (text_in(filter, "property") == "hs_value") {
      event.values = values;
    }
  }
  return event;
}

void read_events(const Json& criteria, FlowCriteria& out) {
  out.kind = FlowCriteria::Kind::events;
  const Json* branches = json::find(criteria, "eventFilterBranches");
  for (const Json& branch : branches != nullptr ? *branches : Json::array()) {
    FlowEvent event = read_event(branch);
    if (event.kind == FlowEvent::Kind::never) {
      out.not_evaluated.push_back("event " + text_in(branch, "eventTypeId"));
    } else {
      out.events.push_back(std::move(event));
    }
  }
}

Status<> read_criteria(Portal& portal, const Json& criteria, TypeIndex type, FlowCriteria& out) {
  const std::string kind = text_in(criteria, "type");
  out.re_enroll = is_true(criteria, "shouldReEnroll");
  if (kind == "MANUAL") {
    return Done{};
  }
  if (kind == "EVENT_BASED") {
    read_events(criteria, out);
    return Done{};
  }
  if (kind != "LIST_BASED") {
    return Failure{"Invalid enrollmentCriteria type: " + kind};
  }
  out.kind = FlowCriteria::Kind::list;
  out.un_enroll = is_true(criteria, "unEnrollObjectsNotMeetingCriteria");
  const Json* branch = json::find(criteria, "listFilterBranch");
  if (branch == nullptr) {
    return Failure{std::string("enrollmentCriteria has no listFilterBranch")};
  }
  auto filter = read_flow_filter(portal, type, *branch);
  if (!filter) {
    return Failure{filter.error()};
  }
  out.filter = std::move(*filter);
  out.not_evaluated = out.filter->not_evaluated;
  return Done{};
}

bool meets(const Portal& portal, const Flow& flow, const Record& record, Instant now) {
  return flow.criteria.filter &&
         Judgement{portal, portal.part<Lists>(), now}.matches(flow.criteria.filter->root, record);
}

bool event_matches(const FlowEvent& event, const Change& change) {
  if (event.kind == FlowEvent::Kind::created) {
    return change.kind == ChangeKind::created;
  }
  return std::any_of(change.properties.begin(), change.properties.end(), [&](const auto& each) {
    return each.first == event.property &&
           (event.values.empty() ||
            std::find(event.values.begin(), event.values.end(), each.second) != event.values.end());
  });
}

void on_event(Portal& portal, Flow& flow, const Portal::Commit& commit) {
  const auto changes = portal.changes_after(commit.sequence - 1, 1);
  if (changes.empty()) {
    return;
  }
  const auto& events = flow.criteria.events;
  if (std::any_of(events.begin(), events.end(),
                  [&](const FlowEvent& each) { return event_matches(each, changes.front()); })) {
    enroll(portal, flow.id, commit.record->id, commit.at);
  }
}

void on_list(Portal& portal, Flow& flow, const Portal::Commit& commit) {
  const ObjectId id = commit.record->id;
  const bool now_meets = !commit.record->archived && meets(portal, flow, *commit.record, commit.at);
  bool& before = flow.meets[id];
  const bool came = now_meets && !before;
  const bool left = before && !now_meets;
  before = now_meets;
  if (came) {
    enroll(portal, flow.id, id, commit.at);
  } else if (left && flow.criteria.un_enroll) {
    unenroll(portal, flow.id, id);
  }
}

void leave_all(Portal& portal, TypeIndex type, ObjectId id) {
  auto& book = portal.part<FlowBook>();
  for (auto& [number, flow] : book.all()) {
    if (flow.type == type) {
      flow.meets.erase(id);
      unenroll(portal, number, id);
    }
  }
}

void on_commit(Portal& portal, const Portal::Commit& commit) {
  if (!commit.record) {
    return;
  }
  const TypeIndex type = commit.record->type;
  if (commit.kind == ChangeKind::archived || commit.kind == ChangeKind::privacy_deleted) {
    leave_all(portal, type, commit.record->id);
    return;
  }
  const bool values = commit.kind == ChangeKind::created || commit.kind == ChangeKind::updated ||
                      commit.kind == ChangeKind::restored || commit.kind == ChangeKind::merged;
  for (auto& [number, flow] : portal.part<FlowBook>().all()) {
    if (!flow.enabled || flow.type != type) {
      continue;
    }
    if (flow.criteria.kind == FlowCriteria::Kind::list) {
      on_list(portal, flow, commit);
    } else if (flow.criteria.kind == FlowCriteria::Kind::events && values) {
      on_event(portal, flow, commit);
    }
  }
}

std::string connection_of(const Json& action) {
  const Json* connection = json::find(action, "connection");
  return connection == nullptr ? "" : text_in(*connection, "nextActionId");
}

constexpr std::string_view result_words[] = {"DONE", "SKIPPED", "FAILED", "WAITING", "WAITING"};

void step(Portal& portal, Instant now, std::uint64_t id);

/// Where the enrolment goes on waiting, if it does.
bool settle(Portal& portal, Enrollment& enrollment, const ActionResult& result, Instant now) {
  if (result.kind == ActionResult::Kind::wait) {
    enrollment.waiting = true;
    portal.schedule(result.until, step, enrollment.id);
    return true;
  }
  if (result.kind == ActionResult::Kind::run) {
    enrollment.waiting = true;
    portal.part<ActionRuns>().start(portal, result.wish, now);
    return true;
  }
  return false;
}

/// True when there is nothing more to do now.
bool run_next(Portal& portal, const Flow& flow, Enrollment& enrollment, Instant now) {
  const Json* action = flow.action(enrollment.next_action);
  if (action == nullptr) {
    enrollment.state = EnrollmentState::completed;
    return true;
  }
  const ActionResult result = execute_action(portal, flow, enrollment, *action, now);
  enrollment.log({.action_id = enrollment.next_action,
                  .kind = action_kind(*action),
                  .result = std::string(result_words[static_cast<std::size_t>(result.kind)]),
                  .note = result.note,
                  .at = now});
  ++enrollment.executed;
  enrollment.next_action = result.next.value_or(connection_of(*action));
  return settle(portal, enrollment, result, now);
}

void step(Portal& portal, Instant now, std::uint64_t id) {
  auto& book = portal.part<FlowBook>();
  for (std::size_t done = 0;; ++done) {
    // Writes of the action before may have changed the book.
    Enrollment* enrollment = book.find_enrollment(id);
    if (enrollment == nullptr || enrollment->state != EnrollmentState::active) {
      return;
    }
    const Flow* flow = book.find(enrollment->flow);
    if (flow == nullptr || !flow->enabled) {
      enrollment->state = EnrollmentState::unenrolled;
      return;
    }
    if (done == max_steps_at_once) {
      enrollment->state = EnrollmentState::failed;
      enrollment->log({.action_id = enrollment->next_action,
                       .kind = "",
                       .result = "FAILED",
                       .note = "the workflow goes round in circles without a delay",
                       .at = now});
      return;
    }
    enrollment->waiting = false;
    book.set_stepping(id);
    const bool is_over = run_next(portal, *flow, *enrollment, now);
    book.set_stepping(0);
    if (is_over) {
      return;
    }
  }
}

}  // namespace

Result<std::shared_ptr<const FilterBranch>> read_flow_filter(Portal& portal, TypeIndex type,
                                                             const Json& branch) {
  if (text_in(branch, "filterBranchType") == "OR") {
    return read_filter_branch(portal, type, branch);
  }
  return read_filter_branch(portal, type,
                            {{"filterBranchType", "OR"},
                             {"filterBranchOperator", "OR"},
                             {"filters", Json::array()},
                             {"filterBranches", Json::array({branch})}});
}

Status<> read_flow(Portal& portal, Flow& flow) {
  const std::string wanted = text_in(flow.body, "objectTypeId");
  const ObjectType* type = portal.find_type(wanted.empty() ? "0-1" : wanted);
  if (type == nullptr) {
    return Failure{"Unknown objectTypeId: " + wanted};
  }
  flow.type = type->index();
  flow.enabled = is_true(flow.body, "isEnabled");
  flow.criteria = {};
  const Json* criteria = json::find(flow.body, "enrollmentCriteria");
  if (criteria == nullptr || criteria->is_null()) {
    return Done{};
  }
  return read_criteria(portal, *criteria, flow.type, flow.criteria);
}

void watch_flow(Portal& portal, Flow& flow, Instant now) {
  flow.meets.clear();
  if (!flow.enabled) {
    return;
  }
  portal.observe(on_commit);
  if (flow.criteria.kind != FlowCriteria::Kind::list) {
    return;
  }
  for (const RecordPtr& record : portal.store(flow.type).slots()) {
    if (record && !record->archived && meets(portal, flow, *record, now)) {
      flow.meets[record->id] = true;
    }
  }
}

namespace {

/// Who is on a suppression list stays out.
bool is_suppressed(const Portal& portal, const Flow& flow, ObjectId object) {
  const Json* lists = json::find(flow.body, "suppressionListIds");
  if (lists == nullptr || !lists->is_array()) {
    return false;
  }
  return std::any_of(lists->begin(), lists->end(), [&](const Json& each) {
    const auto id = parse_uint(json::text_of(each));
    return id && portal.part<Lists>().member(*id, flow.type, object);
  });
}

}  // namespace

Enrolled enroll(Portal& portal, std::uint64_t id, ObjectId object, Instant now) {
  auto& book = portal.part<FlowBook>();
  Flow* flow = book.find(id);
  if (flow == nullptr || !flow->enabled || book.has_no_room()) {
    return Enrolled::refused;
  }
  if (book.active(id, object) != nullptr || is_suppressed(portal, *flow, object) ||
      (flow->ever.contains(object) && !flow->criteria.re_enroll)) {
    return Enrolled::already;
  }
  flow->ever.insert(object);
  const Enrollment& enrollment = book.enroll(*flow, object, now);
  // What the action of a workflow brings about begins later: else workflows that set each other off
  // would keep the clock where it is, and every request waiting, for good.
  portal.schedule(book.stepping() == 0 ? now : now + chain_gap, step, enrollment.id);
  return Enrolled::yes;
}

bool unenroll(Portal& portal, std::uint64_t flow, ObjectId object) {
  Enrollment* enrollment = portal.part<FlowBook>().active(flow, object);
  if (enrollment == nullptr) {
    return false;
  }
  enrollment->state = EnrollmentState::unenrolled;
  return true;
}

void resume_enrollment(Portal& portal, std::uint64_t id, const ActionRun& run, Instant now) {
  Enrollment* enrollment = portal.part<FlowBook>().find_enrollment(id);
  if (enrollment == nullptr || enrollment->state != EnrollmentState::active) {
    return;
  }
  enrollment->outputs[run.action_id] = run.output_fields;
  enrollment->log({.action_id = run.action_id,
                   .kind = run.webhook ? "WEBHOOK" : "CUSTOM_ACTION",
                   .result = run.state == RunState::succeeded ? "DONE" : "FAILED",
                   .note = run.reason,
                   .at = now});
  portal.schedule(now, step, id);
}

}  // namespace hubsim::portal
