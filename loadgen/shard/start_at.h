// StartAt: one moment at which all shards begin. Each reads it from the wall clock, once, and then
// counts on its monotonic clock, so that a step of the wall clock during the run moves nothing.
// How well the moment is met is part of the result: what the translation may be off by, and what
// the kernel thinks its wall clock is off by (NTP), where it knows.
// Threads: pure but for the clocks.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "common/base/result.h"
#include "common/time/clock.h"

namespace hubsim::loadgen {

struct AgreedStart {
  Instant wall;
  std::chrono::nanoseconds monotonic{0};
  std::chrono::nanoseconds uncertainty{0};  ///< of the translation, to either side
  /// The kernel's bound on its wall clock's error; nothing where nobody keeps it in step.
  std::optional<std::chrono::nanoseconds> clock_error;
};

/// Later than this after the start a shard would have missed too much of its part.
inline constexpr std::chrono::milliseconds latest_after_start{1000};

/// RFC 3339 ("2026-11-25T17:05:00Z") or seconds since 1970, fractions allowed. A span such as
/// "+30s" is refused: it would be another moment for each shard.
[[nodiscard]] Result<Instant> parse_start_at(std::string_view text);

/// The moment on this machine's monotonic clock. Failure: it is past, or days away.
[[nodiscard]] Result<AgreedStart> agree_on_start(Instant wall, const Clock& clock);

}  // namespace hubsim::loadgen
