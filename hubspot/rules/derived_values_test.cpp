#include "hubspot/rules/derived_values.h"

#include <gtest/gtest.h>

#include <map>

namespace hubsim::hubspot {
namespace {

std::string derived(std::string_view kind, std::map<std::string, std::string, std::less<>> values) {
  return derive(kind,
                [&](std::string_view name) -> std::optional<std::string> {
                  const auto found = values.find(name);
                  return found == values.end() ? std::nullopt : std::optional(found->second);
                })
      .value_or("(none)");
}

TEST(DerivedValues, FromOneOtherProperty) {
  EXPECT_EQ(derived("property:amount", {{"amount", "7"}}), "7");
  EXPECT_EQ(derived("property:amount", {}), "(none)");
  EXPECT_EQ(derived("property:amount", {{"amount", ""}}), "(none)");
  EXPECT_EQ(derived("value_is:outcome:DONE:1:0", {{"outcome", "DONE"}}), "1");
  EXPECT_EQ(derived("value_is:outcome:DONE:1:0", {{"outcome", "OPEN"}}), "0");
  EXPECT_EQ(derived("value_is:outcome:DONE:1:0", {}), "0");
  EXPECT_FALSE(is_derived_kind("value_is:outcome:DONE"));
  EXPECT_FALSE(is_derived_kind("deal_is:closed:1:0"));
}

}  // namespace
}  // namespace hubsim::hubspot
