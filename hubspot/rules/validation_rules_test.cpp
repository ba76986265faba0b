#include "hubspot/rules/validation_rules.h"

#include <gtest/gtest.h>

namespace hubsim::hubspot {
namespace {

using namespace std::chrono_literals;

const Instant now = Instant(std::chrono::sys_days(std::chrono::March / 20 / 2026)) + 9h;

struct Example {
  std::string_view rule;
  std::vector<std::string> arguments;
  std::string_view fine;
  std::string_view broken;
  std::string_view type = "string";
  std::string_view field_type = "text";
};

Result<ValidationRule> make(const Example& each, bool normalises = false) {
  PropertyFact fact{.name = "p"};
  fact.type = each.type;
  fact.field_type = each.field_type;
  return ValidationRule::make(fact, each.rule, each.arguments, normalises);
}

const std::vector<Example> examples{
    {"AFTER_DATETIME_DURATION",
     {"PT2H"},
     "2026-03-20T11:00:00Z",
     "2026-03-20T10:59:59Z",
     "datetime",
     "date"},
    {"AFTER_DURATION", {"P7D"}, "2026-03-27", "2026-03-26", "date", "date"},
    {"ALPHANUMERIC", {"ALPHANUMERIC"}, "abc1", "a b"},
    {"ALPHANUMERIC", {"ALPHA_ONLY"}, "abcé", "abc1"},
    {"ALPHANUMERIC", {"NUMERIC_ONLY"}, "123", "12a"},
    {"BEFORE_DATETIME_DURATION",
     {"P1M"},
     "2026-02-20T09:00:00Z",
     "2026-02-20T09:00:01Z",
     "datetime",
     "date"},
    {"BEFORE_DURATION", {"P1Y"}, "2025-03-20", "2025-03-21", "date", "date"},
    {"DAYS_OF_WEEK", {"MONDAY", "FRIDAY"}, "2026-03-20", "2026-03-21", "date", "date"},
    {"DECIMAL", {"2"}, "10.25", "10.255", "number", "number"},
    {"DECIMAL", {"0"}, "1.5e1", "1e-1", "number", "number"},
    {"DOMAIN", {}, "example.org", "example"},
    {"EMAIL", {}, "ada@example.org", "ada"},
    {"EMAIL_ALLOWED_DOMAINS", {"a.com", "b.com"}, "x@B.com", "x@c.com"},
    {"EMAIL_BLOCKED_DOMAINS", {"a.com"}, "x@b.com", "x@a.com"},
    {"END_DATE", {"1640995200000"}, "2022-01-01", "2022-01-02", "date", "date"},
    {"END_DATETIME",
     {"1640995200000"},
     "2022-01-01T00:00:00Z",
     "2022-01-01T00:00:01Z",
     "datetime",
     "date"},
    {"FORMAT", {"UPPER"}, "ABC 1", "Abc"},
    {"FORMAT", {"LOWER"}, "abc", "aBc"},
    {"FORMAT", {"CAPITALIZATION"}, "Ada Lovelace", "Ada lovelace"},
    {"MAX_LENGTH", {"3"}, "äöü", "abcd"},
    {"MAX_NUMBER", {"99.99"}, "99.99", "100", "number", "number"},
    {"MIN_LENGTH", {"3"}, "abc", "äö"},
    {"MIN_NUMBER", {"-10.5"}, "-10.5", "-11", "number", "number"},
    {"PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE",
     {},
     "+1 (555) 123-4567",
     "555-1234567",
     "string",
     "phonenumber"},
    {"PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE",
     {"de"},
     "+49 30 123456",
     "+1 555 1234567",
     "string",
     "phonenumber"},
    {"REGEX", {"^[A-Z]+$", "Must be uppercase"}, "ABC", "ABc"},
    {"SPECIAL_CHARACTERS", {"NOT_ALLOWED"}, "a b 1", "a-b"},
    {"START_DATE", {"1640995200000"}, "2022-01-01", "2021-12-31", "date", "date"},
    {"START_DATETIME",
     {"1640995200000"},
     "2022-01-01T00:00:00Z",
     "2021-12-31T23:59:59Z",
     "datetime",
     "date"},
    {"URL", {}, "https://example.org/a?b", "example.org"},
    {"URL_ALLOWED_DOMAINS", {"hubspot.com"}, "https://app.hubspot.com", "https://hubspot.co"},
    {"URL_BLOCKED_DOMAINS", {"spam.com"}, "https://ham.com", "http://spam.com/x"},
    {"WHITESPACE", {}, "ab", "a b"},
    {"WHITESPACE", {"TRIM"}, "a b", " ab"}};

TEST(ValidationRule, each_type_tells_good_from_bad) {
  for (const Example& each : examples) {
    const auto rule = make(each);
    ASSERT_TRUE(rule.ok()) << each.rule << " " << rule.error();
    EXPECT_EQ(rule->complaint(each.fine, now), std::nullopt) << each.rule << " " << each.fine;
    EXPECT_TRUE(rule->complaint(each.broken, now)) << each.rule << " " << each.broken;
  }
}

TEST(ValidationRule, refuses_what_does_not_fit) {
  for (const Example& each : std::initializer_list<Example>{
           {"NOTHING", {}, "", ""},
           {"MAX_LENGTH", {"0"}, "", ""},
           {"MAX_LENGTH", {"10001"}, "", ""},
           {"MAX_LENGTH", {}, "", ""},
           {"MAX_LENGTH", {"5"}, "", "", "number", "number"},
           {"MAX_LENGTH", {"5"}, "", "", "string", "html"},
           {"DECIMAL", {"21"}, "", "", "number", "number"},
           {"DAYS_OF_WEEK", {"Monday"}, "", "", "date", "date"},
           {"AFTER_DURATION", {"7D"}, "", "", "date", "date"},
           {"AFTER_DURATION", {"P9999Y9999Y"}, "", "", "date", "date"},
           {"REGEX", {"(?<=a)b"}, "", ""},
           {"REGEX", {"(a{1000}){1000}"}, "", ""},
           {"URL_ALLOWED_DOMAINS", std::vector<std::string>(21, "a.com"), "", ""},
           {"WHITESPACE", {"SOME"}, "", ""}}) {
    EXPECT_FALSE(make(each).ok()) << each.rule << " " << each.type;
  }
}

TEST(ValidationRule, says_what_the_regular_expression_says) {
  const auto rule = make({"REGEX", {"^[A-Z]+$", "Must be uppercase"}, "", ""});
  ASSERT_TRUE(rule.ok());
  EXPECT_EQ(rule->complaint("a", now), "Must be uppercase");
}

TEST(ValidationRule, normalises_case_and_white_space) {
  EXPECT_EQ(make({"FORMAT", {"UPPER"}, "", ""}, true)->normalised("abc"), "ABC");
  EXPECT_EQ(make({"FORMAT", {"UPPER"}, "", ""})->normalised("abc"), "abc");
  EXPECT_EQ(make({"WHITESPACE", {"TRIM"}, "", ""}, true)->normalised(" a b "), "a b");
  EXPECT_EQ(make({"WHITESPACE", {}, "", ""}, true)->normalised(" a b "), "ab");
}

TEST(ValidationRule, periods_keep_to_the_calendar) {
  const Instant end_of_january(std::chrono::sys_days(std::chrono::January / 31 / 2026));
  EXPECT_EQ(shifted(end_of_january, "P1M", 1),
            Instant(std::chrono::sys_days(std::chrono::February / 28 / 2026)));
  EXPECT_EQ(shifted(end_of_january, "P1Y2W", -1),
            Instant(std::chrono::sys_days(std::chrono::January / 17 / 2025)));
  EXPECT_EQ(shifted(end_of_january, "P1DT", 1), std::nullopt);
  EXPECT_EQ(shifted(end_of_january, "P", 1), std::nullopt);
}

TEST(ValidationRule, names_are_sorted) {
  const auto names = rule_type_names();
  EXPECT_EQ(names.size(), 27U);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

}  // namespace
}  // namespace hubsim::hubspot
