#include "loadgen/freeze_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "common/time/clock.h"
#include "loadgen/engine/load_engine.h"
#include "loadgen/freezing_server.h"

namespace hubsim::loadgen {

namespace {

using std::chrono::nanoseconds;

constexpr std::array<std::pair<const char*, double>, 5> compared{
    {{"p50", 0.5}, {"p75", 0.75}, {"p90", 0.9}, {"p99", 0.99}, {"max", 1}}};

double ms_of(nanoseconds span) { return static_cast<double>(span.count()) / 1e6; }

nanoseconds quantile_of(const std::vector<nanoseconds>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

LoadPlan plan_for(const SelfTestOptions& options, const std::string& url) {
  static const WorkloadRegistry workloads = [] {
    WorkloadRegistry made("arrivals");
    register_all_workloads(made);
    return made;
  }();
  LoadPlan plan;
  plan.request.url = url;
  plan.connections = 2000;
  plan.threads = options.threads;
  plan.duration = options.length;
  plan.arrivals =
      ArrivalPlan{workloads.find("constant"),
                  {{nanoseconds(0), options.length, options.rate_per_s, options.rate_per_s}},
                  1};
  return plan;
}

std::vector<nanoseconds> intended_times(const LoadPlan& plan) {
  const auto stream = plan.arrivals->spacing->make(RatePlan(plan.arrivals->rate), Prng(1));
  std::vector<nanoseconds> all;
  while (const auto at = stream->next()) {
    all.push_back(*at);
  }
  return all;
}

std::string describe(const SelfTestOptions& options, const std::vector<SelfTestRow>& rows,
                     nanoseconds tolerance) {
  std::string text = fmt::format(
      "a server stood still for {:.3f} s of {:.0f} s, at {:.0f} arrivals a second\n"
      "  response ms        reported     by arithmetic\n",
      ms_of(options.freeze) / 1e3, ms_of(options.length) / 1e3, options.rate_per_s);
  for (const SelfTestRow& row : rows) {
    text += fmt::format("  {:<12}{:>15.1f}{:>18.1f}  {}\n", row.name, ms_of(row.reported),
                        ms_of(row.truth), row.good ? "ok" : "WRONG");
  }
  return text + fmt::format("  within {:.1f} ms\n", ms_of(tolerance));
}

Json rows_json(const std::vector<SelfTestRow>& rows) {
  Json all = Json::array();
  for (const SelfTestRow& row : rows) {
    all.push_back({{"name", row.name},
                   {"reported_ms", ms_of(row.reported)},
                   {"truth_ms", ms_of(row.truth)},
                   {"good", row.good}});
  }
  return all;
}

}  // namespace

std::vector<nanoseconds> frozen_truth(const std::vector<nanoseconds>& intended, nanoseconds from,
                                      nanoseconds until) {
  std::vector<nanoseconds> waits;
  waits.reserve(intended.size());
  for (const nanoseconds at : intended) {
    waits.push_back(at >= from && at < until ? until - at : nanoseconds(0));
  }
  return waits;
}

std::vector<SelfTestRow> compare_with_truth(const stats::Histogram& reported,
                                            std::vector<nanoseconds> truth, nanoseconds tolerance) {
  std::sort(truth.begin(), truth.end());
  std::vector<SelfTestRow> rows;
  for (const auto& [name, share] : compared) {
    SelfTestRow row{name, share >= 1 ? reported.max() : reported.quantile(share), {}, false};
    if (!truth.empty()) {
      row.truth = quantile_of(truth, share);
      row.good = std::chrono::abs(row.reported - row.truth) <= tolerance;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

SelfTestOutcome run_self_test(const SelfTestOptions& options) {
  FreezingServer server(options.freeze);
  LoadPlan plan = plan_for(options, server.url());
  // The engine starts its plan a few milliseconds after it is called; the freeze is taken as it
  // was, so nothing depends on when exactly it began.
  server.freeze_at(monotonic_now() + options.freeze_after);
  const auto report = run_load_engine(plan);
  if (!report) {
    return {4, report.error() + "\n", {}};
  }
  const PhaseReport& main = report->phases.back();
  const auto frozen = server.frozen();
  const auto truth = frozen_truth(intended_times(plan), frozen.from - report->started,
                                  frozen.until - report->started);
  // What the machine itself adds is known from the lag, and allowed for.
  const nanoseconds tolerance =
      nanoseconds(std::llround(static_cast<double>(options.freeze.count()) * options.tolerance)) +
      main.lag.quantile(0.99);
  const auto rows = compare_with_truth(main.response, truth, tolerance);
  SelfTestOutcome outcome;
  outcome.text = describe(options, rows, tolerance);
  const bool honest =
      std::all_of(rows.begin(), rows.end(), [](const SelfTestRow& row) { return row.good; });
  const bool whole = main.ok == main.planned && main.planned > 0;
  const bool able = main.lag.quantile(0.99) < options.freeze / 10;
  outcome.exit_code = !whole || !honest ? (able ? 1 : 3) : (able ? 0 : 3);
  outcome.text += fmt::format("  {} of {} answered, schedule lag p99 {:.2f} ms\n{}\n", main.ok,
                              main.planned, ms_of(main.lag.quantile(0.99)),
                              outcome.exit_code == 0   ? "PASS: the reports are true"
                              : outcome.exit_code == 1 ? "FAIL: the reports are not true"
                                                       : "INVALID: the machine was too busy");
  outcome.json = {{"verdict", outcome.exit_code == 0   ? "PASS"
                              : outcome.exit_code == 1 ? "FAIL"
                                                       : "INVALID"},
                  {"quantiles", rows_json(rows)},
                  {"tolerance_ms", ms_of(tolerance)},
                  {"frozen_ms", ms_of(frozen.until - frozen.from)},
                  {"answered", main.ok},
                  {"planned", main.planned}};
  return outcome;
}

}  // namespace hubsim::loadgen
