#include <gtest/gtest.h>

#include <vector>

#include "common/time/clock.h"
#include "common/time/format.h"
#include "common/time/timer_queue.h"

namespace hubsim {
namespace {

using namespace std::chrono_literals;

TEST(TimeFormat, MillisecondsAreLeftOutWhenZero) {
  EXPECT_EQ(format_iso8601(Instant(0us)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_iso8601(from_unix_ms(1729723356650)), "2024-10-23T22:42:36.650Z");
}

TEST(TimeFormat, ReadsWhatItWrites) {
  for (const std::int64_t ms : {0LL, 1LL, 1729723356650LL, 951782400000LL, 4102444799999LL}) {
    EXPECT_EQ(parse_iso8601(format_iso8601(from_unix_ms(ms))), from_unix_ms(ms));
  }
}

TEST(TimeFormat, ReadsOffsetsAndDates) {
  EXPECT_EQ(parse_iso8601("2024-02-29"), from_unix_ms(1709164800000));
  EXPECT_EQ(parse_iso8601("2024-02-29T01:00:00+01:00"), from_unix_ms(1709164800000));
  EXPECT_FALSE(parse_iso8601("2023-02-29"));
  EXPECT_FALSE(parse_iso8601("2024-02-29T25:00:00Z"));
  EXPECT_FALSE(parse_iso8601("2024-02-29Tnonsense"));
  EXPECT_FALSE(parse_iso8601(""));
}

TEST(TimeFormat, DurationsNeedAUnit) {
  EXPECT_EQ(parse_duration("1.5s"), 1'500'000us);
  EXPECT_EQ(parse_duration("2m"), 120s);
  EXPECT_FALSE(parse_duration("60"));
  EXPECT_FALSE(parse_duration("s"));
  EXPECT_FALSE(parse_duration("1 s"));
  EXPECT_FALSE(parse_duration("99999999d"));
  EXPECT_EQ(format_duration(90s), "1.5m");
  EXPECT_EQ(format_duration(0us), "0us");
}

TEST(TimeFormat, HttpDate) {
  EXPECT_EQ(format_http_date(from_unix_ms(784887151000)), "Tue, 15 Nov 1994 08:12:31 GMT");
}

TEST(Clocks, ScaledClockRunsFasterThanItsBase) {
  ManualClock base(Instant(1000s));
  const ScaledClock fast(base, 60.0);
  base.set(Instant(1010s));
  EXPECT_EQ(fast.now(), Instant(1600s));
}

TEST(TimerQueue, FiresInOrderOfDueThenOfScheduling) {
  TimerQueue timers;
  std::vector<int> fired;
  timers.schedule(Instant(2s), [&] { fired.push_back(3); });
  timers.schedule(Instant(1s), [&] { fired.push_back(1); });
  timers.schedule(Instant(1s), [&] { fired.push_back(2); });
  EXPECT_EQ(timers.run_due(Instant(1s)), 2U);
  EXPECT_EQ(timers.run_due(Instant(5s)), 1U);
  EXPECT_EQ(fired, (std::vector<int>{1, 2, 3}));
}

TEST(TimerQueue, ForgetsAllOfThemAndWhatTheyHeld) {
  TimerQueue timers;
  const auto held = std::make_shared<int>(1);
  for (int i = 1; i <= 3; ++i) {
    timers.schedule(Instant(1s * i), [held] { FAIL() << "forgotten"; });
  }
  EXPECT_EQ(held.use_count(), 4);
  timers.clear();
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_FALSE(timers.next_due());
  EXPECT_EQ(timers.run_due(Instant(9s)), 0U);
}

TEST(TimerQueue, CancelledTimersDoNotFireAndCallbacksMayAddDueOnes) {
  TimerQueue timers;
  int fired = 0;
  const auto id = timers.schedule(Instant(1s), [&] { fired += 100; });
  EXPECT_TRUE(timers.cancel(id));
  EXPECT_FALSE(timers.cancel(id));
  timers.schedule(Instant(1s), [&] { timers.schedule(Instant(2s), [&] { ++fired; }); });
  EXPECT_EQ(timers.run_due(Instant(2s)), 2U);
  EXPECT_EQ(fired, 1);
}

}  // namespace
}  // namespace hubsim
