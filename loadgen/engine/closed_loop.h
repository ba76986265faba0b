// Closed loop: so many connections, each sending its next request when the answer is there: how
// much can the other side take? Thread-per-core, nothing shared, about one system call more than
// the kernel demands. It has no arrival plan, so response time is service time and a stall slows
// the sender down: use an open rate for latencies worth quoting.
// Threads: run_closed_loop() blocks; it starts and joins `threads` threads.
#pragma once

#include <chrono>
#include <vector>

#include "common/net/http_client.h"
#include "loadgen/metrics/driver_report.h"

namespace hubsim::loadgen {

struct ClosedLoopPlan {
  net::ClientRequest request;  ///< ${index} is the number of the request
  std::size_t connections = 64;
  std::size_t threads = 1;
  std::chrono::nanoseconds warmup{0};
  std::chrono::nanoseconds duration = std::chrono::seconds(10);
  std::vector<int> expect;  ///< empty: any 2xx
};

/// Phases "warmup" (where there is one) and "main"; `cpu` is of all threads in "main". With several
/// threads a second's quantiles are the worst thread's. Failure: what cannot be sent at all.
[[nodiscard]] Result<DriverReport> run_closed_loop(const ClosedLoopPlan& plan);

}  // namespace hubsim::loadgen
