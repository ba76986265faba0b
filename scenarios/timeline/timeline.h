// Timeline: a scenario's phases, rates and fault windows on one axis. Before a run a phase that
// ends at convergence counts with the most it may take; during a run windows are resolved again
// from the instants at which phases really began, so they are kept relative to phases here.
// Threads: pure.
#pragma once

#include <optional>
#include <vector>

#include "scenarios/model/scenario.h"

namespace hubsim::scenarios {

struct PlannedPhase {
  Duration start{0};
  Duration end{0};
  bool exact = true;  ///< false: it or an earlier phase ends at convergence
};

[[nodiscard]] std::vector<PlannedPhase> planned_phases(const Scenario& scenario);
/// The whole run at most.
[[nodiscard]] Duration longest_run(const Scenario& scenario);

/// From `start_offset` after the start of `first_phase`, for `length`, else to the end of
/// `last_phase`. A process fault is a window that ends where it starts.
struct FaultWindow {
  std::size_t first_phase = 0;
  std::size_t last_phase = 0;
  Duration start_offset{0};
  std::optional<Duration> length;
};

/// In order, phases in a row joined into one window.
[[nodiscard]] std::vector<FaultWindow> windows_of(const Scenario& scenario, const FaultSpec& fault);
/// Whether the window touches that phase, as far as the plan can tell.
[[nodiscard]] bool active_in(const FaultWindow& window, std::size_t phase);

struct PhaseRate {
  double from_per_s = 0;
  double to_per_s = 0;
  std::vector<RatePiece> pieces;  ///< since the phase's start; one where the rate is linear
  std::size_t users = 0;          ///< closed users instead of a rate
  config::Distribution think{};
  bool shaped = false;
  [[nodiscard]] double peak_per_s() const noexcept;
  [[nodiscard]] double arrivals() const noexcept;
};
/// The part of the traffic's rate that falls into a phase; nothing where it has none.
[[nodiscard]] std::optional<PhaseRate> rate_in(const Scenario& scenario, const TrafficSpec& traffic,
                                               std::size_t phase);
/// Expected arrivals, phases that end at convergence counted at their longest.
[[nodiscard]] double planned_arrivals(const Scenario& scenario, const TrafficSpec& traffic);
/// It calls the integration; other drivers change the portal.
[[nodiscard]] bool calls_target(const TrafficSpec& traffic);
/// What one arrival is in calls or changed records: an import is hundreds (`records`).
[[nodiscard]] double size_of_arrival(const TrafficSpec& traffic);

}  // namespace hubsim::scenarios
