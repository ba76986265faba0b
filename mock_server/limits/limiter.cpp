#include "mock_server/limits/limiter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "common/base/assert.h"

namespace hubsim::limits {

namespace {

using namespace std::chrono_literals;

constexpr Duration burst_span = 10s;
constexpr Duration search_span = 1s;
constexpr int anybody_per_second = 10;  // D 2.1
constexpr Duration day_span = 24h;

/// Names with the documented case; over HTTP/1.1 the recorded one is unknown (2.2).
struct Line {
  std::string_view name;
  int value = 0;
};

struct Lines {
  std::array<Line, 7> lines;
  std::size_t count = 0;
  void add(std::string_view name, int value) { lines[count++] = {name, value}; }
};

Lines lines_of(const LimitVerdict& verdict) {
  Lines lines;
  if (verdict.shows_daily) {
    lines.add("X-HubSpot-RateLimit-Daily", verdict.daily_limit);
    lines.add("X-HubSpot-RateLimit-Daily-Remaining", verdict.daily_remaining);
  }
  if (verdict.shows_burst) {
    lines.add("X-HubSpot-RateLimit-Interval-Milliseconds", 10'000);
    lines.add("X-HubSpot-RateLimit-Max", verdict.burst_limit);
    lines.add("X-HubSpot-RateLimit-Remaining", verdict.burst_remaining);
    // In every recording a tenth of the above, rounded down (2.2).
    lines.add("X-HubSpot-RateLimit-Secondly", verdict.burst_limit / 10);
    lines.add("X-HubSpot-RateLimit-Secondly-Remaining", verdict.burst_remaining / 10);
  }
  return lines;
}

}  // namespace

std::string_view policy_name(LimitPolicy policy) noexcept {
  switch (policy) {
    case LimitPolicy::none:
      return "";
    case LimitPolicy::ten_secondly_rolling:
      return "TEN_SECONDLY_ROLLING";
    case LimitPolicy::daily:
      return "DAILY";
    case LimitPolicy::secondly:
      return "SECONDLY";
  }
  return "";
}

Limits limits_of(const hubspot::Facts& facts, std::string_view tier) {
  const auto& tiers = facts.private_app_limits;
  const auto found = std::find_if(tiers.begin(), tiers.end(),
                                  [&](const hubspot::TierLimits& t) { return t.tier == tier; });
  HUBSIM_ASSERT(found != tiers.end());
  return {.private_burst = found->burst,
          .private_daily = found->daily,
          .oauth_burst = facts.oauth_burst,
          .search_per_second = facts.search_per_second};
}

void LimitVerdict::add_headers(http::Response& response) const {
  const Lines lines = lines_of(*this);
  for (std::size_t i = 0; i < lines.count; ++i) {
    response.headers.emplace_back(lines.lines[i].name, fmt::to_string(lines.lines[i].value));
  }
}

void LimitVerdict::append_header_lines(std::string& out) const {
  const Lines lines = lines_of(*this);
  std::array<char, 16> digits{};
  for (std::size_t i = 0; i < lines.count; ++i) {
    const auto end = std::to_chars(digits.begin(), digits.end(), lines.lines[i].value).ptr;
    out.append(lines.lines[i].name).append(": ").append(digits.begin(), end).append("\r\n");
  }
}

hubspot::ApiError LimitVerdict::error() const {
  switch (policy) {
    case LimitPolicy::ten_secondly_rolling:
      return hubspot::burst_limit_reached();
    case LimitPolicy::daily:
      return hubspot::daily_limit_reached();
    case LimitPolicy::secondly:
      return hubspot::search_limit_reached();
    case LimitPolicy::none:
      break;
  }
  HUBSIM_ASSERT(policy != LimitPolicy::none);
  return {};
}

RateWindow::RateWindow(int limit, Duration span, WindowKind kind)
    : instants_(static_cast<std::size_t>(std::max(limit, 0))), span_(span), kind_(kind) {}

void RateWindow::expire(Instant now) {
  if (kind_ == WindowKind::fixed) {
    const auto start = Instant(now.time_since_epoch() / span_ * span_);
    if (count_ > 0 && instants_[first_] < start) {
      count_ = 0;
    }
    return;
  }
  while (count_ > 0 && instants_[first_] + span_ <= now) {
    first_ = (first_ + 1) % instants_.size();
    --count_;
  }
}

int RateWindow::remaining(Instant now) {
  expire(now);
  return static_cast<int>(instants_.size() - count_);
}

void RateWindow::take(Instant now) {
  HUBSIM_ASSERT(count_ < instants_.size());
  instants_[(first_ + count_) % instants_.size()] = now;
  ++count_;
}

Limiter::Limiter(Limits limits, bool on)
    : limits_(limits),
      on_(on),
      search_(limits.search_per_second, search_span, limits.window),
      anybody_(anybody_per_second, search_span, limits.window) {}

LimitVerdict Limiter::check_anybody(Instant now) {
  LimitVerdict verdict;
  if (!on_) {
    return verdict;
  }
  verdict.allowed = anybody_.remaining(now) > 0;
  if (verdict.allowed) {
    anybody_.take(now);
  } else {
    verdict.policy = LimitPolicy::secondly;
  }
  return verdict;
}

std::int64_t Limiter::day_of(Instant now) const {
  const auto local = now + std::chrono::minutes(limits_.utc_offset_minutes);
  return std::chrono::floor<std::chrono::days>(local).time_since_epoch().count();
}

RateWindow& Limiter::burst_of(const LimitCaller& caller) {
  const auto it = burst_.find(caller.app_id);
  if (it != burst_.end()) {
    return it->second;
  }
  const int limit = caller.private_app ? limits_.private_burst : limits_.oauth_burst;
  return burst_.emplace(caller.app_id, RateWindow(limit, burst_span, limits_.window)).first->second;
}

LimitPolicy Limiter::refusing(const LimitVerdict& verdict, LimitClass limit_class, Instant now) {
  if (verdict.shows_daily && verdict.daily_remaining == 0) {
    return LimitPolicy::daily;
  }
  if (verdict.shows_burst && verdict.burst_remaining == 0) {
    return LimitPolicy::ten_secondly_rolling;
  }
  if (limit_class == LimitClass::search && search_.remaining(now) == 0) {
    return LimitPolicy::secondly;
  }
  return LimitPolicy::none;
}

LimitVerdict Limiter::check(const LimitCaller& caller, LimitClass limit_class, Instant now) {
  LimitVerdict verdict;
  if (!on_ || limit_class == LimitClass::exempt_all) {
    return verdict;
  }
  if (const auto today = day_of(now); today != day_) {
    day_ = today;
    used_today_ = 0;
  }
  if (caller.private_app && limits_.private_daily > 0) {  // OAuth apps have no daily limit (2.1)
    verdict.shows_daily = true;
    verdict.daily_limit = limits_.private_daily;
    verdict.daily_remaining = limits_.private_daily - used_today_;
  }
  RateWindow* burst = limit_class == LimitClass::ordinary ? &burst_of(caller) : nullptr;
  if (burst != nullptr) {
    verdict.shows_burst = true;
    verdict.burst_limit = burst->limit();
    verdict.burst_remaining = burst->remaining(now);
  }
  verdict.policy = refusing(verdict, limit_class, now);
  verdict.allowed = verdict.policy == LimitPolicy::none;
  if (!verdict.allowed) {
    return verdict;
  }
  // The call at hand is already subtracted in what it is shown (2.2, recorded).
  if (verdict.shows_daily) {
    ++used_today_;
    --verdict.daily_remaining;
  }
  if (burst != nullptr) {
    burst->take(now);
    --verdict.burst_remaining;
  }
  if (limit_class == LimitClass::search) {
    search_.take(now);
  }
  return verdict;
}

Limiter::DailyUsage Limiter::daily_usage(Instant now) const {
  const auto today = day_of(now);
  const auto midnight =
      Instant(day_span * (today + 1)) - std::chrono::minutes(limits_.utc_offset_minutes);
  return {.limit = limits_.private_daily,
          .used = today == day_ ? used_today_ : 0,
          .resets_at = midnight};
}

}  // namespace hubsim::limits
