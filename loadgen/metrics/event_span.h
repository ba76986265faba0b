// EventSpan: how many events there were, and when the first and the last: their rate, exactly, also
// when the spans of several threads or shards are put together.
// Threads: plain values.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace hubsim::loadgen {

struct EventSpan {
  std::uint64_t count = 0;
  std::chrono::nanoseconds first = std::chrono::nanoseconds::max();
  std::chrono::nanoseconds last{0};

  void add(std::chrono::nanoseconds at) noexcept {
    ++count;
    first = std::min(first, at);
    last = std::max(last, at);
  }
  void add(const EventSpan& other) noexcept {
    count += other.count;
    first = std::min(first, other.first);
    last = std::max(last, other.last);
  }
  /// The same events, counted from `start`.
  [[nodiscard]] EventSpan since(std::chrono::nanoseconds start) const noexcept {
    return count == 0 ? EventSpan{} : EventSpan{count, first - start, last - start};
  }
  /// From the first to the last; 0 when fewer than two.
  [[nodiscard]] double per_second() const noexcept {
    return count < 2 || last <= first
               ? 0
               : static_cast<double>(count - 1) * 1e9 / static_cast<double>((last - first).count());
  }
};

}  // namespace hubsim::loadgen
