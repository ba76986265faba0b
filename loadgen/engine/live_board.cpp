#include "loadgen/engine/live_board.h"

#include <algorithm>

namespace hubsim::loadgen {

void add_second(std::vector<stats::SecondPoint>& all, const stats::SecondPoint& point) {
  const auto place = std::lower_bound(
      all.begin(), all.end(), point.second,
      [](const stats::SecondPoint& one, std::uint64_t second) { return one.second < second; });
  if (place == all.end() || place->second != point.second) {
    all.insert(place, point);
    return;
  }
  place->ok += point.ok;
  place->failed += point.failed;
  place->unknown += point.unknown;
  place->overflow += point.overflow;
  for (std::size_t i = 0; i < point.status_class.size(); ++i) {
    place->status_class[i] += point.status_class[i];
  }
  place->p50 = std::max(place->p50, point.p50);
  place->p99 = std::max(place->p99, point.p99);
  place->max = std::max(place->max, point.max);
}

}  // namespace hubsim::loadgen
