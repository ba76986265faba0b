// The generator measures itself: a server of its own stands still for a while under an open rate,
// and what the reports say must be what arithmetic says. While a server stands still for F, every
// arrival of that time waits for its end, so the response times there are spread evenly over 0..F;
// a generator that times from its own send, or waits for answers, would not see them.
// Threads: run_self_test() blocks; the server has one thread of its own.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "common/stats/histogram.h"

namespace hubsim::loadgen {

struct SelfTestOptions {
  double rate_per_s = 500;
  std::chrono::nanoseconds length = std::chrono::seconds(6);
  std::chrono::nanoseconds freeze_after = std::chrono::seconds(2);
  std::chrono::nanoseconds freeze = std::chrono::seconds(2);
  std::size_t threads = 1;
  double tolerance = 0.03;  ///< share of the freeze; the lag's p99 comes on top
};

struct SelfTestRow {
  std::string name;
  std::chrono::nanoseconds reported{0};
  std::chrono::nanoseconds truth{0};
  bool good = false;
};

/// What each arrival must have waited, had the server been instant but for [from, until).
[[nodiscard]] std::vector<std::chrono::nanoseconds> frozen_truth(
    const std::vector<std::chrono::nanoseconds>& intended, std::chrono::nanoseconds from,
    std::chrono::nanoseconds until);

/// p50, p75, p90, p99 and max of both, good when no further apart than `tolerance`.
[[nodiscard]] std::vector<SelfTestRow> compare_with_truth(
    const stats::Histogram& reported, std::vector<std::chrono::nanoseconds> truth,
    std::chrono::nanoseconds tolerance);

struct SelfTestOutcome {
  int exit_code = 0;  ///< 0 honest, 1 not, 3 the machine was too busy to tell
  std::string text;
  Json json;
};
[[nodiscard]] SelfTestOutcome run_self_test(const SelfTestOptions& options);

}  // namespace hubsim::loadgen
