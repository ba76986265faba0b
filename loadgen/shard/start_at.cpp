#include "loadgen/shard/start_at.h"

#include <sys/timex.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::loadgen {

namespace {

using std::chrono::nanoseconds;

constexpr std::chrono::hours farthest_start{7 * 24};
constexpr const char* remedy =
    "give all shards one later moment, say --start-at \"$(date -ud '+30 seconds' "
    "+%Y-%m-%dT%H:%M:%SZ)\" worked out once";

/// What to add to the monotonic time for the wall clock's.
struct Translation {
  nanoseconds offset{0};
  nanoseconds uncertainty = nanoseconds::max();
};

/// Of several readings the one with the least time between the clocks.
Translation translate(const Clock& clock) {
  constexpr int readings = 25;
  Translation best;
  for (int i = 0; i < readings; ++i) {
    const auto before = monotonic_now();
    const auto wall = nanoseconds(clock.now().time_since_epoch());
    const auto after = monotonic_now();
    // The wall clock is read in whole microseconds.
    const auto off_by = (after - before) / 2 + std::chrono::microseconds(1);
    if (off_by < best.uncertainty) {
      best = {wall - (before + (after - before) / 2), off_by};
    }
  }
  return best;
}

std::optional<nanoseconds> kernel_clock_error() {
  struct timex state{};
  const int answer = ::adjtimex(&state);
  if (answer < 0 || answer == TIME_ERROR || (state.status & STA_UNSYNC) != 0) {
    return std::nullopt;
  }
  return std::chrono::microseconds(state.maxerror);
}

std::string in_seconds(nanoseconds span) {
  return format_duration(
      std::chrono::duration_cast<Duration>(std::chrono::round<std::chrono::milliseconds>(span)));
}

}  // namespace

Result<Instant> parse_start_at(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-') || parse_duration(text)) {
    return Failure{"'" + std::string(text) + "' counts from now, and now is another moment for " +
                   "each shard: " + remedy};
  }
  if (const auto seconds = parse_double(text)) {
    constexpr double year_2200 = 7.3e9;
    if (!(*seconds >= 0) || *seconds > year_2200) {
      return Failure{"'" + std::string(text) +
                     "' is no time in seconds since 1970 (milliseconds, perhaps?)"};
    }
    return Instant(Duration(std::llround(*seconds * 1e6)));
  }
  const auto instant = parse_iso8601(text);
  if (!instant || text.find('T') == std::string_view::npos) {
    return Failure{"'" + std::string(text) +
                   "' is neither a time such as 2026-11-25T17:05:00Z nor seconds since 1970"};
  }
  return *instant;
}

Result<AgreedStart> agree_on_start(Instant wall, const Clock& clock) {
  const Translation translation = translate(clock);
  const auto wall_ns = nanoseconds(wall.time_since_epoch());
  const nanoseconds monotonic = wall_ns - translation.offset;
  const nanoseconds left = monotonic - monotonic_now();
  if (left < -nanoseconds(latest_after_start)) {
    return Failure{"the start " + format_iso8601(wall) + " was " + in_seconds(-left) +
                   " ago, so part of the plan is missed: " + remedy};
  }
  if (left > farthest_start) {
    return Failure{"the start " + format_iso8601(wall) + " is more than a week away"};
  }
  return AgreedStart{wall, monotonic, translation.uncertainty, kernel_clock_error()};
}

}  // namespace hubsim::loadgen
