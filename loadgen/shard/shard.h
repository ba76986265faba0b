// Shard: one of several generators that drive the same plan together: `--shard i/n`, i from 0 as a
// Kubernetes Indexed Job counts. Arrival k of the plan belongs to shard k mod n and keeps its
// number and its time; connections and users are divided the same way. Threads: plain values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "loadgen/shard/slice.h"

namespace hubsim::loadgen {

struct Shard {
  std::uint64_t index = 0;
  std::uint64_t count = 1;
  [[nodiscard]] constexpr Slice slice() const noexcept { return {index, count}; }
  [[nodiscard]] constexpr bool is_whole() const noexcept { return count == 1; }
  [[nodiscard]] std::string text() const {
    return std::to_string(index) + "/" + std::to_string(count);
  }
};

inline constexpr std::uint64_t max_shards = 10'000;

/// Reads an environment variable; nothing where it is not set.
using EnvironmentLookup = std::function<std::optional<std::string>(const char*)>;

/// "2/8"; "auto/8" takes the index from JOB_COMPLETION_INDEX, "auto" also the count from
/// HUBSIM_SHARDS.
[[nodiscard]] Result<Shard> parse_shard(std::string_view text, const EnvironmentLookup& variable);

}  // namespace hubsim::loadgen
