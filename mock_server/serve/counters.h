// What the server counted. Each worker adds to its own block, so that counting costs no contention;
// Server::counters() sums the blocks.
// Threads: a block is written by one worker and read by anybody; relaxed order is enough for sums.
#pragma once

#include <atomic>
#include <cstdint>

namespace hubsim::serve {

/// Sums at one moment. All but connections_open only grow.
struct Counters {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  /// Answered 503 because of max_connections or of stop().
  std::uint64_t connections_refused = 0;
  std::uint64_t requests = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  /// Requests refused by the HTTP layer (400, 413, 417, 431, 501).
  std::uint64_t malformed = 0;
  /// 408, idle connections closed, and clients that stopped taking their answer.
  std::uint64_t timeouts = 0;
  /// Exceptions out of Handler::handle(), answered 500.
  std::uint64_t handler_failures = 0;
};

struct WorkerCounters {
  std::atomic<std::uint64_t> connections_accepted{0};
  std::atomic<std::uint64_t> connections_refused{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> bytes_in{0};
  std::atomic<std::uint64_t> bytes_out{0};
  std::atomic<std::uint64_t> malformed{0};
  std::atomic<std::uint64_t> timeouts{0};
  std::atomic<std::uint64_t> handler_failures{0};
};

/// A plain load and store: each block has one writer, and a locked add would cost more.
inline void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace hubsim::serve
