#include "loadgen/load_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubsim::loadgen {
namespace {

using ::testing::HasSubstr;

/// A target that keeps its limits up to `capacity`, and a generator that can do up to `able`.
SearchProbe target(double capacity, double able = 1e9, int* asked = nullptr) {
  return [=](double rate) {
    if (asked != nullptr) {
      ++*asked;
    }
    SearchStep step;
    step.rate_achieved = rate;
    step.conclusion.verdict = rate > able       ? LoadVerdict::invalid
                              : rate > capacity ? LoadVerdict::fail
                                                : LoadVerdict::pass;
    return std::optional(step);
  };
}

TEST(Search, FindsTheCapacityFromBelowAndFromAbove) {
  for (const double start : {1.0, 100.0, 5000.0}) {
    int asked = 0;
    const auto result = find_highest_rate({.start_per_s = start}, target(730, 1e9, &asked));
    ASSERT_TRUE(result.highest_per_s) << start;
    EXPECT_LE(*result.highest_per_s, 730);
    EXPECT_GT(*result.highest_per_s, 730 / 1.06) << start;
    EXPECT_LT(asked, 25);
    EXPECT_EQ(exit_code_of(result), 0);
    EXPECT_EQ(to_json(result)["limited_by"], "target");
  }
}

TEST(Search, TellsItsOwnLimitFromTheTargets) {
  const auto result = find_highest_rate({}, target(1e9, 3000));
  ASSERT_TRUE(result.highest_per_s);
  EXPECT_GT(*result.highest_per_s, 2800);
  EXPECT_EQ(to_json(result)["limited_by"], "generator");
  EXPECT_THAT(search_text(result), HasSubstr("no limit of the target's"));
}

TEST(Search, WhatPassedOnceByLuckIsNotReported) {
  int asked_at_100 = 0;
  const SearchProbe lucky = [&](double rate) {
    SearchStep step;
    const bool lucky_once = rate == 100 && ++asked_at_100 == 1;
    step.conclusion.verdict = rate < 90 || lucky_once ? LoadVerdict::pass : LoadVerdict::fail;
    return std::optional(step);
  };
  const auto result = find_highest_rate({.start_per_s = 100, .precision = 0.06}, lucky);
  ASSERT_TRUE(result.highest_per_s);
  EXPECT_LT(*result.highest_per_s, 90);
}

TEST(Search, EndsWhereNothingPasses) {
  const auto none = find_highest_rate({}, target(0));
  EXPECT_FALSE(none.highest_per_s);
  EXPECT_EQ(exit_code_of(none), 1);
  EXPECT_THAT(search_text(none), HasSubstr("no rate kept"));
  const auto highest = find_highest_rate({.most_per_s = 1000}, target(1e9));
  EXPECT_EQ(highest.highest_per_s, 1000);
  EXPECT_THAT(search_text(highest), HasSubstr("went no higher"));
  const auto stopped = find_highest_rate({}, [](double) { return std::optional<SearchStep>(); });
  EXPECT_FALSE(stopped.highest_per_s);
  EXPECT_EQ(exit_code_of(stopped), 3);
}

}  // namespace
}  // namespace hubsim::loadgen
