// A run as people name it: the folder that holds run.json, or the file itself. Every command that
// takes a RUN reads it here, so that all of them complain in the same words.
// Threads: none of its own. Limits: a file of at most 256 MB.
#pragma once

#include <filesystem>
#include <string>

#include "common/base/result.h"
#include "reports/model/run_result.h"

namespace hubsim::reports {

/// "out/x" or "out/x/run.json" -> "out/x/run.json".
[[nodiscard]] std::filesystem::path run_file_of(const std::filesystem::path& run);
/// The failure names the file, the place in it and what to do.
[[nodiscard]] Result<RunResult> read_run(const std::filesystem::path& run);

}  // namespace hubsim::reports
