#include "loadgen/merge_reports.h"

#include <algorithm>
#include <iterator>

#include "common/base/assert.h"
#include "loadgen/engine/live_board.h"

namespace hubsim::loadgen {

namespace {

PhaseReport& phase_named(DriverReport& report, const PhaseReport& like) {
  for (PhaseReport& phase : report.phases) {
    if (phase.phase == like.phase) {
      return phase;
    }
  }
  PhaseReport& added = report.phases.emplace_back();
  added.phase = like.phase;
  added.start = like.start;
  return added;
}

void add_phase(PhaseReport& into, const PhaseReport& part) {
  into.length = std::max(into.length, part.length);
  into.planned += part.planned;
  into.sent += part.sent;
  into.ok += part.ok;
  into.failed += part.failed;
  into.unknown += part.unknown;
  into.overflow += part.overflow;
  into.planned_times.add(part.planned_times);
  into.sent_times.add(part.sent_times);
  into.response.add(part.response);
  into.service.add(part.service);
  into.first_byte.add(part.first_byte);
  into.lag.add(part.lag);
}

/// Second by second over all parts; a second of which only one has answers stays as it is.
std::vector<stats::Interval> merge_intervals(std::vector<const stats::Interval*> all) {
  const auto second_of = [](const stats::Interval* one) { return one->second; };
  std::ranges::stable_sort(all, {}, second_of);
  std::vector<stats::Interval> merged;
  stats::Histogram sum;
  for (auto first = all.begin(); first != all.end();) {
    const auto last = std::ranges::upper_bound(first, all.end(), (*first)->second, {}, second_of);
    merged.push_back(**first);
    if (last - first > 1) {
      sum.reset();
      for (auto one = first; one != last; ++one) {
        HUBSIM_ASSERT(sum.add_packed((*one)->cells));
        merged.back().max = std::max(merged.back().max, (*one)->max);
      }
      merged.back().cells = sum.pack();
    }
    first = last;
  }
  return merged;
}

std::vector<const stats::Interval*> intervals_of(std::span<const DriverReport> parts,
                                                 const std::string& name) {
  std::vector<const stats::Interval*> all;
  for (const DriverReport& part : parts) {
    for (const PhaseReport& phase : part.phases) {
      if (phase.phase == name) {
        std::ranges::transform(phase.intervals, std::back_inserter(all),
                               [](const stats::Interval& one) { return &one; });
      }
    }
  }
  return all;
}

/// As one generator would have measured them.
void set_rates(PhaseReport& phase, bool closed) {
  if (!closed) {
    phase.planned_per_s = phase.planned_times.per_second();
    phase.sent_per_s = phase.sent_times.per_second();
    return;
  }
  const auto length = static_cast<double>(std::max<std::int64_t>(phase.length.count(), 1));
  phase.planned_per_s = phase.sent_per_s = static_cast<double>(phase.sent) * 1e9 / length;
}

void add_report(DriverReport& into, const DriverReport& part) {
  for (const PhaseReport& phase : part.phases) {
    add_phase(phase_named(into, phase), phase);
  }
  for (const stats::SecondPoint& point : part.series) {
    add_second(into.series, point);
  }
  for (const auto& [why, count] : part.failures) {
    into.failures[why] += count;
  }
  for (const auto& [status, count] : part.statuses) {
    into.statuses[status] += count;
  }
  into.cpu += part.cpu;
  into.busiest_thread = std::max(into.busiest_thread, part.busiest_thread);
  into.machine.length = std::max(into.machine.length, part.machine.length);
  into.machine.throttled = std::max(into.machine.throttled, part.machine.throttled);
  into.machine.stolen = std::max(into.machine.stolen, part.machine.stolen);
  into.connections += part.connections;
  into.requests += part.requests;
  into.accepted.insert(into.accepted.end(), part.accepted.begin(), part.accepted.end());
  into.invalid.insert(into.invalid.end(), part.invalid.begin(), part.invalid.end());
}

}  // namespace

DriverReport merge_reports(std::span<const DriverReport> parts) {
  DriverReport merged;
  for (const DriverReport& part : parts) {
    merged.id = part.id;
    merged.kind = part.kind;
    add_report(merged, part);
  }
  for (PhaseReport& phase : merged.phases) {
    set_rates(phase, merged.kind == "closed");
    phase.intervals = merge_intervals(intervals_of(parts, phase.phase));
  }
  std::ranges::sort(merged.accepted, {}, &AcceptedValue::at);
  make_quantiles_exact(merged);
  return merged;
}

}  // namespace hubsim::loadgen
