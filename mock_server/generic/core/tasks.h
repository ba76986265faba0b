// Tasks: what HubSpot answers a ticket for and does over time. PENDING, PROCESSING, COMPLETE by the
// portal's clock; how long: option generic.task_time.
// Threads: under the portal's lock.
#pragma once

#include "mock_server/generic/core/call.h"

namespace hubsim::generic {

[[nodiscard]] std::string_view task_state(const Task& task, Instant now);
/// A new task of this call, stored.
[[nodiscard]] Task start_task(Call& call, Json result);
/// The members that the start and the status of a task have in HubSpot's answers.
[[nodiscard]] Json task_members(const Task& task, Instant now);

}  // namespace hubsim::generic
