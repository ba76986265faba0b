// Session: one run from an empty portal to its evidence. setup() makes the world and starts the
// integration, play() plays the phases on one timeline, finish() takes the last look and stops
// everything. What is judged and reported is made from evidence() afterwards.
// Threads: the runner's, beside one thread for each observer and the load generator's one; they
// hand their results over through the pump. Destruction stops whatever still runs.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "loadgen/runner.h"
#include "scenarios/model/variables.h"
#include "scenarios/run/collector.h"
#include "scenarios/run/console.h"
#include "scenarios/run/fault_player.h"
#include "scenarios/run/mock_handle.h"
#include "scenarios/run/observers.h"
#include "scenarios/run/portal_clock.h"
#include "scenarios/run/pump.h"
#include "scenarios/run/target.h"

namespace hubsim::scenarios {

struct SessionOptions {
  Scenario scenario;  ///< with its seed
  Kinds kinds;
  MockFactory mock;
  std::filesystem::path out;
  ConsoleOutput console;
  loadgen::MetricsBoard* metrics = nullptr;  ///< for whoever watches; outlives the session
};

/// Why a session ended before its end.
struct SessionError {
  enum class Kind { none, bad_setup, unreachable, broken, interrupted };
  Kind kind = Kind::none;
  std::string text;
};

struct DivergencePoint {
  std::int64_t at_ms = 0;
  std::uint64_t count = 0;
};

class Session {
 public:
  Session(SessionOptions options, const std::atomic<bool>& interrupted);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  [[nodiscard]] SessionError setup();
  [[nodiscard]] SessionError play();
  [[nodiscard]] SessionError finish();

  [[nodiscard]] const Scenario& scenario() const noexcept { return scenario_; }
  [[nodiscard]] RunEvidence& evidence() noexcept { return collector_->evidence(); }
  [[nodiscard]] const Collector& collector() const noexcept { return *collector_; }
  [[nodiscard]] const FaultPlayer& faults() const noexcept { return *faults_; }
  [[nodiscard]] const std::vector<loadgen::DriverReport>& drivers() const noexcept {
    return driver_reports_;
  }
  [[nodiscard]] const std::vector<DivergencePoint>& divergence() const noexcept {
    return divergence_points_;
  }
  [[nodiscard]] const std::vector<std::string>& phase_notes() const noexcept {
    return phase_notes_;
  }
  [[nodiscard]] const std::vector<loadgen::MachineUse>& machine_use() const noexcept {
    return machine_use_;
  }
  [[nodiscard]] const std::optional<std::string>& target_ended() const {
    return target_->unexpected_end();
  }
  [[nodiscard]] std::int64_t started_ms() const noexcept { return started_ms_; }
  [[nodiscard]] std::int64_t ended_ms() const noexcept { return ended_ms_; }
  [[nodiscard]] std::uint64_t lost_observations() const noexcept { return pump_.overflowed(); }
  [[nodiscard]] Console& console() noexcept { return console_; }

 private:
  struct Watched {
    std::string id;
    bool is_mirror = true;
    std::size_t judge = 0;  ///< index into mirrors_ or effects_
    std::int64_t last_from_ms = 0;
    bool last_complete = false;
    std::uint64_t seen = 0;
    std::unique_ptr<ObserverThread> thread;
  };

  Status<> prepare_folder();
  Status<> start_mock();
  Status<> make_world();
  Status<> make_observers();
  Status<> make_traffic();
  void on_observation(std::size_t watched, Observation observation);
  void start_ticks();
  void tick();
  void read_logs();
  void show_progress();

  KnownPhases known_from(std::size_t first, std::int64_t start_ms) const;
  void announce(const KnownPhases& known);
  [[nodiscard]] std::vector<loadgen::DriverPlan> plans_for(std::size_t phase) const;
  /// Books the phase that has just ended.
  void note_phase(const PhaseSpec& spec, std::int64_t start_ms, std::int64_t end_ms);
  bool play_fixed(std::size_t phase, std::int64_t start_ms, std::int64_t end_ms);
  bool play_until_converged(std::size_t phase, std::int64_t start_ms);
  [[nodiscard]] bool settled(std::size_t phase, std::int64_t start_ms);
  [[nodiscard]] bool webhooks_quiet() const;
  [[nodiscard]] bool has_traffic(std::size_t phase) const;
  [[nodiscard]] bool accepted_writes_arrived();
  bool take_final_look(std::int64_t since_ms);
  void collect_faults();
  void stop_traffic();
  bool end_traffic_before(std::size_t phase);
  void judge_mirrors();
  [[nodiscard]] SessionError ended_early() const;

  Scenario scenario_;
  Kinds kinds_;
  MockFactory make_mock_;
  std::filesystem::path out_;
  std::filesystem::path work_;
  Console console_;
  loadgen::MetricsBoard* metrics_;
  Pump pump_;
  Variables variables_;
  std::unique_ptr<MockHandle> mock_;
  std::unique_ptr<ControlClient> control_;
  PortalClock clock_;
  std::unique_ptr<Target> target_;
  std::vector<MirrorJudge> mirrors_;
  std::vector<EffectsJudge> effects_;
  std::unique_ptr<Collector> collector_;
  std::unique_ptr<FaultPlayer> faults_;
  std::unique_ptr<loadgen::TrafficRun> traffic_;
  std::vector<loadgen::DriverReport> driver_reports_;
  /// "0-1|email|a@b.org" of accepted writes that the history does not show yet.
  std::set<std::string> awaited_;
  std::size_t history_searched_ = 0;
  std::vector<Watched> watched_;  ///< its threads end before what they post to
  std::vector<DivergencePoint> divergence_points_;
  std::vector<std::string> phase_notes_;
  std::vector<loadgen::MachineUse> machine_use_;  ///< by phase
  loadgen::MachineSample machine_since_;
  std::uint64_t divergent_ = 0;
  bool all_converged_ = false;
  std::optional<std::size_t> phase_;
  std::int64_t phase_start_ms_ = 0;
  std::int64_t quiet_since_ms_ = 0;
  std::int64_t started_ms_ = 0;
  std::int64_t ended_ms_ = 0;
  std::string broken_;
};

}  // namespace hubsim::scenarios
