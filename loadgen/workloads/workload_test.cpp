#include "loadgen/workloads/workload.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace hubsim::loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

std::vector<nanoseconds> arrivals(const char* kind, std::vector<RateSegment> segments,
                                  std::uint64_t seed = 1) {
  WorkloadRegistry registry("workload");
  register_all_workloads(registry);
  auto stream = registry.find(kind)->make(RatePlan(std::move(segments)), Prng(seed));
  std::vector<nanoseconds> all;
  while (const auto next = stream->next()) {
    all.push_back(*next);
  }
  return all;
}

TEST(Constant, IsEvenToTheNanosecond) {
  const auto all = arrivals("constant", {{seconds(0), seconds(10), 300, 300}});
  ASSERT_EQ(all.size(), 3000U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double exact = (static_cast<double>(i) + 0.5) / 300 * 1e9;
    EXPECT_NEAR(static_cast<double>(all[i].count()), exact, 1.0) << i;
  }
}

TEST(Constant, FollowsTheIntegralOfARamp) {
  // 5/s to 40/s over 4 s is 90 arrivals; the integral at t is 5t + 35t^2/8.
  const auto all = arrivals("constant", {{seconds(0), seconds(4), 5, 40}});
  ASSERT_EQ(all.size(), 90U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double t = static_cast<double>(all[i].count()) / 1e9;
    EXPECT_NEAR(5 * t + 35 * t * t / 8, static_cast<double>(i) + 0.5, 1e-6);
  }
}

TEST(Constant, RampsDownToZeroAndUpFromZero) {
  const auto down = arrivals("constant", {{seconds(0), seconds(10), 20, 0}});
  const auto up = arrivals("constant", {{seconds(0), seconds(10), 0, 20}});
  ASSERT_EQ(down.size(), 100U);
  ASSERT_EQ(up.size(), 100U);
  for (std::size_t i = 0; i < 100; ++i) {
    const auto mirrored = seconds(10) - up[99 - i];
    EXPECT_NEAR(static_cast<double>((down[i] - mirrored).count()), 0, 20);
  }
}

TEST(Constant, KeepsItsSpacingAcrossSegmentsAndRestsInGaps) {
  const auto all = arrivals("constant", {{seconds(0), seconds(1), 10, 10},
                                         {seconds(1), seconds(1), 20, 20},
                                         {seconds(5), seconds(1), 10, 10}});
  ASSERT_EQ(all.size(), 40U);
  EXPECT_EQ(all[9], milliseconds(950));
  EXPECT_EQ(all[10], milliseconds(1025));
  EXPECT_EQ(all[29], milliseconds(1975));
  EXPECT_EQ(all[30], milliseconds(5050));
}

TEST(Poisson, HasTheMeanAndTheVarianceOfItsRate) {
  const int runs = 200;
  double sum = 0;
  double squares = 0;
  for (int run = 0; run < runs; ++run) {
    const auto count = static_cast<double>(
        arrivals("poisson", {{seconds(0), seconds(10), 0, 40}}, static_cast<std::uint64_t>(run))
            .size());
    sum += count;
    squares += count * count;
  }
  const double mean = sum / runs;
  const double variance = squares / runs - mean * mean;
  // 200 expected: the mean of 200 runs within four standard errors, the variance within 45 %.
  EXPECT_NEAR(mean, 200, 4 * std::sqrt(200.0 / runs));
  EXPECT_NEAR(variance, 200, 90);
}

TEST(Poisson, GapsAreExponential) {
  const auto all = arrivals("poisson", {{seconds(0), seconds(1000), 20, 20}});
  std::size_t over_mean = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    ASSERT_GE(all[i], all[i - 1]);
    over_mean += all[i] - all[i - 1] > milliseconds(50) ? 1U : 0U;
  }
  const double share = static_cast<double>(over_mean) / static_cast<double>(all.size() - 1);
  EXPECT_NEAR(share, std::exp(-1.0), 0.015);
}

TEST(Poisson, ASeedRepeats) {
  const std::vector<RateSegment> plan{{seconds(0), seconds(5), 50, 100}};
  EXPECT_EQ(arrivals("poisson", plan, 7), arrivals("poisson", plan, 7));
  EXPECT_NE(arrivals("poisson", plan, 7), arrivals("poisson", plan, 8));
}

TEST(Workloads, NothingFromNothing) {
  EXPECT_TRUE(arrivals("constant", {}).empty());
  EXPECT_TRUE(arrivals("poisson", {{seconds(0), seconds(5), 0, 0}}).empty());
}

TEST(RatePlan, KnowsItsEndAndTotal) {
  const RatePlan plan({{seconds(1), seconds(4), 5, 40}});
  EXPECT_EQ(plan.end(), seconds(5));
  EXPECT_DOUBLE_EQ(plan.total(), 90);
}

}  // namespace
}  // namespace hubsim::loadgen
