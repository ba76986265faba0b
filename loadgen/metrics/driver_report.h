// DriverReport: what one driver planned, sent and saw, per phase. Plain values that reports and
// the scenario runner read; `to_json` is for `hubsim load --json` and for tests.
// response = done - intended (the one to quote), service = done - sent, lag = sent - intended;
// intended comes from the arrival plan, never from when the sender woke.
// Threads: plain values. Times are monotonic nanoseconds since the start of the run (t0).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "common/stats/histogram.h"
#include "common/stats/interval_log.h"
#include "common/stats/time_series.h"
#include "loadgen/metrics/event_span.h"
#include "loadgen/metrics/machine.h"

namespace hubsim::loadgen {

/// Failures that are this machine's, not the other side's: they make a run INVALID.
inline constexpr const char* out_of_descriptors = "out_of_descriptors";
inline constexpr const char* out_of_ports = "out_of_ports";

struct PhaseReport {
  std::string phase;
  std::chrono::nanoseconds start{0};   ///< since t0
  std::chrono::nanoseconds length{0};  ///< of the driver's segments in this phase
  std::uint64_t planned = 0;           ///< arrivals of the plan that fell due
  std::uint64_t sent = 0;              ///< of these, handed to the kernel
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;    ///< answered, and not as expected; or never arrived
  std::uint64_t unknown = 0;   ///< sent, no answer: the other side may have acted
  std::uint64_t overflow = 0;  ///< never sent: the queue was full; makes the run INVALID
  /// First send to last send over planned ones; 0 when fewer than two.
  double sent_per_s = 0;
  double planned_per_s = 0;
  EventSpan planned_times;  ///< since t0; not of a closed loop, which plans nothing
  EventSpan sent_times;     ///< since t0
  stats::Histogram response;
  std::vector<stats::Interval> intervals;  ///< the same, by the second of `done` since t0
  stats::Histogram service;
  stats::Histogram first_byte;  ///< first byte of the answer - sent
  stats::Histogram lag;
};

/// A value the other side accepted, which it must bring to HubSpot.
struct AcceptedValue {
  std::chrono::nanoseconds at{0};  ///< when the answer was complete, since t0
  std::string value;
};

struct DriverReport {
  std::string id;
  std::string kind;
  std::vector<PhaseReport> phases;
  /// By the second in which the answer came, since t0; latency is the response time.
  std::vector<stats::SecondPoint> series;
  /// What went wrong -> how often: "status 500", "connection_reset", ...; at most 100 kinds.
  std::map<std::string, std::uint64_t> failures;
  std::map<int, std::uint64_t> statuses;  ///< 0 = no answer
  std::chrono::nanoseconds cpu{0};        ///< of the thread that drove it, shared among drivers
  double busiest_thread = 0;              ///< CPU over wall time of the thread that had most to do
  std::chrono::nanoseconds started{0};    ///< t0, monotonic; only of `hubsim load`
  MachineUse machine;                     ///< what the machine took while it was measured
  std::uint64_t connections = 0;          ///< opened in all; 0 where nobody counted
  std::string http = "HTTP/1.1";          ///< the version spoken
  std::vector<AcceptedValue> accepted;    ///< at most 1,000,000; one more makes the run INVALID
  std::uint64_t requests = 0;             ///< HTTP requests; fewer than sent where coalesced
  /// Reasons why its numbers must not be trusted; empty is good.
  std::vector<std::string> invalid;

  /// HdrHistogram log. Tag "<id>/<phase>/response": a line for each second in which answers came.
  /// "<id>/<phase>/service", "/first_byte", "/schedule_lag": one line for the phase.
  [[nodiscard]] std::string hdr_log() const;
};

[[nodiscard]] Json to_json(const DriverReport& report);
/// {"count","min_ms","mean_ms","p50_ms","p90_ms","p99_ms","p999_ms","max_ms"}
[[nodiscard]] Json quantiles_json(const stats::Histogram& histogram);

}  // namespace hubsim::loadgen
