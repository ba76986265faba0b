// Times as HubSpot writes them: ISO 8601 in UTC with milliseconds, the fraction left out when it is
// zero (behaviour reference 4.3, recorded); the HTTP Date header; and durations as people write
// them in scenario files ("500ms", "1.5s", "2m", "24h").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/time/clock.h"

namespace hubsim {

/// "2024-10-23T22:42:36.650Z"; "1970-01-01T00:00:00Z" when the milliseconds are zero.
[[nodiscard]] std::string format_iso8601(Instant instant);
void append_iso8601(std::string& out, Instant instant);
/// "2024-10-23"
[[nodiscard]] std::string format_date(Instant instant);
/// "Tue, 15 Nov 1994 08:12:31 GMT"
[[nodiscard]] std::string format_http_date(Instant instant);

/// Accepts "YYYY-MM-DD", "YYYY-MM-DDTHH:MM[:SS[.fff]]" with "Z" or "+hh:mm" or nothing (UTC).
[[nodiscard]] std::optional<Instant> parse_iso8601(std::string_view text);

/// "250us", "500ms", "1.5s", "2m", "1h", "3d". A bare number is refused: the unit is missing.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);
/// The shortest such text: "1.5s", "2m".
[[nodiscard]] std::string format_duration(Duration duration);

[[nodiscard]] inline std::int64_t to_unix_ms(Instant instant) {
  return std::chrono::floor<std::chrono::milliseconds>(instant).time_since_epoch().count();
}
[[nodiscard]] inline Instant from_unix_ms(std::int64_t ms) {
  return Instant(std::chrono::milliseconds(ms));
}

}  // namespace hubsim
