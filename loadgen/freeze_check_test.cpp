#include "loadgen/freeze_check.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/time/clock.h"

namespace hubsim::loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// A thousand a second for ten seconds, the server frozen from 4 s to 6 s.
std::vector<nanoseconds> ten_seconds() {
  std::vector<nanoseconds> all;
  for (int i = 0; i < 10'000; ++i) {
    all.push_back(milliseconds(i));
  }
  return all;
}

bool all_good(const std::vector<SelfTestRow>& rows) {
  return std::all_of(rows.begin(), rows.end(), [](const SelfTestRow& row) { return row.good; });
}

TEST(SelfTest, KnowsTheTruthOfAFreeze) {
  const auto truth = frozen_truth(ten_seconds(), seconds(4), seconds(6));
  stats::Histogram reported;
  for (const nanoseconds wait : truth) {
    reported.record(wait + milliseconds(1));
  }
  const auto rows = compare_with_truth(reported, truth, milliseconds(20));
  EXPECT_TRUE(all_good(rows));
  EXPECT_EQ(rows[0].truth, nanoseconds(0));                             // p50
  EXPECT_NEAR(static_cast<double>(rows[2].truth.count()), 1e9, 2e6);    // p90
  EXPECT_NEAR(static_cast<double>(rows[3].truth.count()), 1.9e9, 2e6);  // p99
}

// What a closed loop on sixteen connections would have recorded: one long wait each, and all the
// other arrivals of the two seconds never made.
TEST(SelfTest, WouldCatchAGeneratorThatWaitsForAnswers) {
  stats::Histogram blind;
  blind.record(milliseconds(1), 8000);
  blind.record(seconds(2), 16);
  EXPECT_FALSE(all_good(compare_with_truth(
      blind, frozen_truth(ten_seconds(), seconds(4), seconds(6)), milliseconds(100))));
}

TEST(SelfTest, WouldCatchAGeneratorThatSawNothing) {
  EXPECT_FALSE(all_good(compare_with_truth({}, {}, milliseconds(100))));
}

TEST(SelfTest, TheEngineIsHonest) {
  SelfTestOptions options;
  options.length = milliseconds(900);
  options.freeze_after = milliseconds(300);
  options.freeze = milliseconds(300);
  options.tolerance = 0.3;  // other tests may run beside this one; ctest runs the strict one alone
  const SelfTestOutcome outcome = run_self_test(options);
  EXPECT_NE(outcome.exit_code, 1) << outcome.text;  // 3: the machine was too busy to tell
  EXPECT_GE(outcome.json["frozen_ms"].get<double>(), 300);
}

}  // namespace
}  // namespace hubsim::loadgen
