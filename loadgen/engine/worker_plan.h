// WorkerPlan: all that one thread of the load engine is told: the request, where to, over how many
// connections, when, for how long.
// A plain value; the worker takes it over.
#pragma once

#include <atomic>
#include <bitset>
#include <chrono>
#include <memory>

#include "common/net/socket.h"
#include "common/net/stream.h"
#include "loadgen/engine/live_board.h"
#include "loadgen/engine/patched_request.h"
#include "loadgen/shard/sliced_stream.h"
#include "loadgen/telemetry/metrics_board.h"

namespace hubsim::loadgen {

enum class ConnectionPolicy {
  pool,      ///< any free connection takes the next arrival
  per_user,  ///< arrival i belongs to user i mod connections, and each user has one connection
  fresh      ///< a new connection for every request
};

enum class HttpVersion { http11, http2 };

struct WorkerPlan {
  PatchedRequest request;
  HttpVersion version = HttpVersion::http11;
  PatchedFields fields;       ///< of HTTP/2, instead of the request
  std::size_t streams = 100;  ///< of HTTP/2: requests at once over a connection
  net::Address address;
  net::TlsStart tls;  ///< without a context: http
  std::size_t connections = 1;
  ConnectionPolicy policy = ConnectionPolicy::pool;
  std::unique_ptr<SlicedStream> arrivals;  ///< this worker's; null: closed
  Slice slice;                             ///< of the plan's arrivals those are this worker's
  std::size_t max_waiting = 100'000;
  std::chrono::nanoseconds start{0};  ///< monotonic
  std::chrono::nanoseconds main_from{0};
  std::chrono::nanoseconds end{0};
  std::chrono::nanoseconds timeout{0};
  std::bitset<600> expect;
  LiveBoard* board = nullptr;
  MetricsBoard* metrics = nullptr;  ///< told about once a second, and at the end
  const std::atomic<bool>* interrupted = nullptr;
};

}  // namespace hubsim::loadgen
