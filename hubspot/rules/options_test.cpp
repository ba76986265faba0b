#include "hubspot/rules/option_ids.h"

#include <gtest/gtest.h>

#include <set>

namespace hubsim::hubspot {
namespace {

TEST(OptionsTest, TheFirstValueIsTheDefault) {
  const Options options;
  EXPECT_TRUE(options.on(Option::search_eq_ignores_case));
  EXPECT_TRUE(options.is(Option::objects_batch_results, "reversed"));
}

TEST(OptionsTest, SetsByNameAndNamesWhatIsUnknown) {
  Options options;
  EXPECT_TRUE(options.set_text("search.eq_ignores_case=off").ok());
  EXPECT_FALSE(options.on(Option::search_eq_ignores_case));
  const auto unknown = options.set("search.eq_ignore_case", "off");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().find("search.eq_ignores_case"), std::string::npos) << unknown.error();
  const auto bad = options.set("search.eq_ignores_case", "maybe");
  ASSERT_FALSE(bad.ok());
  EXPECT_NE(bad.error().find("on, off"), std::string::npos) << bad.error();
  EXPECT_FALSE(options.set_text("no equals").ok());
}

TEST(OptionsTest, NamesAreUniqueAndEachHasEvidenceAndTwoValues) {
  std::set<std::string_view> names;
  for (const OptionFact& fact : option_facts()) {
    EXPECT_TRUE(names.insert(fact.name).second) << fact.name;
    EXPECT_FALSE(fact.evidence.empty()) << fact.name;
    EXPECT_FALSE(fact.help.empty()) << fact.name;
    const auto values = option_values(fact);
    EXPECT_GE(values.size(), 2U) << fact.name;
    EXPECT_EQ(std::set(values.begin(), values.end()).size(), values.size()) << fact.name;
  }
}

}  // namespace
}  // namespace hubsim::hubspot
