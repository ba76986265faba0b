// run_scenario(): plays one scenario from start to report. The whole of `hubsim run` but its flags.
// Threads: the caller's becomes the runner's; SIGINT is told through `interrupted`.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "reports/compare/rules.h"
#include "reports/model/run_result.h"
#include "scenarios/run/session.h"

namespace hubsim::scenarios {

/// The run that this one must not be worse than.
struct BaseRun {
  std::string file;
  reports::RunResult run;
  reports::CompareRules rules;
};

struct RunOptions {
  SessionOptions session;
  std::string scenario_text;
  std::string replay_command;
  std::optional<BaseRun> base{};
  /// Called with the result before its reports are written: a last word, such as a warning.
  std::function<void(reports::RunResult&)> before_reports{};
};

struct RunOutcome {
  SessionError error;                        ///< kind none: the run came to its end
  std::optional<reports::RunResult> result;  ///< only then
};

/// Writes run.json, junit.xml and report.html into the session's folder.
[[nodiscard]] RunOutcome run_scenario(const RunOptions& options,
                                      const std::atomic<bool>& interrupted);

}  // namespace hubsim::scenarios
