#include "app/load_result.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/replay_text.h"
#include "common/base/text.h"
#include "loadgen/load_health.h"
#include "reports/formats/words.h"
#include "reports/merge/shard_report.h"
#include "scenarios/run/result.h"

namespace hubsim::app {

namespace {

using loadgen::DriverReport;
using loadgen::LoadRequirement;
using loadgen::LoadVerdict;
using loadgen::PhaseReport;
using reports::RequirementVerdict;

std::int64_t ms_of(std::chrono::nanoseconds span) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
}

/// Nobody answered: that proves nothing about how fast anybody answers.
reports::Verdict verdict_of(const loadgen::LoadOutcome& outcome, bool interrupted) {
  switch (outcome.conclusion.verdict) {
    case LoadVerdict::pass:
      return interrupted ? reports::Verdict::invalid : reports::Verdict::pass;
    case LoadVerdict::fail:
      return reports::Verdict::fail;
    default:
      return reports::Verdict::invalid;
  }
}

std::optional<double> margin_of(const config::Condition& condition, double got) {
  using Op = config::Condition::Op;
  if (condition.op == Op::equal || condition.bound == 0) {
    return std::nullopt;
  }
  const bool at_most = condition.op == Op::less || condition.op == Op::less_equal;
  return (at_most ? condition.bound - got : got - condition.bound) / condition.bound;
}

constexpr const char* slow_advice =
    "Response time counts from the moment of the plan. Where service time is as long, the answers "
    "themselves are slow; where it is short, requests stood in line: more was asked than is "
    "answered. The timeline shows since when.";
constexpr const char* rate_advice =
    "Each connection sends its next request when it has its answer, so the rate is connections "
    "over service time; of a plan, all connections were taken. The driver's table has both.";
constexpr const char* errors_advice =
    "A status is the other side's own word; a timeout or a connection that broke says that it gave "
    "none. The timeline shows when they began, and at what rate.";

/// Where a response time went.
std::string parts_of(const PhaseReport& main) {
  const auto p99 = [](const stats::Histogram& times) {
    return reports::ms_text(static_cast<double>(times.quantile(0.99).count()) / 1e6);
  };
  return fmt::format("p99 of response time {}, of service time {}, of schedule lag {}",
                     p99(main.response), p99(main.service), p99(main.lag));
}

reports::Requirement judged(const LoadRequirement& wanted, const PhaseReport& main) {
  const bool is_rate = wanted.what == "rate";
  reports::Requirement out{.id = wanted.what,
                           .check = is_rate ? "rate" : "response_time",
                           .wanted = wanted.text(),
                           .phases = {main.phase}};
  const auto got = wanted.measured(main);
  if (!got) {
    out.verdict = RequirementVerdict::vacuous;
    out.got = "nothing was answered";
    return out;
  }
  out.got = is_rate ? fmt::format("{:.1f}/s", *got)
                    : fmt::format("{:.3f} ms of {} requests", *got,
                                  reports::count_text(main.response.count()));
  out.verdict = wanted.bound.holds(*got) ? RequirementVerdict::pass : RequirementVerdict::fail;
  out.margin = margin_of(wanted.bound, *got);
  if (out.verdict == RequirementVerdict::fail) {
    out.advice = is_rate ? rate_advice : slow_advice;
    out.explanation = parts_of(main);
  }
  return out;
}

reports::Requirement judged_errors(double most, const DriverReport& report) {
  const PhaseReport& main = report.phases.back();
  const double share = loadgen::share_failed(main);
  reports::Requirement out{.id = "errors",
                           .check = "errors",
                           .wanted = fmt::format("at most {:.4g}% of the requests", most * 100),
                           .phases = {main.phase}};
  out.got = fmt::format("{:.3g}% ({} of {})", share * 100,
                        reports::count_text(main.failed + main.unknown),
                        reports::count_text(main.planned));
  out.verdict = main.planned == 0 ? RequirementVerdict::vacuous
                : share <= most   ? RequirementVerdict::pass
                                  : RequirementVerdict::fail;
  if (most > 0) {
    out.margin = (most - share) / most;
  }
  std::vector<std::string> kinds;
  for (const auto& [why, count] : report.failures) {
    kinds.push_back(fmt::format("{} x {}", reports::count_text(count), why));
  }
  out.explanation = join(kinds, "; ");
  out.advice = out.verdict == RequirementVerdict::fail ? errors_advice : "";
  return out;
}

/// Two of a kind get numbers: an id names one requirement.
void number_ids(std::vector<reports::Requirement>& requirements) {
  for (std::size_t i = 0; i < requirements.size(); ++i) {
    const std::string id = requirements[i].id;
    int number = 1;
    for (std::size_t k = i + 1; k < requirements.size(); ++k) {
      if (requirements[k].id == id) {
        requirements[k].id = fmt::format("{}_{}", id, ++number);
      }
    }
  }
}

std::vector<reports::Requirement> requirements_of(const loadgen::VerdictRules& rules,
                                                  const DriverReport& report) {
  std::vector<reports::Requirement> all;
  for (const LoadRequirement& wanted : rules.require) {
    all.push_back(judged(wanted, report.phases.back()));
  }
  all.push_back(judged_errors(rules.max_errors, report));
  number_ids(all);
  return all;
}

std::vector<reports::Phase> phases_of(const LoadRun& run, const DriverReport& report) {
  std::vector<reports::Phase> all;
  const std::int64_t end_ms = run.ended_at_ms - run.started_at_ms;
  for (const PhaseReport& phase : report.phases) {
    all.push_back({.name = phase.phase,
                   .start_ms = ms_of(phase.start),
                   .end_ms = std::min(ms_of(phase.start + phase.length), end_ms),
                   .measured = &phase == &report.phases.back()});
  }
  return all;
}

/// One value for each second since the start; what no answer tells is 0, or nothing.
class Timeline {
 public:
  /// A run that was interrupted has no seconds after that.
  Timeline(const DriverReport& report, std::chrono::nanoseconds ended) : report_(report) {
    const PhaseReport& last = report.phases.back();
    const auto length = std::min(last.start + last.length, ended);
    seconds_ = static_cast<std::size_t>(
        std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(length).count()));
    if (!report.series.empty()) {
      seconds_ = std::max<std::size_t>(seconds_, report.series.back().second + 1);
    }
  }

