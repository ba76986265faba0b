// Slice: which of a plan's arrivals belong to one part of it: those whose number leaves `first`
// when divided by `step`. Shards of a plan and threads of a shard are both slices, one within the
// other, so that every arrival has one owner whatever the number of machines and threads.
// Threads: plain values. Invariant: first < step.
#pragma once

#include <cstdint>

namespace hubsim::loadgen {

struct Slice {
  std::uint64_t first = 0;
  std::uint64_t step = 1;

  [[nodiscard]] constexpr bool has(std::uint64_t number) const noexcept {
    return number % step == first;
  }
  /// How many of `total` things, numbered from 0, are its own.
  [[nodiscard]] constexpr std::uint64_t share_of(std::uint64_t total) const noexcept {
    return total / step + (first < total % step ? 1 : 0);
  }
  /// The part `index` of `count` of this slice.
  [[nodiscard]] constexpr Slice part(std::uint64_t index, std::uint64_t count) const noexcept {
    return {first + index * step, step * count};
  }
  friend bool operator==(const Slice&, const Slice&) = default;
};

}  // namespace hubsim::loadgen
