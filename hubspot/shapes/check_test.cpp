#include "hubspot/shapes/check.h"

#include <gtest/gtest.h>

#include <array>

#include "hubspot/catalogue/shape_tables.h"
#include "hubspot/shapes/plausible.h"

namespace hubsim::hubspot {
namespace {

/// {"name": string (required), "size": integer, "state": "OPEN" | "CLOSED"}
struct Tables {
  static constexpr std::string_view pool = "namesizestateOPENCLOSED";
  std::array<PackedShape, 5> shapes{};
  std::array<PackedField, 3> fields{};
  std::array<PackedText, 2> texts{PackedText{13, 4}, PackedText{17, 6}};
  ShapeTables tables{};

  Tables() {
    shapes[1] = {.kind = kind(ShapeKind::object), .first = 0, .count = 3};
    shapes[2] = {.kind = kind(ShapeKind::string)};
    shapes[3] = {.kind = kind(ShapeKind::integer)};
    shapes[4] = {.kind = kind(ShapeKind::string), .first = 0, .count = 2};
    fields[0] = {.name = {0, 4}, .shape = 2, .flags = PackedField::required};
    fields[1] = {.name = {4, 4}, .shape = 3};
    fields[2] = {.name = {8, 5}, .shape = 4};
    tables = {.pool = pool, .shapes = shapes, .fields = fields, .texts = texts};
  }
  static std::uint8_t kind(ShapeKind kind) { return static_cast<std::uint8_t>(kind); }
  [[nodiscard]] Shape object() const { return {tables, 1}; }
};

std::vector<std::string> told(const Json& value, CheckRules rules = {}) {
  static const Tables tables;
  std::vector<std::string> texts;
  for (const ShapeProblem& problem : check_shape(value, tables.object(), rules)) {
    texts.push_back(describe(problem));
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(ShapeCheck, everything_that_is_wrong_is_told) {
  EXPECT_EQ(told({{"size", "many"}, {"state", "AJAR"}}),
            (Texts{"(whole): field 'name' is missing", "/size: wanted integer ",
                   "/state: not one of the known values"}));
}

TEST(ShapeCheck, requests_are_read_as_jackson_does) {
  EXPECT_EQ(told({{"name", 7}, {"size", "12"}, {"state", nullptr}, {"other", 1}}), Texts{});
  EXPECT_EQ(told({{"name", Json::array()}}), Texts{"/name: wanted string "});
}

TEST(ShapeCheck, answers_are_read_exactly) {
  EXPECT_EQ(told({{"name", 7}, {"size", "12"}}, {.lenient = false}),
            (Texts{"/name: wanted string ", "/size: wanted integer "}));
}

TEST(ShapeCheck, unknown_fields_are_told_where_they_are_asked_for) {
  EXPECT_EQ(told({{"name", "x"}, {"a/b", 1}}, {.unknown_fields = true}),
            Texts{"/a~1b: unknown field"});
}

TEST(PlausibleValue, fits_its_shape_and_is_stable) {
  const Tables tables;
  const Hint hint{.name = "", .seed = 5};
  const Json value = plausible_value(tables.object(), hint);
  EXPECT_TRUE(check_shape(value, tables.object(), {.lenient = false}).empty());
  EXPECT_EQ(value, plausible_value(tables.object(), hint));
  EXPECT_EQ(plausible_value(Shape(tables.tables, 4), hint), "OPEN");
}

TEST(PlausibleValue, names_say_what_a_field_holds) {
  EXPECT_EQ(meaning_of("createdAt"), Meaning::created);
  EXPECT_EQ(meaning_of("last_updated"), Meaning::updated);
  EXPECT_EQ(meaning_of("publishDate"), Meaning::time);
  EXPECT_EQ(meaning_of("defaultHostingUrl"), Meaning::url);
  EXPECT_EQ(meaning_of("folderId"), Meaning::id);
  EXPECT_EQ(meaning_of("format"), Meaning::plain);
}

}  // namespace
}  // namespace hubsim::hubspot
