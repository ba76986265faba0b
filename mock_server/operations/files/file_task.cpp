#include "mock_server/operations/files/file_task.h"

#include "common/random/prng.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"

namespace hubsim::operations {

using namespace std::chrono_literals;

FileTask& start_task(Context& context, std::uint64_t target) {
  const bool instant = context.portal.options().is(hubspot::Option::generic_task_time, "instant");
  const bool slow = context.portal.options().is(hubspot::Option::generic_task_time, "slow");
  const Duration waits = instant ? 0s : slow ? 10s : 1s;
  const Duration works = instant ? 0s : slow ? 50s : 2s;
  return context.portal.part<FileBook>().add_task(
      {.id = std::to_string(stable_hash(context.correlation_id)),
       .target = target,
       .requested = context.now,
       .started = context.now + waits,
       .completed = context.now + waits + works});
}

Reply answer_started(const Context& context, const FileTask& task) {
  return answer(json::dump({{"id", task.id},
                            {"links",
                             {{"status", link_origin(context) + std::string(context.request.path) +
                                             "/tasks/" + task.id + "/status"}}}}),
                202);
}

Json task_members(const FileTask& task, Instant now) {
  const bool done = now >= task.completed;
  Json members{{"status", done                  ? "COMPLETE"
                          : now >= task.started ? "PROCESSING"
                                                : "PENDING"},
               {"taskId", task.id},
               {"requestedAt", format_iso8601(task.requested)},
               {"startedAt", format_iso8601(task.started)},
               {"completedAt", format_iso8601(task.completed)}};
  if (done && !task.problem.empty()) {
    members["numErrors"] = 1;
    members["errors"] = Json::array({{{"status", "error"},
                                      {"category", "VALIDATION_ERROR"},
                                      {"message", task.problem},
                                      {"errors", Json::array()},
                                      {"context", Json::object()},
                                      {"links", Json::object()}}});
  }
  return members;
}

}  // namespace hubsim::operations
