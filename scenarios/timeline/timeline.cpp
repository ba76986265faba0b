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

namespace {

/// What of the pieces lies in [from, from + length), with times since `from`.
std::vector<RatePiece> cut_out(const std::vector<RatePiece>& pieces, Duration from,
                               Duration length) {
  std::vector<RatePiece> inside;
  for (const RatePiece& piece : pieces) {
    const Duration start = std::max(piece.start, from);
    const Duration end = std::min(piece.start + piece.length, from + length);
    if (start >= end) {
      continue;
    }
    const double slope = (piece.to_per_s - piece.from_per_s) / seconds(piece.length);
    inside.push_back({.start = start - from,
                      .length = end - start,
                      .from_per_s = piece.from_per_s + slope * seconds(start - piece.start),
                      .to_per_s = piece.from_per_s + slope * seconds(end - piece.start)});
  }
  return inside;
}

}  // namespace

double PhaseRate::peak_per_s() const noexcept {
  double peak = 0;
  for (const RatePiece& piece : pieces) {
    peak = std::max({peak, piece.from_per_s, piece.to_per_s});
  }
  return peak;
}

double PhaseRate::arrivals() const noexcept {
  double sum = 0;
  for (const RatePiece& piece : pieces) {
    sum += (piece.from_per_s + piece.to_per_s) / 2 * seconds(piece.length);
  }
  return sum;
}

std::optional<PhaseRate> rate_in(const Scenario& scenario, const TrafficSpec& traffic,
                                 std::size_t phase) {
  const RateSegment* segment = segment_of(traffic, phase);
  if (segment == nullptr) {
    return std::nullopt;
  }
  const Duration length = scenario.phases[phase].length;
  const Duration whole = length_of(scenario, segment->first_phase, segment->last_phase);
  const Duration start = length_of(scenario, segment->first_phase, phase) - length;
  const RatePiece line{
      .length = whole, .from_per_s = segment->from_per_s, .to_per_s = segment->to_per_s};
  PhaseRate rate;
  rate.shaped = !segment->pieces.empty();
  rate.pieces =
      cut_out(rate.shaped ? segment->pieces : std::vector<RatePiece>{line}, start, length);
  rate.users = segment->users;
  rate.think = segment->think;
  if (!rate.pieces.empty()) {
    rate.from_per_s = rate.pieces.front().from_per_s;
    rate.to_per_s = rate.pieces.back().to_per_s;
  }
  return rate;
}

double planned_arrivals(const Scenario& scenario, const TrafficSpec& traffic) {
  double sum = 0;
  for (std::size_t i = 0; i < scenario.phases.size(); ++i) {
    if (const auto rate = rate_in(scenario, traffic, i)) {
      sum += rate->arrivals();
    }
  }
  return sum;
}

bool calls_target(const TrafficSpec& traffic) {
  return traffic.driver == "http" || traffic.driver == "replay" ||
         traffic.driver == "webhook_storm";
}

double size_of_arrival(const TrafficSpec& traffic) {
  const auto records = traffic.settings.find("records");
  return records != traffic.settings.end() && records->is_number() ? records->get<double>() : 1;
}

}  // namespace hubsim::scenarios
