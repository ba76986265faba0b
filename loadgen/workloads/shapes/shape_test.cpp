#include "loadgen/workloads/shapes/shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubsim::loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

std::vector<RateSegment> pieces(const char* text, double from, double to, nanoseconds length) {
  auto made = make_shape(text, {from, to, length, {}});
  EXPECT_TRUE(made.ok()) << made.error();
  return made.ok() ? *made : std::vector<RateSegment>{};
}

/// No gaps, no overlaps, the whole span.
void expect_whole(const std::vector<RateSegment>& all, nanoseconds length) {
  nanoseconds at{0};
  for (const RateSegment& piece : all) {
    EXPECT_EQ(piece.start, at);
    EXPECT_GE(piece.from_per_s, 0);
    at = piece.start + piece.length;
  }
  EXPECT_EQ(at, length);
}

TEST(Shapes, StepsStandAtBothEnds) {
  const auto all = pieces("steps(4)", 10, 40, seconds(8));
  expect_whole(all, seconds(8));
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].from_per_s, 10);
  EXPECT_EQ(all[1].from_per_s, 20);
  EXPECT_EQ(all[3].to_per_s, 40);
  EXPECT_EQ(RatePlan(all).total(), (10 + 20 + 30 + 40) * 2);
}

TEST(Shapes, ASpikeLeavesTheLineAsItWas) {
  const auto all = pieces("spike(200/s, 2s, 500ms)", 20, 60, seconds(4));
  expect_whole(all, seconds(4));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_DOUBLE_EQ(all[0].to_per_s, 40);
  EXPECT_DOUBLE_EQ(all[1].to_per_s, 200);
  EXPECT_DOUBLE_EQ(all[2].from_per_s, 45);
  EXPECT_DOUBLE_EQ(RatePlan(all).total(), 30 * 2 + 200 * 0.5 + 52.5 * 1.5);
  EXPECT_EQ(pieces("spike(200/s, 2s, 2s)", 20, 20, seconds(4)).size(), 2U);
}

TEST(Shapes, ASineKeepsItsMeanOverWholePeriods) {
  const auto all = pieces("sine(2s, 50%)", 100, 100, seconds(10));
  expect_whole(all, seconds(10));
  EXPECT_NEAR(RatePlan(all).total(), 1000, 1e-6);
  double highest = 0;
  double lowest = 1000;
  for (const RateSegment& piece : all) {
    highest = std::max(highest, piece.from_per_s);
    lowest = std::min(lowest, piece.from_per_s);
  }
  EXPECT_NEAR(highest, 150, 0.1);
  EXPECT_NEAR(lowest, 50, 0.1);
}

TEST(Shapes, LinearIsOnePiece) { EXPECT_EQ(pieces("linear", 5, 40, seconds(4)).size(), 1U); }

TEST(Shapes, SayWhatIsWrong) {
  const auto error = [](const char* text) {
    const auto made = make_shape(text, {10, 10, seconds(4), {}});
    return made.ok() ? std::string("accepted") : made.error();
  };
  EXPECT_THAT(error("step(3)"), HasSubstr("did you mean 'steps'"));
  EXPECT_THAT(error("steps"), HasSubstr("write it as steps(5)"));
  EXPECT_THAT(error("steps(x)"), HasSubstr("number of steps"));
  EXPECT_THAT(error("steps(1)"), HasSubstr("number of steps"));
  EXPECT_THAT(error("spike(200, 1s, 1s)"), HasSubstr("no rate such as"));
  EXPECT_THAT(error("spike(200/s, 3s, 2s)"), HasSubstr("after its span"));
  EXPECT_THAT(error("sine(10, 50%)"), HasSubstr("no time such as"));
  EXPECT_THAT(error("sine(1s, 200%)"), HasSubstr("no share"));
  EXPECT_THAT(error("sine(1us, 20%)"), HasSubstr("too short"));
  EXPECT_THAT(error("sine(1s, 20%"), HasSubstr("closing bracket"));
  EXPECT_THAT(shapes_help(), HasSubstr("spike(200/s, 5s, 2s)"));
}

}  // namespace
}  // namespace hubsim::loadgen
