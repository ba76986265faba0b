// Reads a histogram log (HdrHistogram's format 1.3) that comes from outside: written by a run of
// ours, by another shard, by hand. Names the line of the first mistake; never throws.
// A line keeps its counts packed (2 KB instead of the 270 KB of a Histogram), for a log has one of
// them for every second: add_to() a Histogram that is there already where many are read.
// Threads: pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/stats/histogram.h"

namespace hubsim::stats {

struct LogLine {
  std::string tag;  ///< "people/storm/response"; empty where the line has none
  double start_s = 0;
  double length_s = 0;
  double max_ms = 0;
  std::uint64_t count = 0;
  std::string cells;  ///< Histogram::pack(), known to be whole

  void add_to(Histogram& histogram) const;
  [[nodiscard]] Histogram histogram() const;
};

/// The lines in the order of the text; comments and the head are passed over.
[[nodiscard]] Result<std::vector<LogLine>> read_log(std::string_view text);

}  // namespace hubsim::stats
