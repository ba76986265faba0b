// MetricsBoard: what a run has counted so far, for whoever watches it while it runs. Each source (a
// worker's thread, a driver) hands over all that it has counted, about once a second and a last
// time at its end, so the last totals are those of the report.
// Threads: publish() from the sources, totals() from watchers, conclude() from whoever judges; one
// short lock.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/stats/histogram.h"

namespace hubsim::loadgen {

/// Upper bounds of the buckets, in seconds. Fixed: dashboards and alerts are built on them.
inline constexpr std::array<double, 17> bucket_bounds_s{
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};

struct LatencyBuckets {
  std::array<std::uint64_t, bucket_bounds_s.size()> at_most{};  ///< cumulative
  std::uint64_t count = 0;
  double sum_s = 0;
  void add(const LatencyBuckets& other) noexcept;
};
[[nodiscard]] LatencyBuckets buckets_of(const stats::Histogram& histogram);

struct PhaseMetrics {
  std::string driver;
  std::string phase;
  std::uint64_t planned = 0;
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t unknown = 0;
  std::uint64_t overflow = 0;
  LatencyBuckets response;
  LatencyBuckets lag;
};

struct SourceMetrics {
  std::string driver;
  std::uint64_t in_flight = 0;
  std::vector<PhaseMetrics> phases;
};

/// How the run ended.
struct RunEnd {
  std::string verdict;                                     ///< "PASS"
  std::vector<std::pair<std::string, bool>> requirements;  ///< and whether it held
};

struct MetricsTotals {
  std::vector<PhaseMetrics> phases;
  std::map<std::string, std::uint64_t> in_flight;  ///< by driver
  std::optional<RunEnd> end;
};

class MetricsBoard {
 public:
  /// In place of what `source` said before.
  void publish(std::size_t source, SourceMetrics metrics);
  void conclude(RunEnd end);
  /// Added up over sources, in the order in which drivers and phases first appeared.
  [[nodiscard]] MetricsTotals totals() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::size_t, SourceMetrics> sources_;
  std::optional<RunEnd> end_;
};

}  // namespace hubsim::loadgen
