// LiveBoard: what a terminal view shows while the load runs. Each worker hands over its closed
// seconds, once a second and never per request; the view takes them, merged.
// Threads: post() from workers, take_before() from the view's thread; one short lock each.
// Bounded by whoever takes: a second that is taken is forgotten.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "common/stats/time_series.h"

namespace hubsim::loadgen {

struct DriverReport;

/// One second as all threads saw it: counts added up. Quantiles are the worst thread's, until
/// somebody who has the histograms sets them.
void add_second(std::vector<stats::SecondPoint>& all, const stats::SecondPoint& point);

/// The quantiles of a second from its latencies.
void set_quantiles(stats::SecondPoint& point, const stats::Histogram& latency);

/// Of several threads' or shards' seconds: the quantiles of each from the phases' intervals.
void make_quantiles_exact(DriverReport& report);

class LiveBoard {
 public:
  void post(const stats::SecondPoint& point, const stats::Histogram& latency);
  /// The seconds before `second` that some worker has closed, in order, with exact quantiles.
  [[nodiscard]] std::vector<stats::SecondPoint> take_before(std::uint64_t second);

 private:
  struct Open {
    std::uint64_t second = 0;
    std::unique_ptr<stats::Histogram> latency;
  };

  std::mutex mutex_;
  std::vector<stats::SecondPoint> seconds_;
  std::vector<Open> latencies_;
};

}  // namespace hubsim::loadgen
