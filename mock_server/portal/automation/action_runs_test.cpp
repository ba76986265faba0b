// Durations as an action's answer has them.
#include "mock_server/portal/automation/action_runs.h"

#include <gtest/gtest.h>

namespace hubsim::portal {
namespace {

using namespace std::chrono_literals;

TEST(IsoDuration, PartsAreAdded) {
  EXPECT_EQ(parse_iso_duration("PT15M"), Duration(15min));
  EXPECT_EQ(parse_iso_duration("P1WT1H"), Duration(169h));
  EXPECT_EQ(parse_iso_duration("P7DT12H"), Duration(180h));
  EXPECT_EQ(parse_iso_duration("P1M"), Duration(720h));
  EXPECT_EQ(parse_iso_duration("PT1M"), Duration(1min));
}

TEST(IsoDuration, OtherTextsAreNone) {
  for (const char* text : {"", "P", "PT", "P1", "1D", "P1H", "PT1D", "P-1D", "P1.5D", "a week"}) {
    EXPECT_FALSE(parse_iso_duration(text)) << text;
  }
}

TEST(IsoDuration, TooLongIsCutNotOverflown) {
  const auto longest = parse_iso_duration("P18446744073709551615Y");
  ASSERT_TRUE(longest);
  EXPECT_EQ(*longest, parse_iso_duration("P99999999YT99999999H"));
  EXPECT_GT(*longest, Duration(std::chrono::days(300'000)));
}

}  // namespace
}  // namespace hubsim::portal
