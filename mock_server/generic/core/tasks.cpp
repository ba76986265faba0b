#include "mock_server/generic/core/tasks.h"

#include "common/random/prng.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "hubspot/shapes/plausible.h"

namespace hubsim::generic {

namespace {

using namespace std::chrono_literals;

struct Pace {
  Duration waits;
  Duration works;
};

Pace pace_of(const Call& call) {
  const std::string_view word =
      call.context.portal.options().value(hubspot::Option::generic_task_time);
  if (word == "instant") {
    return {0s, 0s};
  }
  return word == "slow" ? Pace{10s, 50s} : Pace{1s, 2s};
}

}  // namespace

std::string_view task_state(const Task& task, Instant now) {
  if (now >= task.completed_at) {
    return "COMPLETE";
  }
  return now >= task.started_at ? "PROCESSING" : "PENDING";
}

Task start_task(Call& call, Json result) {
  const Pace pace = pace_of(call);
  const std::uint64_t number = call.store.next_number("tasks");
  Task task{.id = std::to_string(
                hubspot::plausible_id(stable_hash(std::to_string(number), call.store.portal_id()))),
            .requested_at = call.context.now,
            .started_at = call.context.now + pace.waits,
            .completed_at = call.context.now + pace.waits + pace.works,
            .result = std::move(result)};
  call.store.add_task(task);
  return task;
}

Json task_members(const Task& task, Instant now) {
  Json members = task.result.is_object() ? task.result : Json::object();
  members["id"] = task.id;
  members["taskId"] = task.id;
  members["status"] = std::string(task_state(task, now));
  members["state"] = members["status"];
  members["requestedAt"] = format_iso8601(task.requested_at);
  members["startedAt"] = format_iso8601(task.started_at);
  members["completedAt"] = format_iso8601(task.completed_at);
  return members;
}

}  // namespace hubsim::generic
