#include "hubspot/rules/property_values.h"

#include <gtest/gtest.h>

namespace hubsim::hubspot {
namespace {

PropertyFact fact(std::string type, std::string field_type = "text", std::string name = "p") {
  return {.name = std::move(name), .type = std::move(type), .field_type = std::move(field_type)};
}

std::string stored(const PropertyFact& property, std::string_view raw) {
  const auto value = normalise(property, raw);
  return value.ok() ? *value : "refused " + value.error().code;
}

std::string refusal(const PropertyFact& property, std::string_view raw) {
  const auto value = normalise(property, raw);
  return value.ok() ? "stored " + *value : value.error().message;
}

PropertyFact choice(std::string field_type) {
  PropertyFact property = fact("enumeration", std::move(field_type));
  property.options = {{.label = "A", .value = "a"}, {.label = "B", .value = "b"}};
  return property;
}

TEST(PropertyValues, email_is_stored_in_lower_case_without_blanks) {
  const PropertyFact email = fact("string", "text", "email");
  EXPECT_EQ(stored(email, " Ada@Example.ORG "), "ada@example.org");
  EXPECT_EQ(refusal(email, "an_invalid_email"), "Email address an_invalid_email is invalid");
  for (const char* bad : {"a@b", "@b.org", "a@", "a b@c.org", "a@b..org", ".a@b.org", "a@-b.org",
                          "a@b.c", "a@@b.org", "a..b@c.org"}) {
    EXPECT_EQ(stored(email, bad), "refused INVALID_EMAIL") << bad;
  }
  EXPECT_EQ(stored(email, "o'brien+tag@mail.example.co.uk"), "o'brien+tag@mail.example.co.uk");
}

TEST(PropertyValues, a_custom_property_named_email_is_plain_text) {
  PropertyFact email = fact("string", "text", "email");
  email.hubspot_defined = false;
  EXPECT_EQ(stored(email, "Not One"), "Not One");
}

TEST(PropertyValues, domain_is_normalised) {
  const PropertyFact domain = fact("string", "text", "domain");
  EXPECT_EQ(stored(domain, "https://WWW.Example.com/path?q"), "example.com");
  EXPECT_EQ(stored(domain, "example.com:8080"), "example.com");
}

TEST(PropertyValues, numbers_are_kept_as_given) {
  const PropertyFact number = fact("number", "number");
  EXPECT_EQ(stored(number, "5000.00"), "5000.00");
  EXPECT_EQ(stored(number, "3000"), "3000");
  EXPECT_EQ(stored(number, "1e6"), "1e6");
  EXPECT_EQ(stored(number, ""), "");
  for (const char* bad : {"discount", "nan", "inf", "1,5", " 5", "5 ", "0x10"}) {
    EXPECT_EQ(stored(number, bad), "refused INVALID_INTEGER") << bad;
  }
  EXPECT_EQ(refusal(number, "discount"), "discount was not a valid number.");
}

TEST(PropertyValues, dates_are_days) {
  const PropertyFact date = fact("date", "date");
  EXPECT_EQ(stored(date, "2024-02-29"), "2024-02-29");
  EXPECT_EQ(stored(date, "1709164800000"), "2024-02-29");
  EXPECT_EQ(refusal(date, "1555555555555"), "1555555555555 is at 2:45:55.555 UTC, not midnight!");
  EXPECT_EQ(stored(date, "tomorrow"), "refused INVALID_DATE");
  EXPECT_EQ(stored(date, "2023-02-29"), "refused INVALID_DATE");
  EXPECT_EQ(stored(date, "99999999999999999"), "refused INVALID_DATE");
}

TEST(PropertyValues, datetimes_are_iso) {
  const PropertyFact datetime = fact("datetime", "date");
  EXPECT_EQ(stored(datetime, "1659970342808"), "2022-08-08T14:52:22.808Z");
  EXPECT_EQ(stored(datetime, "2022-08-08T16:52:22.808+02:00"), "2022-08-08T14:52:22.808Z");
  EXPECT_EQ(refusal(datetime, "invalid"), "invalid was not a valid long.");
  EXPECT_EQ(stored(datetime, " 1659970342808"), "refused INVALID_LONG");
}

TEST(PropertyValues, options_are_exact) {
  EXPECT_EQ(stored(choice("select"), "a"), "a");
  EXPECT_EQ(refusal(choice("select"), "A"), "A was not one of the allowed options: [a, b]");
  PropertyFact owner = fact("enumeration", "select");
  owner.external_options = true;
  EXPECT_EQ(stored(owner, "31871817"), "31871817");
}

TEST(PropertyValues, checkboxes_are_sets) {
  const PropertyFact boxes = choice("checkbox");
  EXPECT_EQ(stored(boxes, "b;a;b"), "b;a");
  EXPECT_EQ(stored(boxes, "a;c"), "refused INVALID_OPTION");
  EXPECT_EQ(append_options(boxes, "a", stored(boxes, ";b;a")), "a;b");
  EXPECT_EQ(append_options(boxes, "a", stored(boxes, "b")), "b");
}

TEST(PropertyValues, booleans_take_any_case) {
  EXPECT_EQ(stored(fact("bool", "booleancheckbox"), "TRUE"), "true");
  EXPECT_EQ(stored(fact("bool", "booleancheckbox"), "yes"), "refused INVALID_OPTION");
}

TEST(PropertyValues, read_only_values_are_refused) {
  PropertyFact property = fact("number", "number", "hs_object_id");
  property.read_only_value = true;
  EXPECT_EQ(refusal(property, "1"),
            "\"hs_object_id\" is a read only property; its value cannot be set.");
  property.calculated = true;
  EXPECT_EQ(stored(property, ""), "refused READ_ONLY_VALUE");
}

TEST(PropertyValues, length_counts_characters) {
  const PropertyFact text = fact("string", "textarea");
  std::string wide;
  for (std::size_t i = 0; i < max_value_length; ++i) {
    wide += "é";
  }
  EXPECT_EQ(stored(text, wide), wide);
  EXPECT_EQ(stored(text, wide + "x"), "refused PROPERTY_VALUE_TOO_LONG");
}

}  // namespace
}  // namespace hubsim::hubspot
