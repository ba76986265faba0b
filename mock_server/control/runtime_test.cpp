#include "mock_server/control/runtime.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace hubsim::control {
namespace {

using namespace std::chrono_literals;

TEST(ClockText, NamesItsForms) {
  EXPECT_EQ(parse_clock("real")->mode, ClockMode::real);
  EXPECT_EQ(parse_clock("manual")->mode, ClockMode::manual);
  EXPECT_EQ(parse_clock("x60")->factor, 60.0);
  const auto dated = parse_clock("manual@2026-03-20T09:46:40.123Z");
  ASSERT_TRUE(dated.ok());
  EXPECT_EQ(dated->mode, ClockMode::manual);
  EXPECT_EQ(dated->start, Instant(1'774'000'000s + 123ms));
  EXPECT_NE(parse_clock("manual@noon").error().find("'noon' is no time"), std::string::npos);
  EXPECT_FALSE(parse_clock("manual@").ok());
  EXPECT_FALSE(parse_clock("x0").ok());
  EXPECT_FALSE(parse_clock("fast").ok());
}

TEST(Runtime, ManualClockStandsStillUntilAdvancedAndFiresInOrder) {
  Runtime runtime({.mode = ClockMode::manual});
  runtime.start();
  const Instant start = runtime.clock().now();
  std::vector<std::pair<int, Instant>> fired;
  runtime.timers().schedule(start + 2h, [&] { fired.emplace_back(2, runtime.clock().now()); });
  runtime.timers().schedule(start + 1h, [&] {
    fired.emplace_back(1, runtime.clock().now());
    runtime.timers().schedule(start + 90min, [&] { fired.emplace_back(3, runtime.clock().now()); });
  });
  const auto advanced = runtime.advance(24h);
  ASSERT_TRUE(advanced.ok());
  EXPECT_EQ(advanced->fired, 3U);
  EXPECT_EQ(advanced->now, start + 24h);
  ASSERT_EQ(fired.size(), 3U);
  EXPECT_EQ(fired[0], std::pair(1, start + 1h));
  EXPECT_EQ(fired[1], std::pair(3, start + 90min));
  EXPECT_EQ(fired[2], std::pair(2, start + 2h));
}

TEST(Runtime, AdvanceWaitsForWorkThatTimersSetOff) {
  Runtime runtime({.mode = ClockMode::manual});
  std::atomic<int> looks{0};
  runtime.set_busy([&] { return ++looks < 5; });
  runtime.start();
  ASSERT_TRUE(runtime.advance(1s).ok());
  EXPECT_GE(looks.load(), 5);
}

TEST(Runtime, RestartPutsAManualClockBackAndForgetsTimers) {
  const Instant start(1'774'000'000s);
  Runtime runtime({.mode = ClockMode::manual, .start = start});
  runtime.start();
  EXPECT_EQ(runtime.clock().now(), start);
  ASSERT_TRUE(runtime.advance(72h).ok());
  std::atomic<int> fired{0};
  runtime.timers().schedule(start + 80h, [&] { fired += 100; });
  ASSERT_TRUE(runtime.run_there([&] { runtime.restart(); }));
  EXPECT_EQ(runtime.clock().now(), start);
  runtime.timers().schedule(start + 2h, [&] { ++fired; });
  const auto advanced = runtime.advance(90h);
  ASSERT_TRUE(advanced.ok());
  EXPECT_EQ(advanced->now, start + 90h);
  EXPECT_EQ(advanced->fired, 1U);
  EXPECT_EQ(fired.load(), 1);
}

TEST(Runtime, OnlyAManualClockCanBeAdvanced) {
  Runtime runtime({});
  runtime.start();
  EXPECT_FALSE(runtime.advance(1s).ok());
}

TEST(Runtime, ScaledTimersFireByThemselves) {
  Runtime runtime({.mode = ClockMode::scaled, .factor = 100'000});
  runtime.start();
  std::promise<void> fired;
  runtime.timers().schedule(runtime.clock().now() + 1h, [&] { fired.set_value(); });
  EXPECT_EQ(fired.get_future().wait_for(5s), std::future_status::ready);
}

}  // namespace
}  // namespace hubsim::control
