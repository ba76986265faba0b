// The load engine: one URL under load from as many threads as asked for, nothing shared between
// them. Closed: so many connections, each sending its next request when the answer is there: how
// much can the other side take? Open: arrivals at the times of a plan, whatever the other side
// does: how long does it let people wait? Only the second knows response times; in the first a
// stall slows the sender down, and response is service time.
// Threads: run_load_engine() blocks; it starts and joins `threads` threads.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "common/net/http_client.h"
#include "loadgen/engine/load_worker.h"
#include "loadgen/engine/reach.h"
#include "loadgen/metrics/driver_report.h"
#include "loadgen/shard/shard.h"

namespace hubsim::loadgen {

/// When arrivals are due: over warm-up and measured time in one.
struct ArrivalPlan {
  const WorkloadKind* spacing = nullptr;
  std::vector<RateSegment> rate;
  std::uint64_t seed = 1;
};

struct LoadPlan {
  net::ClientRequest request;  ///< ${index} is the number of the request
  HttpChoice http = HttpChoice::http11;
  std::size_t streams = 100;  ///< of HTTP/2: requests at once over each connection
  std::size_t connections = 64;
  std::size_t threads = 1;
  ConnectionPolicy policy = ConnectionPolicy::pool;
  std::optional<ArrivalPlan> arrivals;  ///< nothing: closed
  /// Of the arrivals and of the connections only this shard's are driven.
  Shard shard;
  std::optional<std::chrono::nanoseconds> start;  ///< monotonic; nothing: now
  std::size_t max_waiting = 100'000;
  std::chrono::nanoseconds warmup{0};
  std::chrono::nanoseconds duration = std::chrono::seconds(10);
  std::vector<int> expect;  ///< empty: any 2xx
  /// Called about once a second, by the thread that called, for each second that is over.
  std::function<void(const stats::SecondPoint&)> on_second;
  MetricsBoard* metrics = nullptr;
  const std::atomic<bool>* interrupted = nullptr;
};

/// Phases "warmup" (where there is one) and "main"; `cpu` is of all threads in "main".
/// Failure: what cannot be sent at all.
[[nodiscard]] Result<DriverReport> run_load_engine(const LoadPlan& plan);

}  // namespace hubsim::loadgen
