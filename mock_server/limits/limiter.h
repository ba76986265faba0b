// Limiter: HubSpot's request limits for one portal: burst per app and ten seconds, search per
// second, daily per account; their headers and which refusal to answer (behaviour reference 2.1
// to 2.3). The burst window is an exact sliding log by default; `fixed` counts in aligned
// ten-second windows (which of the two HubSpot does is unknown). Refused calls consume nothing
// (inferred). The lower limits of the associations API and the others of 2.4 are not modelled.
// Threads: guarded by the portal's lock. Cost: O(1) amortised; allocates when an app first calls.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "common/time/clock.h"
#include "hubspot/catalogue/catalogue.h"
#include "hubspot/facts/facts.h"
#include "hubspot/rules/error_envelope.h"

namespace hubsim::limits {

/// Which limits a call falls under is a fact of the catalogue.
using hubspot::LimitClass;

enum class LimitPolicy { none, ten_secondly_rolling, daily, secondly };
/// "TEN_SECONDLY_ROLLING", "DAILY", "SECONDLY"; "" for none.
[[nodiscard]] std::string_view policy_name(LimitPolicy policy) noexcept;

enum class WindowKind { sliding, fixed };

struct Limits {
  int private_burst = 190;
  int private_daily = 625'000;  ///< 0: none
  int oauth_burst = 110;
  int search_per_second = 5;
  WindowKind window = WindowKind::sliding;
  /// Where the account's day begins.
  int utc_offset_minutes = -300;
};
/// The numbers of a tier; an unknown tier is a programmer error (flags are checked before).
[[nodiscard]] Limits limits_of(const hubspot::Facts& facts, std::string_view tier);

struct LimitCaller {
  std::uint64_t app_id = 0;
  bool private_app = true;
};

/// Plain numbers; rendered only where an answer goes out.
struct LimitVerdict {
  bool allowed = true;
  LimitPolicy policy = LimitPolicy::none;  ///< what refused the call
  bool shows_daily = false;
  bool shows_burst = false;
  int daily_limit = 0;
  int daily_remaining = 0;
  int burst_limit = 0;
  int burst_remaining = 0;

  /// HubSpot's rate-limit headers, names and presence as in 2.2.
  void add_headers(http::Response& response) const;
  /// The same as lines "Name: value\r\n", without allocating when `out` has room.
  void append_header_lines(std::string& out) const;
  /// The 429 of the policy that refused (2.3). Only when not allowed.
  [[nodiscard]] hubspot::ApiError error() const;
  /// Search refusals were recorded with `connection: close` (2.3).
  [[nodiscard]] bool closes_connection() const noexcept { return policy == LimitPolicy::secondly; }
};

/// At most `limit` events within any `span`, exactly: a ring of the instants that still count.
class RateWindow {
 public:
  RateWindow(int limit, Duration span, WindowKind kind);
  /// How many more are allowed at `now`.
  [[nodiscard]] int remaining(Instant now);
  /// Counts one; only after remaining() > 0 at the same instant.
  void take(Instant now);
  [[nodiscard]] int limit() const noexcept { return static_cast<int>(instants_.size()); }

 private:
  void expire(Instant now);
  std::vector<Instant> instants_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  Duration span_;
  WindowKind kind_;
};

class Limiter {
 public:
  explicit Limiter(Limits limits, bool on = true);

  /// Counts the call when it is allowed. With limits off: allowed, not counted, no headers.
  [[nodiscard]] LimitVerdict check(const LimitCaller& caller, LimitClass limit_class, Instant now);
  /// A call without credentials to what everybody may read: 10 a second for the account, and no
  /// part of any app's allowance (2.1, D); the 429 is the search's (U).
  [[nodiscard]] LimitVerdict check_anybody(Instant now);

  /// For the account's usage endpoint (2.3).
  struct DailyUsage {
    int limit = 0;
    int used = 0;
    Instant resets_at{};
  };
  [[nodiscard]] DailyUsage daily_usage(Instant now) const;
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
  [[nodiscard]] bool on() const noexcept { return on_; }

 private:
  [[nodiscard]] std::int64_t day_of(Instant now) const;
  [[nodiscard]] RateWindow& burst_of(const LimitCaller& caller);
  [[nodiscard]] LimitPolicy refusing(const LimitVerdict& verdict, LimitClass limit_class,
                                     Instant now);

  Limits limits_;
  bool on_;
  boost::unordered_flat_map<std::uint64_t, RateWindow> burst_;
  RateWindow search_;
  RateWindow anybody_;
  std::int64_t day_ = 0;
  int used_today_ = 0;
};

}  // namespace hubsim::limits
