#include "loadgen/cli_load.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/net/url.h"
#include "common/time/format.h"
#include "loadgen/load_search.h"
#include "loadgen/plan_fingerprint.h"
#include "loadgen/workloads/shapes/shape.h"

namespace hubsim::loadgen {

namespace {

constexpr int exit_usage = 2;
constexpr int exit_interrupted = 130;

double seconds_of(std::chrono::nanoseconds span) { return static_cast<double>(span.count()) / 1e9; }

const WorkloadRegistry& workloads() {
  static const WorkloadRegistry all = [] {
    WorkloadRegistry made("arrivals");
    register_all_workloads(made);
    return made;
  }();
  return all;
}

/// Warm-up at the first rate, then the shape.
Result<ArrivalPlan> arrivals_of(const LoadOptions& options) {
  const auto spacing = workloads().get(options.arrivals);
  if (!spacing) {
    return Failure{spacing.error()};
  }
  const double from = options.rate_per_s.value_or(0);
  auto pieces =
      make_shape(options.shape, {from, options.to_per_s.value_or(from), options.duration, {}});
  if (!pieces) {
    return Failure{pieces.error()};
  }
  ArrivalPlan plan{*spacing, {}, options.seed};
  if (options.warmup.count() > 0) {
    plan.rate.push_back({std::chrono::nanoseconds(0), options.warmup, from, from});
  }
  for (RateSegment& piece : *pieces) {
    piece.start += options.warmup;
    plan.rate.push_back(piece);
  }
  return plan;
}

std::string heading(const LoadOptions& options) {
  std::string text = fmt::format("{} {}\n", options.method, options.url);
  if (!options.rate_per_s) {
    return text + fmt::format("  closed, {} connections, {} threads, {} s\n", options.connections,
                              options.threads, seconds_of(options.duration));
  }
  text += fmt::format("  open, {} arrivals, {}/s", options.arrivals, *options.rate_per_s);
  if (options.to_per_s) {
    text += fmt::format(" to {}/s", *options.to_per_s);
  }
  if (options.shape != "linear") {
    text += " as " + options.shape;
  }
  return text + fmt::format(" for {} s, at most {} connections\n", seconds_of(options.duration),
                            options.connections);
}

std::string shard_line(const LoadOptions& options) {
  return options.shard.is_whole() ? ""
                                  : fmt::format("  shard {}: its part\n", options.shard.text());
}

Json shard_json(const LoadOptions& options) {
  Json json{{"index", options.shard.index}, {"count", options.shard.count}};
  if (options.start) {
    json["start_at"] = format_iso8601(options.start->wall);
    json["start_uncertainty_us"] = static_cast<double>(options.start->uncertainty.count()) / 1e3;
    json["clock_error_ms"] =
        options.start->clock_error
            ? Json(static_cast<double>(options.start->clock_error->count()) / 1e6)
            : Json();
  }
  return json;
}

}  // namespace

Result<LoadPlan> plan_of(const LoadOptions& options) {
  const auto url = net::parse_url(options.url);
  if (!url) {
    return Failure{url.error()};
  }
  LoadPlan plan;
  plan.request.url = options.url;
  plan.request.method = options.method;
  plan.request.headers = options.headers;
  plan.request.body = options.body;
  plan.request.timeout = options.timeout;
  plan.request.tls = options.tls;
  plan.http = options.http;
  plan.streams = options.streams.value_or(options.rate_per_s ? 100 : 1);
  plan.connections = options.connections;
  plan.threads = options.threads;
  plan.policy = options.policy;
  plan.warmup = options.warmup;
  plan.duration = options.duration;
  plan.expect = options.expect;
  plan.on_second = options.on_second;
  plan.metrics = options.metrics;
  plan.interrupted = options.interrupted;
  plan.shard = options.shard;
  if (options.start) {
    plan.start = options.start->monotonic;
  }
  if (options.rate_per_s) {
    auto arrivals = arrivals_of(options);
    if (!arrivals) {
      return Failure{arrivals.error()};
    }
    plan.arrivals = std::move(*arrivals);
  }
  return plan;
}

LoadOutcome outcome_of(const LoadOptions& options, const std::string& heading,
                       const DriverReport& report) {
  const Conclusion conclusion =
      conclude(report, options.shard.is_whole() ? options.rules : rules_of_part(options.rules));
  const auto audit = audit_machine(options.connections);
  LoadOutcome outcome;
  outcome.text = heading + shard_line(options) + result_text(report);
  for (const AuditItem& item : audit) {
    if (!item.warning.empty()) {
      outcome.text += fmt::format("  note: {} {}: {}\n", item.name, item.value, item.warning);
    }
  }
  for (const std::string& reason : conclusion.reasons) {
    outcome.text += fmt::format("{}: {}\n", name_of(conclusion.verdict), reason);
  }
  if (conclusion.verdict == LoadVerdict::pass) {
    outcome.text += options.shard.is_whole()
                        ? "PASS\n"
                        : fmt::format("shard {}: sound; hubsim report merge judges the whole\n",
                                      options.shard.text());
  }
  const bool interrupted = options.interrupted != nullptr && options.interrupted->load();
  outcome.exit_code = interrupted ? exit_interrupted : exit_code_of(conclusion.verdict);
  outcome.json = result_json(report, conclusion);
  outcome.json["environment"] = to_json(audit);
  outcome.json["exit_code"] = outcome.exit_code;
  outcome.report = report;
  outcome.conclusion = conclusion;
  outcome.heading = heading + shard_line(options);
  if (options.start || !options.shard.is_whole()) {
    outcome.json["shard"] = shard_json(options);
  }
  return outcome;
}

LoadOutcome run_load(const LoadOptions& options) {
  const auto plan = plan_of(options);
  if (!plan) {
    return {exit_usage, plan.error() + "\n", {}};
  }
  raise_descriptor_limit();
  const auto report = run_load_engine(*plan);
  if (!report) {
    return {exit_code_of(LoadVerdict::unreachable), report.error() + "\n", {}};
  }
  LoadOutcome outcome = outcome_of(options, heading(options), *report);
  outcome.plan = plan_fingerprint(options, {});
  return outcome;
}

LoadOutcome run_search(const LoadOptions& options, const RateSearch& search) {
  LoadOptions step_options = options;
  step_options.rate_per_s = search.start_per_s;
  if (const auto plan = plan_of(step_options); !plan) {
    return {exit_usage, plan.error() + "\n", {}};
  }
  raise_descriptor_limit();
  const SearchProbe probe = [&](double rate) -> std::optional<SearchStep> {
    step_options.rate_per_s = rate;
    const auto report = run_load_engine(*plan_of(step_options));
    if (!report || (options.interrupted != nullptr && options.interrupted->load())) {
      return std::nullopt;
    }
    const PhaseReport& main = report->phases.back();
    SearchStep step{rate, conclude(*report, options.rules),
                    static_cast<double>(main.response.quantile(0.99).count()) / 1e6,
                    main.sent_per_s};
    if (search.on_step) {
      search.on_step(fmt::format("{:.1f}/s: {}", rate, name_of(step.conclusion.verdict)));
    }
    return step;
  };
  constexpr double least_requests = 5;
  const SearchResult found =
      find_highest_rate({.start_per_s = search.start_per_s,
                         .least_per_s = least_requests / seconds_of(options.duration),
                         .precision = search.precision},
                        probe);
  LoadOutcome outcome;
  const bool interrupted = options.interrupted != nullptr && options.interrupted->load();
  outcome.exit_code = interrupted           ? exit_interrupted
                      : found.steps.empty() ? exit_code_of(LoadVerdict::unreachable)
                                            : exit_code_of(found);
  outcome.text = search_text(found);
  outcome.json = to_json(found);
  outcome.json["exit_code"] = outcome.exit_code;
  return outcome;
}

}  // namespace hubsim::loadgen
