#include "contract_tests/runner/pattern.h"

#include <gtest/gtest.h>

namespace hubsim::contract {
namespace {

std::string match(std::string_view pattern, std::string_view actual) {
  return mismatch(json::parse(pattern).value(), json::parse(actual).value());
}

TEST(Pattern, objects_are_exact_unless_open) {
  EXPECT_EQ(match(R"({"a":1})", R"({"a":1})"), "");
  EXPECT_EQ(match(R"({"a":1})", R"({"a":1,"b":2})"), "/b: not expected, got 2");
  EXPECT_EQ(match(R"({"a":1,"...":1})", R"({"a":1,"b":2})"), "");
  EXPECT_NE(match(R"({"a":1})", R"({"a":2})"), "");
  EXPECT_NE(match(R"({"a":1})", R"({})"), "");
  EXPECT_NE(match(R"({"a":1})", R"([])"), "");
  EXPECT_EQ(match(R"({"a":"#absent"})", R"({})"), "");
  EXPECT_NE(match(R"({"a":"#absent"})", R"({"a":null})"), "");
}

TEST(Pattern, wildcards) {
  EXPECT_EQ(match(R"("#digits")", R"("123")"), "");
  EXPECT_NE(match(R"("#digits")", "123"), "");
  EXPECT_NE(match(R"("#digits")", R"("")"), "");
  EXPECT_EQ(match(R"("#number")", "123"), "");
  EXPECT_NE(match(R"("#number")", R"("123")"), "");
  EXPECT_EQ(match(R"("#time")", R"("2024-10-23T22:42:36.650Z")"), "");
  EXPECT_EQ(match(R"("#time")", R"("1970-01-01T00:00:00Z")"), "");
  EXPECT_NE(match(R"("#time")", R"("1970-01-01T00:00:00.000Z")"), "");
  EXPECT_NE(match(R"("#time")", R"("2024-10-23")"), "");
  EXPECT_EQ(match(R"("#uuid")", R"("019db072-4de9-7373-b65a-ca9c870fc7f9")"), "");
  EXPECT_NE(match(R"("#uuid")", R"("019db0724de97373b65aca9c870fc7f9xxxx")"), "");
  EXPECT_EQ(match(R"("#has:ell")", R"("hello")"), "");
  EXPECT_NE(match(R"("#has:elk")", R"("hello")"), "");
  EXPECT_NE(match(R"("#any thing")", R"("hello")"), "");
}

TEST(Pattern, arrays_sets_and_each) {
  EXPECT_EQ(match("[1,2]", "[1,2]"), "");
  EXPECT_NE(match("[1,2]", "[2,1]"), "");
  EXPECT_EQ(match(R"(["#set",1,2])", "[2,1]"), "");
  EXPECT_NE(match(R"(["#set",1,1])", "[2,1]"), "");
  EXPECT_NE(match(R"(["#set",1])", "[2,1]"), "");
  EXPECT_EQ(match(R"(["#each",{"a":"#number"}])", R"([{"a":1},{"a":2}])"), "");
  EXPECT_NE(match(R"(["#each",{"a":"#number"}])", R"([{"a":1},{"a":"2"}])"), "");
}

TEST(Pattern, variables) {
  const Variables variables{{"id", "7"}};
  EXPECT_EQ(substitute_text("/x/${id}?${other}", variables), "/x/7?${other}");
  EXPECT_EQ(json::dump(substitute(json::parse(R"({"a":["${id}",1]})").value(), variables)),
            R"({"a":["7",1]})");
}

}  // namespace
}  // namespace hubsim::contract
