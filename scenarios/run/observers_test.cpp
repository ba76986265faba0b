#include "scenarios/run/observers.h"

#include <gtest/gtest.h>

#include "scenarios/run/pump.h"

namespace hubsim::scenarios {
namespace {

using namespace std::chrono_literals;

class CountingObserver final : public Observer {
 public:
  explicit CountingObserver(std::atomic<int>& reads) : reads_(reads) {}
  Observation observe() override { return {.from_ms = ++reads_, .complete = true}; }

 private:
  std::atomic<int>& reads_;
};

TEST(ObserverThread, ReadsAgainWhenWokenAndEndsWithItsOwner) {
  std::atomic<int> reads{0};
  std::atomic<bool> interrupted{false};
  Pump pump(interrupted);
  std::vector<std::int64_t> seen;
  {
    ObserverThread thread(std::make_unique<CountingObserver>(reads), 1h, [&](Observation look) {
      ASSERT_TRUE(pump.loop().post([&seen, from = look.from_ms] { seen.push_back(from); }));
    });
    ASSERT_TRUE(pump.run_until(monotonic_now() + 5s, [&] { return seen.size() == 1; }));
    thread.wake();
    ASSERT_TRUE(pump.run_until(monotonic_now() + 5s, [&] { return seen.size() == 2; }));
  }
  EXPECT_EQ(seen, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(reads, 2);  // the gap of an hour was not waited for at the end
}

TEST(Pump, RepeatsWorkOnlyWhileSomebodyWaits) {
  std::atomic<bool> interrupted{false};
  Pump pump(interrupted);
  int turns = 0;
  pump.every(1ms, [&] { ++turns; });
  EXPECT_EQ(turns, 0);
  ASSERT_TRUE(pump.run_until(monotonic_now() + 10s, [&] { return turns >= 3; }));
  pump.every(1ms, [&] { interrupted = true; });
  EXPECT_FALSE(pump.run_until(monotonic_now() + 10s));
}

}  // namespace
}  // namespace hubsim::scenarios
