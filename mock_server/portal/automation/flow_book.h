// FlowBook: a portal's workflows (automation v4: flows) and who is enrolled in them, with a log of
// what each enrolment did. A part of the portal; flow_engine.h runs it.
// Threads: under the portal's lock. Invariants: at most max_flows; the last max_enrollments are
// kept; an enrolment is active, or over for good.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/json/json.h"
#include "common/time/clock.h"
#include "mock_server/portal/lists/filter_branch.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

/// One kind of event that enrols: a property got a value, or a record was made.
struct FlowEvent {
  enum class Kind { never, property_set, created };
  Kind kind = Kind::never;
  std::string property;
  std::vector<std::string> values;  ///< any of these; empty: any
};

/// When records enrol by themselves.
struct FlowCriteria {
  enum class Kind { manual, list, events };
  Kind kind = Kind::manual;
  bool re_enroll = false;
  bool un_enroll = false;  ///< who no longer meets them leaves
  std::shared_ptr<const FilterBranch> filter;
  std::vector<FlowEvent> events;
  std::vector<std::string> not_evaluated;  ///< what is stored and never enrols
};

struct Flow {
  std::uint64_t id = 0;
  std::uint64_t workflow_id = 0;  ///< its id in the older APIs
  Json body;                      ///< as its caller has it
  TypeIndex type = 0;
  bool enabled = false;
  std::uint64_t revision = 1;
  Instant created{};
  Instant updated{};
  FlowCriteria criteria;
  std::map<ObjectId, bool> meets;  ///< whether the record met the criteria when last looked at
  std::set<ObjectId> ever;         ///< who was enrolled
  static constexpr std::size_t max_revisions = 50;
  std::deque<Json> revisions;  ///< as they were shown, oldest first, this one included

  [[nodiscard]] const Json* action(std::string_view action_id) const;
  /// A member of the body as text; "" where it has none.
  [[nodiscard]] std::string text(std::string_view member) const;
  /// Everything, as GET shows it.
  [[nodiscard]] Json shown() const;
  /// Keeps what is shown now among the revisions.
  void keep_revision();
};

enum class EnrollmentState { active, completed, unenrolled, failed };
[[nodiscard]] std::string_view enrollment_state_name(EnrollmentState state) noexcept;

struct FlowStep {
  std::string action_id;
  std::string kind;    ///< "SET_PROPERTY", "DELAY", "0-8" where it was skipped, ...
  std::string result;  ///< DONE, WAITING, SKIPPED, FAILED
  std::string note;
  Instant at{};
};

struct Enrollment {
  static constexpr std::size_t max_steps = 200;
  std::uint64_t id = 0;
  std::uint64_t flow = 0;
  ObjectId object = 0;
  Instant enrolled{};
  EnrollmentState state = EnrollmentState::active;
  std::string next_action;
  std::size_t executed = 0;
  bool waiting = false;  ///< for a time or an answer
  std::deque<FlowStep> steps;
  std::map<std::string, Json> outputs;  ///< of custom actions, by the action's id

  void log(FlowStep step);
};

class FlowBook : public PartOf<FlowBook> {
 public:
  static constexpr std::size_t max_flows = 1'000;
  static constexpr std::size_t max_enrollments = 100'000;
  static constexpr std::size_t max_actions = 500;
  explicit FlowBook(const Portal& /*portal*/) {}

  /// Gives it its ids.
  Flow& add(Flow flow);
  [[nodiscard]] Flow* find(std::uint64_t id);
  [[nodiscard]] Flow* find_workflow(std::uint64_t workflow_id);
  /// Who is enrolled leaves.
  void remove(std::uint64_t id);
  [[nodiscard]] std::map<std::uint64_t, Flow>& all() noexcept { return flows_; }

  /// The oldest goes when there are too many; not while it is the one whose action runs.
  Enrollment& enroll(const Flow& flow, ObjectId object, Instant now);
  /// The enrolment whose action runs right now; 0: none. What its action writes may enrol others.
  [[nodiscard]] std::uint64_t stepping() const noexcept { return stepping_; }
  void set_stepping(std::uint64_t enrollment) noexcept { stepping_ = enrollment; }
  /// Another enrolment would take away the one whose action runs.
  [[nodiscard]] bool has_no_room() const noexcept {
    return enrollments_.size() >= max_enrollments && enrollments_.front().id == stepping_;
  }
  [[nodiscard]] Enrollment* find_enrollment(std::uint64_t id);
  /// The active one of that record; nullptr: none.
  [[nodiscard]] Enrollment* active(std::uint64_t flow, ObjectId object);
  [[nodiscard]] std::deque<Enrollment>& enrollments() noexcept { return enrollments_; }

 private:
  std::map<std::uint64_t, Flow> flows_;
  std::uint64_t last_flow_ = 0;
  std::deque<Enrollment> enrollments_;
  /// The latest enrolment of a record in a flow.
  std::map<std::pair<std::uint64_t, ObjectId>, std::uint64_t> latest_;
  std::uint64_t first_enrollment_ = 1;
  std::uint64_t stepping_ = 0;
};

}  // namespace hubsim::portal
