// Check: one requirement of a scenario, judged after the run from its evidence. A check is one file
// in this folder: name, field table, behaviour, registration (`register_check_<file>`).
// Every check answers vacuous when it saw nothing it could judge, and invalid when the evidence
// cannot carry a verdict; neither is ever a pass.
// Threads: evaluate() is pure.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/config/fields.h"
#include "common/config/registry.h"
#include "reports/model/run_result.h"
#include "scenarios/checks/evidence.h"

namespace hubsim::scenarios {

using CheckVerdict = reports::RequirementVerdict;

struct CheckOutcome {
  CheckVerdict verdict = CheckVerdict::invalid;
  std::string got;
  /// See reports::Requirement::margin.
  std::optional<double> margin;
  std::string explanation;
  /// Keys of the records it is about, worst first, at most 100.
  std::vector<std::string> evidence;
  /// Proven wrong data, which stays FAIL even where the load generator lagged.
  bool data_loss = false;
};

class Check {
 public:
  Check() = default;
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;
  virtual ~Check() = default;
  /// The requirement in words: "at most 0", "p99 < 500ms in ramp, storm".
  [[nodiscard]] virtual std::string wanted() const = 0;
  /// Phases it names: the scenario reader refuses unknown ones, the report shows them.
  [[nodiscard]] virtual std::vector<std::string> phases() const { return {}; }
  /// Observers and fault rules it names, for the same refusal.
  [[nodiscard]] virtual std::vector<std::string> observers() const { return {}; }
  [[nodiscard]] virtual std::vector<std::string> fault_ids() const { return {}; }
  [[nodiscard]] virtual CheckOutcome evaluate(const RunEvidence& evidence) const = 0;
};

struct CheckKind {
  std::string name;
  std::string help;
  /// For whoever reads a failure: what it usually means, and where to look. Empty where it cannot
  /// fail.
  std::string advice;
  config::Fields fields;
  /// `settings` was read by `fields`; the requirement's own keys `id` and `check` are not in it.
  /// What the table cannot say (a bad bound inside a map) is added to `problems` under `pointer`.
  std::function<std::unique_ptr<Check>(const config::Settings& settings, const std::string& pointer,
                                       config::Problems& problems)>
      make;
};

using CheckRegistry = config::Registry<CheckKind>;

/// Defined by the build from the files of this folder.
void register_all_checks(CheckRegistry& registry);

}  // namespace hubsim::scenarios
