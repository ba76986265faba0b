#include "mock_server/portal/property_history.h"

#include <gtest/gtest.h>

namespace hubsim::portal {
namespace {

using namespace std::chrono_literals;

Record version(const std::string& value, Instant at) {
  return {.id = 7, .created_at = Instant(0s), .updated_at = at, .values = {{3, value}}};
}

TEST(PropertyHistory, AValueSetAtBirthIsImplied) {
  const PropertyHistory history(20);
  const auto entries = history.of(version("a", Instant(0s)), 3);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].value, "a");
  EXPECT_EQ(entries[0].at, Instant(0s));
  EXPECT_TRUE(history.of(version("a", Instant(0s)), 4).empty()) << "it never had a value";
}

TEST(PropertyHistory, IsNewestFirstAndKeepsTheFirst) {
  PropertyHistory history(20);
  const PropertyIndex changed[] = {3};
  history.add(version("a", Instant(0s)), version("b", Instant(5s)), changed, 1);
  history.add(version("b", Instant(5s)), version("", Instant(9s)), changed, 2);
  const auto entries = history.of(version("", Instant(9s)), 3);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].value, "");
  EXPECT_EQ(entries[0].source, 2);
  EXPECT_EQ(entries[1].value, "b");
  EXPECT_EQ(entries[2].value, "a");
  EXPECT_EQ(history.since(version("", Instant(9s)), 3), Instant(9s));
}

TEST(PropertyHistory, ForgetsTheOldestBeyondItsLimitAndCopiesAreIndependent) {
  PropertyHistory history(3);
  const PropertyIndex changed[] = {3};
  for (int i = 0; i < 9; ++i) {
    history.add(version(std::to_string(i), {}), version(std::to_string(i + 1), {}), changed, 0);
  }
  const PropertyHistory copy = history;
  history.add(version("9", {}), version("10", {}), changed, 0);
  EXPECT_EQ(history.of(version("10", {}), 3).size(), 3U);
  EXPECT_EQ(history.of(version("10", {}), 3)[0].value, "10");
  EXPECT_EQ(copy.of(version("9", {}), 3)[0].value, "9");
}

}  // namespace
}  // namespace hubsim::portal
