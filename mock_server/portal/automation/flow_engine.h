// Flow engine: enrols records in workflows and runs the workflows' actions over time, on the
// portal's agenda (behaviour reference 7, Automation; D docs "workflow actions and enrollment
// types"). What it executes: delays, property values, created records and tasks, static lists,
// branches, webhooks, custom actions. Other actions are logged as SKIPPED and passed.
// Threads: under the portal's lock. Invariants: an enrolment runs at most max_steps_at_once actions
// at one instant; the engine writes as AUTOMATION_PLATFORM.
#pragma once

#include <cstdint>
#include <string>

#include "mock_server/portal/automation/action_runs.h"
#include "mock_server/portal/automation/flow_book.h"

namespace hubsim::portal {

inline constexpr std::size_t max_steps_at_once = 100;
/// What the action of a workflow sets off begins so much later (U).
inline constexpr std::chrono::seconds chain_gap{1};

/// Reads criteria, enabled and type from the flow's body. The error is a sentence for HubSpot's
/// 400.
[[nodiscard]] Status<> read_flow(Portal& portal, Flow& flow);
/// From now on the engine watches it: records that meet the criteria already are not enrolled, only
/// those that come to meet them.
void watch_flow(Portal& portal, Flow& flow, Instant now);

enum class Enrolled { yes, already, refused };
/// The record is enrolled, unless it is in the workflow now, or was before and may not again.
Enrolled enroll(Portal& portal, std::uint64_t flow, ObjectId object, Instant now);
/// False: it was not in it.
bool unenroll(Portal& portal, std::uint64_t flow, ObjectId object);
/// The run that the enrolment waited for has ended.
void resume_enrollment(Portal& portal, std::uint64_t enrollment, const ActionRun& run, Instant now);

/// A filter branch of a workflow as a list's: those begin with OR, workflows' may be any.
[[nodiscard]] Result<std::shared_ptr<const FilterBranch>> read_flow_filter(Portal& portal,
                                                                           TypeIndex type,
                                                                           const Json& branch);

/// What an action is to the engine, in one word: "DELAY", "SET_PROPERTY", ...; its type id where it
/// is not executed.
[[nodiscard]] std::string action_kind(const Json& action);

/// One action, done.
struct ActionResult {
  enum class Kind {
    done,     ///< go on
    skipped,  ///< not executed here; go on
    failed,   ///< go on all the same, as HubSpot does
    wait,     ///< until `until`
    run,      ///< until the run of `wish` has ended
  };
  Kind kind = Kind::done;
  std::string note;
  Instant until{};
  RunWish wish;
  /// Of branches: where to go; else the action's own connection.
  std::optional<std::string> next;
};
[[nodiscard]] ActionResult execute_action(Portal& portal, const Flow& flow, Enrollment& enrollment,
                                          const Json& action, Instant now);

}  // namespace hubsim::portal
