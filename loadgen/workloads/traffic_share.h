// TrafficShare: what one driver is to do within one phase: arrivals by a rate, or so many users who
// each wait for their answer and think before the next.
// Threads: plain values. Times since the phase's start.
#pragma once

#include <vector>

#include "common/config/fields.h"
#include "loadgen/workloads/rate_plan.h"

namespace hubsim::loadgen {

struct TrafficShare {
  std::vector<RateSegment> segments;
  std::size_t users = 0;  ///< more than none: closed, and the segments only say how long
  config::Distribution think{};
};

}  // namespace hubsim::loadgen
