#include "loadgen/cli_load.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/net/event_loop.h"
#include "common/net/url.h"
#include "common/time/clock.h"
#include "loadgen/engine/closed_loop.h"
#include "loadgen/runner.h"

namespace hubsim::loadgen {

namespace {

enum Exit { exit_pass = 0, exit_fail = 1, exit_usage = 2, exit_invalid = 3, exit_unreachable = 4 };

constexpr double least_share_sent = 0.995;

double ms_of(std::chrono::nanoseconds span) { return static_cast<double>(span.count()) / 1e6; }
double seconds_of(std::chrono::nanoseconds span) { return static_cast<double>(span.count()) / 1e9; }

Json driver_settings(const LoadOptions& options) {
  Json settings{{"url", options.url},
                {"method", options.method},
                {"timeout", std::to_string(options.timeout / std::chrono::milliseconds(1)) + "ms"}};
  if (!options.body.empty()) {
    settings["body"] = options.body;
  }
  for (const auto& [name, value] : options.headers) {
    settings["headers"][name] = value;
  }
  if (!options.expect.empty()) {
    settings["expect"] = options.expect;
  }
  return settings;
}

void wait_until(std::chrono::nanoseconds end) {
  net::EventLoop loop;  // as an alarm clock: nothing is posted to it
  while (monotonic_now() < end) {
    loop.run_once(end - monotonic_now());
  }
}

Result<DriverReport> run_open(const LoadOptions& options) {
  TrafficLimits limits;
  limits.max_connections_per_origin = options.connections;
  limits.max_in_flight_per_driver = 100'000;
  TrafficRun run({{"load", "http", options.arrivals, driver_settings(options)}}, {}, options.seed,
                 limits);
  if (auto ready = run.prepare(); !ready) {
    return Failure{ready.error()};
  }
  const auto t0 = monotonic_now();
  const double rate = *options.rate_per_s;
  run.start(t0);
  if (options.warmup.count() > 0) {
    run.begin_phase("warmup", t0, {{"load", {{{}, options.warmup, rate, rate}}}});
  }
  const auto main_from = t0 + options.warmup;
  run.begin_phase("main", main_from, {{"load", {{{}, options.duration, rate, rate}}}});
  wait_until(main_from + options.duration);
  run.stop(options.timeout);
  return run.report().front();
}

Result<DriverReport> run_closed(const LoadOptions& options) {
  ClosedLoopPlan plan;
  plan.request.url = options.url;
  plan.request.method = options.method;
  plan.request.headers = options.headers;
  plan.request.body = options.body;
  plan.request.timeout = options.timeout;
  plan.connections = options.connections;
  plan.threads = options.threads;
  plan.warmup = options.warmup;
  plan.duration = options.duration;
  plan.expect = options.expect;
  return run_closed_loop(plan);
}

std::string latency_line(const char* name, const stats::Histogram& histogram) {
  const auto q = [&](double share) { return ms_of(histogram.quantile(share)); };
  return fmt::format("  {:<10}{:>10.3f}{:>10.3f}{:>10.3f}{:>10.3f}{:>10.3f}\n", name, q(0.5),
                     q(0.9), q(0.99), q(0.999), ms_of(histogram.max()));
}

std::string describe(const LoadOptions& options, const DriverReport& report,
                     const PhaseReport& main) {
  std::string text = fmt::format("{} {}\n", options.method, options.url);
  if (options.rate_per_s) {
    text += fmt::format("  open, {} arrivals, {}/s for {} s, at most {} connections\n",
                        options.arrivals, *options.rate_per_s, seconds_of(options.duration),
                        options.connections);
  } else {
    text += fmt::format("  closed, {} connections, {} threads, {} s\n", options.connections,
                        options.threads, seconds_of(options.duration));
  }
  text += fmt::format("  {} sent, {} ok, {} failed, {} unknown, {} never sent\n", main.sent,
                      main.ok, main.failed, main.unknown, main.overflow);
  text += options.rate_per_s ? fmt::format("  rate {:.2f}/s, planned {:.2f}/s\n", main.sent_per_s,
                                           main.planned_per_s)
                             : fmt::format("  rate {:.1f}/s\n", main.sent_per_s);
  text += "  ms               p50       p90       p99     p99.9       max\n";
  if (options.rate_per_s) {
    text += latency_line("response", main.response);
    text += latency_line("service", main.service);
    text += latency_line("lag", main.lag);
  } else {
    text += latency_line("service", main.service);
    text += "  no arrival plan: response time is service time, and a stall hides the load it met\n";
  }
  for (const auto& [why, count] : report.failures) {
    text += fmt::format("  {} x {}\n", count, why);
  }
  const double requests = static_cast<double>(
      std::max<std::uint64_t>(options.rate_per_s ? report.requests : main.sent, 1));
  text += fmt::format("  generator: {:.2f} us CPU a request\n",
                      static_cast<double>(report.cpu.count()) / 1e3 / requests);
  return text;
}

/// Reasons for which the numbers prove nothing.
std::vector<std::string> doubts(const LoadOptions& options, const DriverReport& report,
                                const PhaseReport& main) {
  std::vector<std::string> all = report.invalid;
  if (!options.rate_per_s) {
    return all;
  }
  const auto planned = static_cast<double>(main.planned);
  if (static_cast<double>(main.sent) < least_share_sent * planned) {
    all.push_back(fmt::format("only {} of {} planned requests were sent", main.sent, main.planned));
  }
  if (const auto lag = main.lag.quantile(0.99); lag > options.max_lag) {
    all.push_back(fmt::format(
        "the schedule lag's p99 is {:.1f} ms, over {:.1f} ms: more --connections, or a lower rate",
        ms_of(lag), ms_of(options.max_lag)));
  }
  return all;
}

bool nobody_answered(const DriverReport& report) {
  return report.statuses.empty() ||
         (report.statuses.size() == 1 && report.statuses.begin()->first == 0);
}

void judge(const LoadOptions& options, const DriverReport& report, LoadOutcome& outcome) {
  const PhaseReport& main = report.phases.back();
  const double bad = static_cast<double>(main.failed + main.unknown);
  const double share = main.planned == 0 ? 1 : bad / static_cast<double>(main.planned);
  if (nobody_answered(report)) {
    outcome.exit_code = exit_unreachable;
    outcome.text += "UNREACHABLE: not one answer\n";
    return;
  }
  if (share > options.max_errors) {
    outcome.exit_code = exit_fail;
    outcome.text += fmt::format("FAIL: {:.3f}% of the requests failed, allowed {:.3f}%\n",
                                share * 100, options.max_errors * 100);
    return;
  }
  const auto reasons = doubts(options, report, main);
  for (const std::string& reason : reasons) {
    outcome.text += "INVALID: " + reason + "\n";
  }
  outcome.exit_code = reasons.empty() ? exit_pass : exit_invalid;
  if (reasons.empty()) {
    outcome.text += "PASS\n";
  }
}

}  // namespace

LoadOutcome run_load(const LoadOptions& options) {
  LoadOutcome outcome;
  const auto url = net::parse_url(options.url);
  if (!url || url->scheme == "https") {
    outcome.exit_code = exit_usage;
    outcome.text = url.ok() ? "https is not built yet; use an http:// URL\n" : url.error() + "\n";
    return outcome;
  }
  const auto report = options.rate_per_s ? run_open(options) : run_closed(options);
  if (!report) {
    outcome.exit_code = exit_unreachable;
    outcome.text = report.error() + "\n";
    return outcome;
  }
  outcome.text = describe(options, *report, report->phases.back());
  judge(options, *report, outcome);
  outcome.json = to_json(*report);
  outcome.json["exit_code"] = outcome.exit_code;
  return outcome;
}

}  // namespace hubsim::loadgen
