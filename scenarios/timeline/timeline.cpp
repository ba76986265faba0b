#include "scenarios/timeline/timeline.h"

#include <algorithm>

namespace hubsim::scenarios {

namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

const RateSegment* segment_of(const TrafficSpec& traffic, std::size_t phase) {
  for (const RateSegment& segment : traffic.rate) {
    if (segment.first_phase <= phase && phase <= segment.last_phase) {
      return &segment;
    }
  }
  return nullptr;
}

Duration length_of(const Scenario& scenario, std::size_t first, std::size_t last) {
  Duration sum{0};
  for (std::size_t i = first; i <= last; ++i) {
    sum += scenario.phases[i].length;
  }
  return sum;
}

}  // namespace

std::vector<PlannedPhase> planned_phases(const Scenario& scenario) {
  std::vector<PlannedPhase> planned;
  Duration at{0};
  bool exact = true;
  for (const PhaseSpec& phase : scenario.phases) {
    exact = exact && !phase.until_converged;
    planned.push_back({.start = at, .end = at + phase.length, .exact = exact});
    at += phase.length;
  }
  return planned;
}

Duration longest_run(const Scenario& scenario) {
  return scenario.phases.empty() ? Duration::zero() : planned_phases(scenario).back().end;
}

std::vector<FaultWindow> windows_of(const Scenario& scenario, const FaultSpec& fault) {
  std::vector<FaultWindow> windows;
  if (fault.at) {
    FaultWindow window{.first_phase = fault.at->phase,
                       .last_phase = fault.at->phase,
                       .start_offset = fault.at->offset,
                       .length = fault.length};
    if (is_process_fault(fault) && !window.length) {
      window.length = Duration::zero();
    }
    if (window.length) {
      // A length may reach into later phases; the last one only says where the plan draws it.
      const Duration end = window.start_offset + *window.length;
      while (window.last_phase + 1 < scenario.phases.size() &&
             length_of(scenario, window.first_phase, window.last_phase) < end) {
        ++window.last_phase;
      }
    }
    windows.push_back(window);
    return windows;
  }
  for (const std::size_t phase : fault.during) {
    if (!windows.empty() && windows.back().last_phase + 1 == phase) {
      windows.back().last_phase = phase;
    } else {
      windows.push_back({.first_phase = phase, .last_phase = phase});
    }
  }
  return windows;
}

bool active_in(const FaultWindow& window, std::size_t phase) {
  return window.first_phase <= phase && phase <= window.last_phase;
}

std::optional<PhaseRate> rate_in(const Scenario& scenario, const TrafficSpec& traffic,
                                 std::size_t phase) {
  const RateSegment* segment = segment_of(traffic, phase);
  if (segment == nullptr) {
    return std::nullopt;
  }
  if (segment->from_per_s == segment->to_per_s) {
    return PhaseRate{segment->from_per_s, segment->to_per_s};
  }
  const double whole = seconds(length_of(scenario, segment->first_phase, segment->last_phase));
  const double to_end = seconds(length_of(scenario, segment->first_phase, phase));
  const double to_start = to_end - seconds(scenario.phases[phase].length);
  const double slope = (segment->to_per_s - segment->from_per_s) / whole;
  return PhaseRate{segment->from_per_s + slope * to_start, segment->from_per_s + slope * to_end};
}

double planned_arrivals(const Scenario& scenario, const TrafficSpec& traffic) {
  double sum = 0;
  for (std::size_t i = 0; i < scenario.phases.size(); ++i) {
    if (const auto rate = rate_in(scenario, traffic, i)) {
      sum += (rate->from_per_s + rate->to_per_s) / 2 * seconds(scenario.phases[i].length);
    }
  }
  return sum;
}

bool calls_target(const TrafficSpec& traffic) { return traffic.settings.contains("url"); }

}  // namespace hubsim::scenarios
