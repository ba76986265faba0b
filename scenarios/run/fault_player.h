// FaultPlayer: puts each fault rule with its window in absolute portal time, ahead of the phase, so
// that the mock itself begins and ends it exactly; and carries out process faults. Windows that
// hang on a phase of unknown end are closed when that phase ends.
// Threads: the runner's. Invariant: at most one window of a rule is put at a time; the next one is
// put when the one before is over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/model/run_result.h"
#include "scenarios/checks/evidence.h"
#include "scenarios/model/kinds.h"
#include "scenarios/run/control_client.h"
#include "scenarios/run/target.h"
#include "scenarios/timeline/timeline.h"

namespace hubsim::scenarios {

/// Phases whose begin is known: one after the other from the first; `ends` of the last one only
/// when it has a fixed length. Portal milliseconds.
struct KnownPhases {
  std::size_t first = 0;
  std::vector<std::int64_t> starts;
  std::optional<std::int64_t> end;

  [[nodiscard]] std::size_t last() const { return first + starts.size() - 1; }
  [[nodiscard]] std::int64_t start_of(std::size_t phase) const { return starts[phase - first]; }
  [[nodiscard]] std::optional<std::int64_t> end_of(std::size_t phase) const;
};

class FaultPlayer {
 public:
  FaultPlayer(const Scenario& scenario, const Kinds& kinds, ControlClient& control, Target& target);

  /// Before the first of these phases begins.
  Status<> phases_known(const KnownPhases& phases);
  /// A phase of unknown length has ended.
  Status<> phase_ended(std::size_t phase, std::int64_t at_ms);
  /// Every few ms: next windows and process faults that are due.
  Status<> tick(std::int64_t now_ms);
  /// Ends every open window; nothing is put afterwards.
  void finish(std::int64_t now_ms);

  /// The windows as they were played, for the report; counts are the mock's.
  [[nodiscard]] std::vector<reports::FaultRule> rules() const;
  [[nodiscard]] const std::vector<FaultCount>& process_counts() const noexcept {
    return process_counts_;
  }
  /// Spans in which the integration was down or stopped by order.
  [[nodiscard]] const std::vector<Outage>& outages() const noexcept { return outages_; }

 private:
  struct Played {
    std::int64_t from_ms = 0;
    std::int64_t until_ms = 0;  ///< 0: open
  };
  struct Rule {
    const FaultSpec* spec = nullptr;
    std::vector<FaultWindow> windows;
    std::vector<std::optional<Played>> planned;  ///< absolute, once known
    std::size_t current = 0;                     ///< window that is put, or comes next
    bool put = false;
  };
  struct ProcessAction {
    std::int64_t at_ms = 0;
    std::string id;
    enum class What { kill, restart, pause, resume } what = What::kill;
  };

  void resolve(Rule& rule, const KnownPhases& phases);
  Status<> put(Rule& rule);
  void plan_process(const FaultSpec& spec, std::int64_t at_ms);
  void act(const ProcessAction& action, std::int64_t now_ms);

  const Kinds& kinds_;
  ControlClient& control_;
  Target& target_;
  std::vector<Rule> rules_;
  std::vector<ProcessAction> actions_;
  std::vector<FaultCount> process_counts_;
  std::vector<Outage> outages_;
};

}  // namespace hubsim::scenarios
