// The verdict of many changes: regressed if one is, else improved if one is, else unclear only
// where nothing could be judged. Threads: pure.
#pragma once

#include <algorithm>

#include "reports/model/comparison.h"

namespace hubsim::reports {

template <class Changes>
[[nodiscard]] ChangeVerdict worst_of(const Changes& changes) {
  const auto count = [&](ChangeVerdict verdict) {
    return std::count_if(changes.begin(), changes.end(),
                         [verdict](const auto& change) { return change.verdict == verdict; });
  };
  if (count(ChangeVerdict::regressed) > 0) {
    return ChangeVerdict::regressed;
  }
  if (count(ChangeVerdict::improved) > 0) {
    return ChangeVerdict::improved;
  }
  return count(ChangeVerdict::same) > 0 || changes.empty() ? ChangeVerdict::same
                                                           : ChangeVerdict::unclear;
}

}  // namespace hubsim::reports
