// The totals of a MetricsBoard as those who collect metrics read them: Prometheus' text format
// 0.0.4, and the body of an OTLP/HTTP export in JSON. Names, labels and buckets are in
// docs/reports.md; they are an interface.
// Pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "loadgen/telemetry/metrics_board.h"

namespace hubsim::loadgen {

/// Which run it is, on every resource and in hubsim_run_info.
struct RunIdentity {
  std::string run_id;
  std::string name;  ///< of the scenario, or method and URL
  std::string version;
  std::int64_t started_unix_ns = 0;
};

inline constexpr const char* prometheus_content_type = "text/plain; version=0.0.4; charset=utf-8";

[[nodiscard]] std::string prometheus_text(const MetricsTotals& totals, const RunIdentity& run);
/// An ExportMetricsServiceRequest, cumulative since the run's start.
[[nodiscard]] std::string otlp_json(const MetricsTotals& totals, const RunIdentity& run,
                                    std::int64_t now_unix_ns);

}  // namespace hubsim::loadgen
