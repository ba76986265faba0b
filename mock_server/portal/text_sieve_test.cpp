#include "mock_server/portal/text_sieve.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "common/random/prng.h"

namespace hubsim::portal {
namespace {

TEST(TextSieve, NeverLeavesOutARecordThatContainsTheText) {
  Prng random(7);
  TextSieve sieve;
  std::vector<std::string> texts;
  for (Slot slot = 0; slot < 500; ++slot) {
    texts.push_back(fmt::format("Person{}@Example{}.org", random.below(100'000), random.below(50)));
    sieve.add(slot, texts.back());
  }
  for (Slot slot = 0; slot < 500; ++slot) {
    const std::string part = texts[slot].substr(random.below(8), 3 + random.below(9));
    const auto found = sieve.candidates({part});
    ASSERT_TRUE(found.has_value());
    EXPECT_TRUE(std::binary_search(found->begin(), found->end(), slot)) << part;
  }
}

TEST(TextSieve, NamesFewThatDoNot) {
  TextSieve sieve;
  for (Slot slot = 0; slot < 2'000; ++slot) {
    sieve.add(slot, fmt::format("person{}@example.org", slot));
  }
  const auto found = sieve.candidates({"person1234@"});
  ASSERT_TRUE(found.has_value());
  EXPECT_LT(found->size(), 60U);
}

TEST(TextSieve, CannotTellOfShortWords) {
  TextSieve sieve;
  sieve.add(0, "ada");
  EXPECT_FALSE(sieve.candidates({"ad"}).has_value());
  EXPECT_EQ(sieve.candidates({"ad", "ADA"}), std::vector<Slot>{0});
  EXPECT_EQ(sieve.candidates({"bob"}), std::vector<Slot>{});
}

}  // namespace
}  // namespace hubsim::portal
