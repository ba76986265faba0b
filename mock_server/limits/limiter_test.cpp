#include "mock_server/limits/limiter.h"

#include <gtest/gtest.h>

#include <deque>

#include "common/random/prng.h"
#include "common/time/format.h"

namespace hubsim::limits {
namespace {

using namespace std::chrono_literals;

const Instant start = parse_iso8601("2026-03-01T12:00:00Z").value();
constexpr LimitCaller private_app{.app_id = 1, .private_app = true};
constexpr LimitCaller oauth_app{.app_id = 2, .private_app = false};

std::string lines_of(const LimitVerdict& verdict) {
  std::string lines;
  verdict.append_header_lines(lines);
  return lines;
}

TEST(Limiter, TheFirstCallIsAlreadySubtracted) {
  Limiter limiter(Limits{});
  const auto verdict = limiter.check(private_app, LimitClass::ordinary, start);
  EXPECT_TRUE(verdict.allowed);
  EXPECT_EQ(lines_of(verdict),
            "X-HubSpot-RateLimit-Daily: 625000\r\n"
            "X-HubSpot-RateLimit-Daily-Remaining: 624999\r\n"
            "X-HubSpot-RateLimit-Interval-Milliseconds: 10000\r\n"
            "X-HubSpot-RateLimit-Max: 190\r\n"
            "X-HubSpot-RateLimit-Remaining: 189\r\n"
            "X-HubSpot-RateLimit-Secondly: 19\r\n"
            "X-HubSpot-RateLimit-Secondly-Remaining: 18\r\n");
}

TEST(Limiter, HeadersAsPairsSayTheSame) {
  Limiter limiter(Limits{});
  const auto verdict = limiter.check(private_app, LimitClass::ordinary, start);
  http::Response response;
  verdict.add_headers(response);
  std::string lines;
  for (const auto& [name, value] : response.headers) {
    lines += name + ": " + value + "\r\n";
  }
  EXPECT_EQ(lines, lines_of(verdict));
}

TEST(Limiter, OauthAppsHaveTheirOwnBurstAndNoDailyLimit) {
  Limiter limiter(Limits{.private_daily = 3});
  for (int i = 0; i < 110; ++i) {
    EXPECT_TRUE(limiter.check(oauth_app, LimitClass::ordinary, start).allowed);
  }
  const auto refused = limiter.check(oauth_app, LimitClass::ordinary, start);
  EXPECT_EQ(refused.policy, LimitPolicy::ten_secondly_rolling);
  EXPECT_EQ(lines_of(refused).find("Daily"), std::string::npos);
  EXPECT_NE(lines_of(refused).find("Max: 110\r\n"), std::string::npos);
  EXPECT_TRUE(limiter.check(private_app, LimitClass::ordinary, start).allowed);
}

TEST(Limiter, SlidingWindowRefillsAsCallsAgeOut) {
  Limiter limiter(Limits{.private_burst = 3});
  const auto allowed_at = [&](Duration after) {
    return limiter.check(private_app, LimitClass::ordinary, start + after).allowed;
  };
  EXPECT_TRUE(allowed_at(0s));
  EXPECT_TRUE(allowed_at(4s));
  EXPECT_TRUE(allowed_at(8s));
  EXPECT_FALSE(allowed_at(9999ms));
  EXPECT_TRUE(allowed_at(10s));  // the first has aged out
  EXPECT_FALSE(allowed_at(13s));
  EXPECT_TRUE(allowed_at(14s));
}

TEST(Limiter, FixedWindowsBeginAtWholeTenSeconds) {
  Limiter limiter(Limits{.private_burst = 2, .window = WindowKind::fixed});
  const auto allowed_at = [&](Duration after) {
    return limiter.check(private_app, LimitClass::ordinary, start + after).allowed;
  };
  EXPECT_TRUE(allowed_at(8s));
  EXPECT_TRUE(allowed_at(9s));
  EXPECT_FALSE(allowed_at(9999ms));
  EXPECT_TRUE(allowed_at(10s));
  EXPECT_TRUE(allowed_at(10s));
  EXPECT_FALSE(allowed_at(10s));
}

TEST(Limiter, SearchShowsOnlyTheDailyPairAndHasItsOwnRefusal) {
  Limiter limiter(Limits{});
  for (int i = 0; i < 5; ++i) {
    const auto verdict = limiter.check(private_app, LimitClass::search, start);
    EXPECT_TRUE(verdict.allowed);
    EXPECT_EQ(lines_of(verdict).find("Interval"), std::string::npos);
    EXPECT_NE(lines_of(verdict).find("Daily-Remaining"), std::string::npos);
  }
  const auto refused = limiter.check(private_app, LimitClass::search, start + 999ms);
  EXPECT_EQ(policy_name(refused.policy), "SECONDLY");
  EXPECT_TRUE(refused.closes_connection());
  EXPECT_EQ(refused.error().status, 429);
  EXPECT_EQ(hubspot::render(refused.error(), "aef131e2-8f21-4de8-8fdd-be8390cd979e"),
            R"({"status":"error","message":"You have reached your secondly limit.",)"
            R"("correlationId":"aef131e2-8f21-4de8-8fdd-be8390cd979e","category":"RATE_LIMITS"})");
  // Five a second is per account: another app meets the same window.
  EXPECT_EQ(lines_of(limiter.check(oauth_app, LimitClass::search, start + 500ms)), "");
  EXPECT_FALSE(limiter.check(oauth_app, LimitClass::search, start + 500ms).allowed);
  EXPECT_TRUE(limiter.check(oauth_app, LimitClass::search, start + 1s).allowed);
  EXPECT_TRUE(limiter.check(private_app, LimitClass::ordinary, start + 500ms).allowed);
}

TEST(Limiter, BurstRefusalNamesItsPolicy) {
  Limiter limiter(Limits{.private_burst = 1});
  (void)limiter.check(private_app, LimitClass::ordinary, start);
  const auto refused = limiter.check(private_app, LimitClass::ordinary, start);
  const auto body = hubspot::render(refused.error(), "c");
  EXPECT_NE(body.find(R"("message":"You have reached your ten_secondly_rolling limit.")"),
            std::string::npos);
  EXPECT_NE(body.find(R"("policyName":"TEN_SECONDLY_ROLLING")"), std::string::npos);
  EXPECT_EQ(refused.burst_remaining, 0);
  EXPECT_FALSE(refused.closes_connection());
}

TEST(Limiter, DailyLimitEndsAtTheAccountsMidnight) {
  Limiter limiter(Limits{.private_daily = 2, .utc_offset_minutes = -300});
  const Instant evening = parse_iso8601("2026-03-02T04:59:59Z").value();  // 23:59:59 local
  EXPECT_TRUE(limiter.check(private_app, LimitClass::ordinary, evening).allowed);
  EXPECT_TRUE(limiter.check(private_app, LimitClass::exempt_burst, evening).allowed);
  EXPECT_EQ(limiter.check(private_app, LimitClass::search, evening).policy, LimitPolicy::daily);
  EXPECT_EQ(limiter.daily_usage(evening).used, 2);
  EXPECT_EQ(format_iso8601(limiter.daily_usage(evening).resets_at), "2026-03-02T05:00:00Z");
  EXPECT_EQ(limiter.daily_usage(evening + 1s).used, 0);
  EXPECT_TRUE(limiter.check(private_app, LimitClass::ordinary, evening + 1s).allowed);
}

TEST(Limiter, RefusedAndExemptCallsConsumeNothing) {
  Limiter limiter(Limits{.private_burst = 1, .private_daily = 10});
  (void)limiter.check(private_app, LimitClass::ordinary, start);
  for (int i = 0; i < 5; ++i) {
    (void)limiter.check(private_app, LimitClass::ordinary, start);
    EXPECT_EQ(lines_of(limiter.check(private_app, LimitClass::exempt_all, start)), "");
  }
  EXPECT_EQ(limiter.daily_usage(start).used, 1);
}

TEST(Limiter, OffAllowsEverythingAndShowsNothing) {
  Limiter limiter(Limits{.private_burst = 1}, false);
  for (int i = 0; i < 10; ++i) {
    const auto verdict = limiter.check(private_app, LimitClass::ordinary, start);
    EXPECT_TRUE(verdict.allowed);
    EXPECT_EQ(lines_of(verdict), "");
  }
}

TEST(Limiter, TiersComeFromTheFacts) {
  hubspot::Facts facts;
  facts.private_app_limits = {{"free", 100, 250'000}, {"enterprise", 190, 1'000'000}};
  EXPECT_EQ(limits_of(facts, "free").private_burst, 100);
  EXPECT_EQ(limits_of(facts, "enterprise").private_daily, 1'000'000);
}

// Against the plain definition: never more than the limit in any span, and never refused with room.
TEST(RateWindow, SlidingEqualsTheNaiveCount) {
  Prng prng(7);
  RateWindow window(5, 1s, WindowKind::sliding);
  std::deque<Instant> taken;
  Instant now = start;
  for (int i = 0; i < 20'000; ++i) {
    now += Duration(prng.below(300'000));
    while (!taken.empty() && taken.front() + 1s <= now) {
      taken.pop_front();
    }
    ASSERT_EQ(window.remaining(now), 5 - static_cast<int>(taken.size()));
    if (window.remaining(now) > 0) {
      window.take(now);
      taken.push_back(now);
    }
  }
}

}  // namespace
}  // namespace hubsim::limits
