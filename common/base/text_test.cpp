#include "common/base/text.h"

#include <gtest/gtest.h>

namespace hubsim {
namespace {

TEST(Text, ParsesOnlyWholeNumbers) {
  EXPECT_EQ(parse_int("-12"), -12);
  EXPECT_EQ(parse_uint("12"), 12U);
  EXPECT_FALSE(parse_uint("-1"));
  EXPECT_FALSE(parse_int("12 "));
  EXPECT_FALSE(parse_int(""));
  EXPECT_FALSE(parse_int("99999999999999999999"));
  EXPECT_FALSE(parse_double("nan"));
  EXPECT_EQ(parse_double("2.5e3"), 2500.0);
}

TEST(Text, NearestNameNeedsToBeNear) {
  const std::vector<std::string> known{"phases", "faults", "traffic"};
  EXPECT_EQ(nearest_name("phaess", known), "phases");
  EXPECT_EQ(nearest_name("zzzzzzzz", known), "");
  EXPECT_EQ(did_you_mean("fault", known), " (did you mean 'faults'?)");
}

TEST(Text, PercentDecodingKeepsBrokenEscapes) {
  EXPECT_EQ(percent_decode("a%40b%2"), "a@b%2");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_EQ(percent_decode("%zz"), "%zz");
}

TEST(Text, PercentEncodingKeepsWhatIsSafeAndComesBack) {
  EXPECT_EQ(percent_encode("a b&c=d/\xc3\xa9~"), "a%20b%26c%3Dd%2F%C3%A9%7E");
  EXPECT_EQ(percent_encode("a~b/c", "~/"), "a~b/c");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    all += static_cast<char>(byte);
  }
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
}

TEST(Text, GlobMatchesTheWholeText) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("a*c*e", "abcde"));
  EXPECT_TRUE(glob_matches("*aab", "aaaab"));
  EXPECT_TRUE(glob_matches("/crm/**", "/crm/v3"));
  EXPECT_FALSE(glob_matches("a*c", "abd"));
  EXPECT_FALSE(glob_matches("", "a"));
  EXPECT_FALSE(glob_matches("GET", "GETS"));
}

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b", ',').size(), 3U);
  EXPECT_EQ(split("", ',').size(), 1U);
  EXPECT_EQ(trim(" \t x \n"), "x");
}

}  // namespace
}  // namespace hubsim
