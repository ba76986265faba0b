#include "mock_server/portal/automation/flow_book.h"

#include <algorithm>

#include "common/time/format.h"

namespace hubsim::portal {

namespace {

constexpr std::uint64_t first_flow_id = 585'051'945;  // U: of HubSpot's size
constexpr std::uint64_t first_workflow_id = 9'000'000;

}  // namespace

std::string_view enrollment_state_name(EnrollmentState state) noexcept {
  constexpr std::string_view names[] = {"ACTIVE", "COMPLETED", "UNENROLLED", "FAILED"};
  return names[static_cast<std::size_t>(state)];
}

const Json* Flow::action(std::string_view action_id) const {
  const Json* actions = json::find(body, "actions");
  if (actions == nullptr) {
    return nullptr;
  }
  const auto found = std::find_if(actions->begin(), actions->end(), [&](const Json& each) {
    const Json* named = json::find(each, "actionId");
    return named != nullptr && json::text_of(*named) == action_id;
  });
  return found == actions->end() ? nullptr : &*found;
}

std::string Flow::text(std::string_view member) const {
  const Json* value = json::find(body, member);
  return value == nullptr ? "" : json::text_of(*value);
}

Json Flow::shown() const {
  Json out = {{"id", std::to_string(id)},
              {"isEnabled", enabled},
              {"flowType", text("flowType")},
              {"revisionId", std::to_string(revision)},
              {"createdAt", format_iso8601(created)},
              {"updatedAt", format_iso8601(updated)}};
  for (const auto& [name, value] : body.items()) {
    if (!out.contains(name)) {
      out[name] = value;
    }
  }
  return out;
}

void Flow::keep_revision() {
  if (revisions.size() >= max_revisions) {
    revisions.pop_front();
  }
  revisions.push_back(shown());
}

void Enrollment::log(FlowStep step) {
  if (steps.size() >= max_steps) {
    steps.pop_front();
  }
  steps.push_back(std::move(step));
}

Flow& FlowBook::add(Flow flow) {
  ++last_flow_;
  flow.id = first_flow_id + last_flow_;
  flow.workflow_id = first_workflow_id + last_flow_;
  flow.keep_revision();
  const std::uint64_t id = flow.id;
  return flows_.emplace(id, std::move(flow)).first->second;
}

Flow* FlowBook::find(std::uint64_t id) {
  const auto found = flows_.find(id);
  return found == flows_.end() ? nullptr : &found->second;
}

Flow* FlowBook::find_workflow(std::uint64_t workflow_id) {
  const bool known =
      workflow_id > first_workflow_id && workflow_id <= first_workflow_id + last_flow_;
  return known ? find(first_flow_id + (workflow_id - first_workflow_id)) : nullptr;
}

void FlowBook::remove(std::uint64_t id) {
  for (Enrollment& each : enrollments_) {
    if (each.flow == id && each.state == EnrollmentState::active) {
      each.state = EnrollmentState::unenrolled;
    }
  }
  flows_.erase(id);
}

Enrollment& FlowBook::enroll(const Flow& flow, ObjectId object, Instant now) {
  if (enrollments_.size() >= max_enrollments) {
    const Enrollment& oldest = enrollments_.front();
    if (const auto last = latest_.find({oldest.flow, oldest.object});
        last != latest_.end() && last->second == oldest.id) {
      latest_.erase(last);
    }
    enrollments_.pop_front();
    ++first_enrollment_;
  }
  Enrollment enrollment;
  enrollment.id = first_enrollment_ + enrollments_.size();
  latest_[{flow.id, object}] = enrollment.id;
  enrollment.flow = flow.id;
  enrollment.object = object;
  enrollment.enrolled = now;
  const Json* start = json::find(flow.body, "startActionId");
  enrollment.next_action = start == nullptr ? "" : json::text_of(*start);
  enrollments_.push_back(std::move(enrollment));
  return enrollments_.back();
}

Enrollment* FlowBook::find_enrollment(std::uint64_t id) {
  const bool kept = id >= first_enrollment_ && id < first_enrollment_ + enrollments_.size();
  return kept ? &enrollments_[id - first_enrollment_] : nullptr;
}

Enrollment* FlowBook::active(std::uint64_t flow, ObjectId object) {
  const auto found = latest_.find({flow, object});
  Enrollment* latest = found == latest_.end() ? nullptr : find_enrollment(found->second);
  const bool active = latest != nullptr && latest->state == EnrollmentState::active;
  return active ? latest : nullptr;
}

}  // namespace hubsim::portal
