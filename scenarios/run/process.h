// Process: the integration as a child in a process group of its own, so that what it starts is
// stopped with it. Its output goes to one file, its environment is what is given.
// Threads: one. The destructor kills what still runs: a run leaves nothing behind.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace hubsim::scenarios {

struct ProcessSpec {
  std::vector<std::string> command;
  std::vector<std::pair<std::string, std::string>> env;
  std::string log_file;  ///< appended to
};

class Process {
 public:
  /// Failure: what the system says, naming the command.
  [[nodiscard]] static Result<Process> start(const ProcessSpec& spec);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// To the whole group; false when it is gone.
  bool signal(int number);
  /// Nothing while it runs; then "exit code 3" or "signal 9". Never blocks.
  [[nodiscard]] std::optional<std::string> ended();
  /// Kills the group and waits for the child to be gone.
  void kill_and_wait();
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

 private:
  explicit Process(pid_t pid) : pid_(pid) {}
  pid_t pid_ = 0;  ///< 0: none, or reaped
  std::optional<std::string> ended_;
};

/// The environment a child gets: `given`, and PATH and HOME of this process where not given.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> child_environment(
    const std::vector<std::pair<std::string, std::string>>& given);

/// A TCP port on the loopback that nobody listens on right now.
[[nodiscard]] Result<int> free_port();

}  // namespace hubsim::scenarios
