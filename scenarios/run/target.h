// Target: the integration under test, started by the run or running already. Knows whether it
// answers, kills and restarts it for process faults, stops it at the end, and tells an end of its
// own accord from one that was ordered.
// Threads: the runner's.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/net/blocking_client.h"
#include "scenarios/model/scenario.h"
#include "scenarios/run/process.h"
#include "scenarios/run/pump.h"

namespace hubsim::scenarios {

class Target {
 public:
  /// `spec` with all variables replaced; output of the command goes to `log_file`.
  Target(TargetSpec spec, std::string log_file);

  [[nodiscard]] bool is_ours() const noexcept { return !spec_.command.empty(); }
  [[nodiscard]] const TargetSpec& spec() const noexcept { return spec_; }

  Status<> start();
  /// Polls the health path. The failure says what was tried and ends with the log's last lines.
  Status<> wait_ready(Pump& pump);

  void kill();     ///< SIGKILL, as ordered
  void restart();  ///< after kill()
  void pause();    ///< SIGSTOP
  void resume();   ///< SIGCONT
  /// SIGTERM, then SIGKILL after stop_within.
  void stop(Pump& pump);

  /// To be asked now and then: notes an end that nobody ordered.
  void watch();
  /// "exit code 1"; nothing while it runs or is down on purpose.
  [[nodiscard]] const std::optional<std::string>& unexpected_end() const noexcept {
    return unexpected_end_;
  }
  [[nodiscard]] std::string log_tail(std::size_t lines) const;

 private:
  TargetSpec spec_;
  std::string log_file_;
  std::optional<Process> process_;
  std::optional<std::string> unexpected_end_;
  bool stopping_ = false;
};

}  // namespace hubsim::scenarios
