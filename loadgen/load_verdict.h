// What `hubsim load` concludes from a report: PASS, FAIL, INVALID or UNREACHABLE, with reasons; and
// the result for people and for programs (docs/load.md has the JSON's fields).
// Too many errors are FAIL whatever the generator did; a run that proves nothing is INVALID and
// overrides PASS and every judgement on latency.
// Threads: pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/config/fields.h"
#include "loadgen/metrics/driver_report.h"

namespace hubsim::loadgen {

/// "p99 < 50ms": of the response time, or of the service time where nothing was planned.
struct LoadRequirement {
  std::string what;  ///< p50, p90, p99, p999, max, rate
  config::Condition bound;
  [[nodiscard]] static Result<LoadRequirement> parse(std::string_view text);
  [[nodiscard]] std::string text() const { return what + " " + bound.text(); }
  /// What it got, in ms or a second; nothing where it saw nothing.
  [[nodiscard]] std::optional<double> measured(const PhaseReport& main) const;
};

struct VerdictRules {
  std::vector<LoadRequirement> require;
  double max_errors = 0;  ///< share of requests that may fail
  /// p99 of the schedule lag; absent: 10 % of the tightest requirement, else 10 ms.
  std::optional<std::chrono::nanoseconds> max_lag;
  double max_throttled = 0.01;  ///< share of the measured time
  double max_stolen = 0.05;     ///< share of the cores' time
  /// Of a shard: whether its part is sound. Requirements and errors are the whole's, and a part
  /// may have nothing to send.
  bool only_soundness = false;
};

enum class LoadVerdict { pass, fail, invalid, unreachable };
[[nodiscard]] std::string_view name_of(LoadVerdict verdict) noexcept;  ///< "PASS"
[[nodiscard]] int exit_code_of(LoadVerdict verdict) noexcept;

struct Conclusion {
  LoadVerdict verdict = LoadVerdict::pass;
  std::vector<std::string> reasons;  ///< of a verdict that is not PASS
};

/// Whether there was a plan of arrivals.
[[nodiscard]] bool is_open(const DriverReport& report);
/// Of what was planned; in [0, 1].
[[nodiscard]] double share_failed(const PhaseReport& phase);
/// Of the measured phase, which is last.
[[nodiscard]] double cpu_us_per_request(const DriverReport& report);
/// The bound on the schedule lag's p99 that these rules mean.
[[nodiscard]] std::chrono::nanoseconds lag_bound(const VerdictRules& rules);
/// By which a shard judges its part, where these judge the whole.
[[nodiscard]] VerdictRules rules_of_part(VerdictRules rules);
/// `report` has the measured phase last.
[[nodiscard]] Conclusion conclude(const DriverReport& report, const VerdictRules& rules);
/// verdict, reasons, requests, errors, rate_achieved, cpu_us_per_request, latency, and the report.
[[nodiscard]] Json result_json(const DriverReport& report, const Conclusion& conclusion);
/// Counts, rate, quantiles, failures, cost.
[[nodiscard]] std::string result_text(const DriverReport& report);

}  // namespace hubsim::loadgen
