// Judging a run: the requirements by their checks, the run's own honesty by its health, and the
// verdict of both (DESIGN 3a, "Verdict order"): proven data loss is FAIL whatever else happened;
// otherwise what makes the run INVALID overrides PASS and every verdict on latency, and incomplete
// records override every verdict.
// Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "loadgen/metrics/driver_report.h"
#include "reports/model/run_result.h"
#include "scenarios/checks/evidence.h"
#include "scenarios/model/kinds.h"
#include "scenarios/model/scenario.h"

namespace hubsim::scenarios {

/// What the health of a run is judged by, beside its evidence.
struct RigState {
  std::vector<loadgen::DriverReport> drivers;
  std::uint64_t lost_observations = 0;  ///< the runner's mailbox was full
  std::uint64_t webhook_overflow = 0;   ///< events the mock's emitter had no room for
  /// By phase, as RunEvidence::phases: what the machine took from everybody.
  std::vector<loadgen::MachineUse> machine;
  std::string target_ended;  ///< "exit code 1": by itself, while the run went on
};

/// In the order of the file. `data_loss` says of each whether it proves wrong data.
struct JudgedRequirements {
  std::vector<reports::Requirement> requirements;
  std::vector<bool> data_loss;
};
[[nodiscard]] JudgedRequirements judge_requirements(const Scenario& scenario,
                                                    const RunEvidence& evidence);

[[nodiscard]] std::vector<reports::HealthItem> judge_health(const Scenario& scenario,
                                                            const RunEvidence& evidence,
                                                            const RigState& rig);

struct VerdictWithReasons {
  reports::Verdict verdict = reports::Verdict::invalid;
  std::vector<std::string> reasons;
};
[[nodiscard]] VerdictWithReasons conclude(const JudgedRequirements& judged,
                                          const std::vector<reports::HealthItem>& health,
                                          const RunEvidence& evidence, const RigState& rig);

/// The tightest time any requirement names, in milliseconds; 0 when none names one.
[[nodiscard]] double tightest_latency_ms(const Scenario& scenario);

}  // namespace hubsim::scenarios
