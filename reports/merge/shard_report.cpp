#include "reports/merge/shard_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/base/text.h"
#include "common/stats/log_reader.h"

namespace hubsim::reports {

namespace {

using loadgen::DriverReport;
using loadgen::EventSpan;
using loadgen::PhaseReport;
using std::chrono::nanoseconds;

ShardRules rules_from(const loadgen::VerdictRules& rules) {
  ShardRules out;
  for (const loadgen::LoadRequirement& requirement : rules.require) {
    out.require.push_back(requirement.text());
  }
  out.max_errors = rules.max_errors;
  out.max_lag_ns = loadgen::lag_bound(rules).count();
  out.max_throttled = rules.max_throttled;
  out.max_stolen = rules.max_stolen;
  return out;
}

ShardPhase phase_from(const PhaseReport& phase) {
  const auto first = [](const EventSpan& span) { return span.count == 0 ? 0 : span.first.count(); };
  return {.phase = phase.phase,
          .start_ns = phase.start.count(),
          .length_ns = phase.length.count(),
          .first_planned_ns = first(phase.planned_times),
          .last_planned_ns = phase.planned_times.last.count(),
          .first_sent_ns = first(phase.sent_times),
          .last_sent_ns = phase.sent_times.last.count()};
}

ShardSecond second_from(const stats::SecondPoint& point) {
  return {.second = point.second,
          .ok = point.ok,
          .failed = point.failed,
          .unknown = point.unknown,
          .overflow = point.overflow,
          .throttled = point.throttled,
          .max_ns = point.max.count(),
          .by_class = {point.status_class.begin(), point.status_class.end()}};
}

stats::SecondPoint second_to(const ShardSecond& second) {
  stats::SecondPoint point;
  point.second = second.second;
  point.ok = second.ok;
  point.failed = second.failed;
  point.unknown = second.unknown;
  point.overflow = second.overflow;
  point.throttled = second.throttled;
  point.max = nanoseconds(second.max_ns);
  for (std::size_t i = 0; i < std::min(second.by_class.size(), point.status_class.size()); ++i) {
    point.status_class[i] = second.by_class[i];
  }
  return point;
}

/// Nothing that is drawn or added up by the second is longer, whatever a file says.
constexpr std::int64_t most_seconds = std::int64_t{7} * 24 * 3600;

bool is_span(std::int64_t ns) { return ns >= 0 && ns <= most_seconds * 1'000'000'000; }

/// Reads one shard's run; remembers the first contradiction.
class ReportReader {
 public:
  ReportReader(const Driver& driver, const ShardPart& part) : driver_(driver), part_(part) {}

  Result<DriverReport> read() {
    const auto lines = stats::read_log(driver_.hdr_log);
    if (!lines) {
      return Failure{"its histogram log: " + lines.error()};
    }
    lines_ = &*lines;
    report_.id = driver_.id;
    report_.kind = driver_.kind;
    if (driver_.phases.empty()) {
      complain("it has no phases");
    }
    for (const DriverPhase& phase : driver_.phases) {
      read_phase(phase);
    }
    read_rest();
    if (!problem_.empty()) {
      return Failure{std::move(problem_)};
    }
    return std::move(report_);
  }

 private:
  void complain(std::string what) {
    if (problem_.empty()) {
      problem_ = std::move(what);
    }
  }

  void read_phase(const DriverPhase& given) {
    PhaseReport& phase = report_.phases.emplace_back();
    phase.phase = given.phase;
    phase.planned = given.planned;
    phase.sent = given.sent;
    phase.ok = given.ok;
    phase.failed = given.failed - std::min(given.failed, given.unknown + given.overflow);
    phase.unknown = given.unknown;
    phase.overflow = given.overflow;
    phase.planned_per_s = given.planned_per_s;
    phase.sent_per_s = given.sent_per_s;
    read_times(phase);
    const std::string tag = driver_.id + "/" + given.phase + "/";
    read_intervals(tag + "response", phase);
    read_histogram(tag + "response", given.response, phase.response);
    read_histogram(tag + "service", given.service, phase.service);
    read_histogram(tag + "first_byte", given.first_byte, phase.first_byte);
    read_histogram(tag + "schedule_lag", given.schedule_lag, phase.lag);
  }

  void read_times(PhaseReport& phase) {
    for (const ShardPhase& one : part_.phases) {
      if (one.phase == phase.phase) {
        if (!is_span(one.start_ns) || !is_span(one.length_ns)) {
          complain("/shard/phases: '" + phase.phase + "' is longer than a week");
          return;
        }
        const bool planned = report_.kind != "closed" && phase.planned > 0;
        phase.start = nanoseconds(one.start_ns);
        phase.length = nanoseconds(one.length_ns);
        if (planned) {
          phase.planned_times = {phase.planned, nanoseconds(one.first_planned_ns),
                                 nanoseconds(one.last_planned_ns)};
        }
        if (phase.sent > 0) {
          phase.sent_times = {phase.sent, nanoseconds(one.first_sent_ns),
                              nanoseconds(one.last_sent_ns)};
        }
        return;
      }
    }
    complain("/shard/phases says nothing of the phase '" + phase.phase + "'");
  }

  void read_intervals(const std::string& tag, PhaseReport& phase) {
    for (const stats::LogLine& line : *lines_) {
      if (line.tag != tag || line.count == 0) {
        continue;
      }
      if (!(line.start_s >= 0 && line.start_s < most_seconds) ||
          !(line.max_ms >= 0 && line.max_ms < 1e9)) {
        complain("its histogram log has a line of " + tag + " outside of any run");
        return;
      }
      phase.intervals.push_back({static_cast<std::uint64_t>(std::llround(line.start_s)),
                                 nanoseconds(std::llround(line.max_ms * 1e6)), line.cells});
    }
    const auto unordered = std::ranges::adjacent_find(
        phase.intervals, [](const stats::Interval& one, const stats::Interval& next) {
          return one.second >= next.second;
        });
    if (unordered != phase.intervals.end()) {
      complain("its histogram log has the seconds of " + tag + " out of order");
    }
  }

  /// The counts are the log's; the ends and the mean, which it has only as buckets, the result's.
  void read_histogram(const std::string& tag, const Quantiles& exact, stats::Histogram& into) {
    for (const stats::LogLine& line : *lines_) {
      if (line.tag == tag) {
        line.add_to(into);
      }
    }
    if (into.count() != exact.count) {
      complain(fmt::format("its histogram log has {} samples of {}, the result says {}",
                           into.count(), tag, exact.count));
      return;
    }
    const auto ns = [](double ms) { return nanoseconds(std::llround(ms * 1e6)); };
    into.make_exact(ns(exact.min), ns(exact.max), exact.mean * 1e6);
  }

  void read_rest() {
    for (const ShardSecond& second : part_.seconds) {
      if (second.second >= most_seconds) {
        complain("/shard/seconds has second " + std::to_string(second.second));
        return;
      }
      report_.series.push_back(second_to(second));
    }
    report_.failures = driver_.failures;
    for (const auto& [status, count] : driver_.statuses) {
      report_.statuses[static_cast<int>(parse_uint(status).value_or(0))] += count;
    }
    report_.requests = part_.requests;
    report_.connections = part_.connections;
    report_.cpu = nanoseconds(part_.cpu_ns);
    report_.busiest_thread = part_.busiest_thread;
    report_.machine.throttled = part_.throttled;
    report_.machine.stolen = part_.stolen;
  }

  const Driver& driver_;
  const ShardPart& part_;
  const std::vector<stats::LogLine>* lines_ = nullptr;
  DriverReport report_;
  std::string problem_;
};

}  // namespace

ShardPart shard_part_of(const loadgen::LoadOptions& options, const std::string& plan,
                        const loadgen::DriverReport& report) {
  ShardPart part;
  part.index = options.shard.index;
  part.count = options.shard.count;
  part.plan = plan;
  if (options.start) {
    part.start_us = options.start->wall.time_since_epoch().count();
    part.start_uncertainty_us = static_cast<double>(options.start->uncertainty.count()) / 1e3;
    if (options.start->clock_error) {
      part.clock_error_ms = static_cast<double>(options.start->clock_error->count()) / 1e6;
    }
  }
  part.rules = rules_from(options.rules);
  for (const PhaseReport& phase : report.phases) {
    part.phases.push_back(phase_from(phase));
  }
  for (const stats::SecondPoint& point : report.series) {
    part.seconds.push_back(second_from(point));
  }
  part.requests = report.requests;
  part.connections = report.connections;
  part.cpu_ns = report.cpu.count();
  part.busiest_thread = report.busiest_thread;
  part.throttled = report.machine.throttled;
  part.stolen = report.machine.stolen;
  return part;
}

Result<loadgen::DriverReport> shard_report_of(const RunResult& run) {
  if (!run.shard || run.drivers.size() != 1) {
    return Failure{std::string("it is not the run of one shard of hubsim load")};
  }
  return ReportReader(run.drivers.front(), *run.shard).read();
}

Result<loadgen::VerdictRules> rules_of(const ShardRules& rules) {
  loadgen::VerdictRules out;
  for (const std::string& text : rules.require) {
    auto requirement = loadgen::LoadRequirement::parse(text);
    if (!requirement) {
      return Failure{requirement.error()};
    }
    out.require.push_back(std::move(*requirement));
  }
  out.max_errors = rules.max_errors;
  out.max_lag = nanoseconds(rules.max_lag_ns);
  out.max_throttled = rules.max_throttled;
  out.max_stolen = rules.max_stolen;
  return out;
}

}  // namespace hubsim::reports
