// LiveBoard: what a terminal view shows while the load runs. Each worker hands over its closed
// seconds, once a second and never per request; the view takes them and merges.
// Threads: post() from workers, take() from the view's thread; one short lock each.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "common/stats/time_series.h"

namespace hubsim::loadgen {

/// One second as all threads saw it: counts added up, quantiles the worst thread's.
void add_second(std::vector<stats::SecondPoint>& all, const stats::SecondPoint& point);

class LiveBoard {
 public:
  void post(const stats::SecondPoint& point) {
    const std::lock_guard lock(mutex_);
    add_second(seconds_, point);
  }
  /// A copy of every second so far that some worker has closed.
  [[nodiscard]] std::vector<stats::SecondPoint> seconds() const {
    const std::lock_guard lock(mutex_);
    return seconds_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<stats::SecondPoint> seconds_;
};

}  // namespace hubsim::loadgen
