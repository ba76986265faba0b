// run_command: runs a program in a process group of its own, collects what it prints and ends it,
// with all it started, when the time is up or the output too large.
// Threads: any; blocks until the program is gone.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace hubsim::scenarios {

struct CommandSpec {
  std::vector<std::string> command;                              ///< looked up in PATH
  std::string directory;                                         ///< empty: this process's
  std::vector<std::pair<std::string, std::string>> environment;  ///< added to this process's
  std::chrono::nanoseconds timeout{0};
  std::uint64_t max_bytes = 0;
};

/// What it printed to its standard output. Failure: it did not start, was ended, or its exit code
/// was not 0; with the end of what it printed to standard error.
[[nodiscard]] Result<std::string> run_command(const CommandSpec& spec);

}  // namespace hubsim::scenarios
