// Tasks of the file manager: changing a folder and importing a file take their time on the portal's
// clock (behaviour reference 7, "Files"; how long: option generic.task_time).
// Threads: under the portal's lock.
#pragma once

#include "mock_server/operations/files/file_book.h"
#include "mock_server/operations/support/answer.h"

namespace hubsim::operations {

FileTask& start_task(Context& context, std::uint64_t target);
/// 202 with where its state is asked for: beside the call that started it.
[[nodiscard]] Reply answer_started(const Context& context, const FileTask& task);
/// Status and times, and what went wrong once it has.
[[nodiscard]] Json task_members(const FileTask& task, Instant now);

}  // namespace hubsim::operations