  template <class Value>
  void counts(std::string_view name, Value value) {
    add(name, "1/s", 0.0, [&value](const stats::SecondPoint& point) {
      return std::optional(static_cast<double>(value(point)));
    });
  }

  template <class Value>
  void times(std::string_view name, Value value) {
    add(name, "ms", std::nullopt, [&value](const stats::SecondPoint& point) {
      const auto span = value(point);
      return span.count() == 0 ? std::nullopt
                               : std::optional(static_cast<double>(span.count()) / 1e6);
    });
  }

  std::vector<reports::Series> take() { return std::move(all_); }

 private:
  template <class Value>
  void add(std::string_view name, const char* unit, std::optional<double> quiet, Value value) {
    reports::Series series{.name = std::string(name), .unit = unit, .values = {}};
    series.values.assign(seconds_, quiet);
    for (const stats::SecondPoint& point : report_.series) {
      series.values[point.second] = value(point);
    }
    all_.push_back(std::move(series));
  }

  const DriverReport& report_;
  std::size_t seconds_ = 1;
  std::vector<reports::Series> all_;
};

std::vector<reports::Series> timeline_of(const DriverReport& report,
                                         std::chrono::nanoseconds ended) {
  using Point = stats::SecondPoint;
  Timeline timeline(report, ended);
  timeline.counts(reports::series::requests,
                  [](const Point& p) { return p.ok + p.failed + p.unknown; });
  timeline.counts(reports::series::request_errors,
                  [](const Point& p) { return p.failed + p.unknown + p.overflow; });
  timeline.times(reports::series::response_p50, [](const Point& p) { return p.p50; });
  timeline.times(reports::series::response_p99, [](const Point& p) { return p.p99; });
  timeline.times(reports::series::response_max, [](const Point& p) { return p.max; });
  timeline.counts(reports::series::throttled, [](const Point& p) { return p.throttled; });
  timeline.counts(reports::series::server_errors, [](const Point& p) { return p.status_class[5]; });
  return timeline.take();
}

std::vector<reports::HealthItem> health_of(const DriverReport& report,
                                           const loadgen::VerdictRules& rules) {
  std::vector<reports::HealthItem> all;
  for (const loadgen::RigItem& item : loadgen::rig_items(report, rules)) {
    all.push_back({.name = item.name, .value = item.value, .budget = item.budget, .ok = item.ok});
  }
  all.push_back({.name = "generator CPU a request",
                 .value = fmt::format("{:.2f} us", loadgen::cpu_us_per_request(report))});
  all.push_back({.name = "connections opened", .value = std::to_string(report.connections)});
  return all;
}

/// "open, constant arrivals, 500/s for 10 s, at most 1000 connections"
std::string description_of(const LoadRun& run) {
  std::string_view text = run.outcome.heading;
  const std::string title = run.load.method + " " + run.load.url;
  if (text.starts_with(title)) {
    text.remove_prefix(title.size());
  }
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!trim(line).empty()) {
      lines.emplace_back(trim(line));
    }
  }
  return join(lines, "; ");
}

}  // namespace

reports::RunResult load_result(const LoadRun& run) {
  HUBSIM_ASSERT(run.outcome.report.has_value());
  const DriverReport& report = *run.outcome.report;
  const bool interrupted = run.load.interrupted != nullptr && run.load.interrupted->load();
  const bool whole = run.load.shard.is_whole();
  const auto rules = whole ? run.load.rules : loadgen::rules_of_part(run.load.rules);
  reports::RunResult result;
  result.verdict = verdict_of(run.outcome, interrupted);
  result.reasons = run.outcome.conclusion.reasons;
  if (interrupted) {
    result.reasons.emplace_back("the run was interrupted");
  }
  result.seed = run.load.seed;
  result.scenario_name = run.load.method + " " + safe_url(run.load.url);
  result.scenario_description = description_of(run);
  result.replay_command = run.replay_command;
  result.started_at_ms = run.started_at_ms;
  result.ended_at_ms = run.ended_at_ms;
  result.environment = scenarios::environment(run.load.connections);
  result.environment.load_at_start = run.load_at_start;
  result.environment.load_at_end = scenarios::load_average();
  result.phases = phases_of(run, report);
  if (whole) {
    result.requirements = requirements_of(rules, report);
  }
  result.drivers = {scenarios::driver_of(report, loadgen::cpu_us_per_request(report))};
  result.timeline =
      timeline_of(report, std::chrono::milliseconds(run.ended_at_ms - run.started_at_ms));
  result.health = health_of(report, rules);
  result.links = {{.name = "run.json", .target = "run.json"},
                  {.name = "histograms by second (HdrHistogram)", .target = "latency.hlog"},
                  {.name = "timeline as CSV", .target = "series.csv"},
                  {.name = "drivers as CSV", .target = "drivers.csv"},
                  {.name = "summary for a pull request", .target = "summary.md"}};
  if (run.load.start || !whole) {
    result.shard = reports::shard_part_of(run.load, run.outcome.plan, report);
  }
  return result;
}

}  // namespace hubsim::app
