// What `hubsim load` does, without its flags: one URL at an open rate, or as fast as so many
// connections go, then a verdict. app/load.cpp reads the flags and prints.
// Threads: run_load() blocks. Exit codes as in app/exit_codes.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/json/json.h"

namespace hubsim::loadgen {

struct LoadOptions {
  std::string url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// Open arrivals; without it closed: every connection sends when it has its answer.
  std::optional<double> rate_per_s;
  std::string arrivals = "constant";
  std::chrono::nanoseconds warmup{0};
  std::chrono::nanoseconds duration = std::chrono::seconds(10);
  std::chrono::nanoseconds timeout = std::chrono::seconds(30);
  std::size_t connections = 64;
  std::size_t threads = 1;  ///< of the closed loop; an open rate is driven by one
  std::vector<int> expect;  ///< empty: any 2xx
  double max_errors = 0;    ///< share of requests that may fail
  std::chrono::nanoseconds max_lag = std::chrono::milliseconds(10);  ///< p99, open rate only
  std::uint64_t seed = 1;
};

struct LoadOutcome {
  int exit_code = 0;
  std::string text;  ///< for people
  Json json;
};

[[nodiscard]] LoadOutcome run_load(const LoadOptions& options);

}  // namespace hubsim::loadgen
