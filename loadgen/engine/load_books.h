// LoadBooks: what one worker writes down of each request: four stamps into four histograms, by
// phase, and the second at hand. Recording is some additions: no lock, no allocation.
// Threads: the worker's; read after it has ended.
// Invariant: every planned arrival is counted once: ok, failed, unknown or overflow.
#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/stats/histogram.h"
#include "common/stats/interval_log.h"
#include "common/stats/time_series.h"
#include "loadgen/metrics/event_span.h"
#include "loadgen/telemetry/metrics_board.h"

namespace hubsim::loadgen {

/// Of one request; monotonic. `intended` is the plan's, or `sent` where there is no plan.
struct RequestStamps {
  std::chrono::nanoseconds intended{0};
  std::chrono::nanoseconds sent{0};
  std::chrono::nanoseconds first_byte{0};
  std::chrono::nanoseconds done{0};
};

struct PhaseBooks {
  explicit PhaseBooks(std::chrono::nanoseconds start) : response(start) {}
  stats::IntervalLog response;  ///< done - intended
  stats::Histogram service;     ///< done - sent; empty in a closed loop, where it is the response
  stats::Histogram first_byte;  ///< first byte - sent
  stats::Histogram lag;         ///< sent - intended
  EventSpan planned;
  EventSpan sent;
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t unknown = 0;
  std::uint64_t overflow = 0;
  void add(const PhaseBooks& other);
};

class LoadBooks {
 public:
  LoadBooks(std::chrono::nanoseconds start, std::chrono::nanoseconds main_from, bool planned);

  void plan(std::chrono::nanoseconds intended) { phase_at(intended).planned.add(intended); }
  void answered(const RequestStamps& stamps, int status, bool good);
  /// Sent, and nobody knows what became of it.
  void broken(const RequestStamps& stamps, const std::string& why);
  /// Sent, and the other side said that it did nothing about it.
  void refused(const RequestStamps& stamps, const std::string& why);
  /// Given up before a byte left.
  void never_sent(std::chrono::nanoseconds intended, std::chrono::nanoseconds now,
                  const std::string& why);
  void overflowed(std::chrono::nanoseconds intended, std::chrono::nanoseconds now);
  /// Of connections, not of requests.
  void note(const std::string& why) { ++failures_[why]; }

  /// Of `driver`, for those who watch; costs as much as a look at each histogram.
  [[nodiscard]] std::vector<PhaseMetrics> metrics(const std::string& driver) const;

  [[nodiscard]] const PhaseBooks& warmup() const noexcept { return warmup_; }
  [[nodiscard]] const PhaseBooks& main() const noexcept { return main_; }
  [[nodiscard]] stats::TimeSeries& series() noexcept { return series_; }
  [[nodiscard]] const stats::TimeSeries& series() const noexcept { return series_; }
  [[nodiscard]] const std::array<std::uint64_t, 1000>& statuses() const noexcept {
    return statuses_;
  }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& failures() const noexcept {
    return failures_;
  }

 private:
  PhaseBooks& phase_at(std::chrono::nanoseconds intended) noexcept {
    return intended < main_from_ ? warmup_ : main_;
  }
  void record(PhaseBooks& phase, const RequestStamps& stamps);

  std::chrono::nanoseconds main_from_;
  bool planned_;
  PhaseBooks warmup_;
  PhaseBooks main_;
  stats::TimeSeries series_;
  std::array<std::uint64_t, 1000> statuses_{};
  std::map<std::string, std::uint64_t> failures_;
};

}  // namespace hubsim::loadgen
