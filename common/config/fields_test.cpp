#include "common/config/fields.h"

#include <gtest/gtest.h>

#include "common/config/registry.h"

namespace hubsim::config {
namespace {

using namespace std::chrono_literals;

const Fields table{
    {.name = "share", .type = Type::share, .help = "how many", .default_value = "100%"},
    {.name = "delay", .type = Type::distribution, .help = "how long", .required = true},
    {.name = "status", .type = Type::integer, .help = "code", .min = 400, .max = 599},
    {.name = "shape", .type = Type::text, .help = "form", .choices = {"linear", "step"}},
    {.name = "p99", .type = Type::condition, .help = "bound"},
};

Settings read(const char* text, Problems& problems) {
  return read_settings(table, json::parse(text).value(), "/faults/0", problems);
}

TEST(Settings, ReadsEveryTypeAndDefaults) {
  Problems problems;
  const Settings settings = read(
      R"js({"delay":"uniform(1s, 2s)","status":502,"shape":"step","p99":"< 300ms"})js", problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(settings.share("share"), 1.0);
  EXPECT_EQ(settings.integer("status"), 502);
  EXPECT_TRUE(settings.condition("p99").holds(299.9));
  EXPECT_FALSE(settings.condition("p99").holds(300));
  Prng prng(1);
  const auto draw = settings.distribution("delay").sample(prng);
  EXPECT_GE(draw, 1s);
  EXPECT_LE(draw, 2s);
}

TEST(Settings, ReportsAllProblemsAtOnceWithPointers) {
  Problems problems;
  (void)read(R"({"shar":"1%","status":700,"shape":"liner"})", problems);
  ASSERT_EQ(problems.size(), 4U);
  EXPECT_EQ(problems[0].pointer, "/faults/0/shar");
  EXPECT_NE(problems[0].message.find("did you mean 'share'"), std::string::npos);
  EXPECT_NE(problems[1].message.find("'delay' is missing"), std::string::npos);
  EXPECT_EQ(problems[2].pointer, "/faults/0/status");
  EXPECT_NE(problems[3].message.find("linear"), std::string::npos);
}

TEST(Settings, UnitsAreRequired) {
  EXPECT_FALSE(parse_distribution("200").ok());
  EXPECT_FALSE(parse_distribution("uniform(2s, 1s)").ok());
  EXPECT_FALSE(parse_distribution("").ok());
  EXPECT_FALSE(parse_rate("500"));
  EXPECT_EQ(parse_rate("60/m"), 1.0);
  EXPECT_EQ(parse_share(Json("30%")), 0.3);
  EXPECT_FALSE(parse_share(Json("130%")));
}

TEST(Condition, ABareNumberIsAnUpperBound) {
  const auto zero = parse_condition("0");
  ASSERT_TRUE(zero.ok());
  EXPECT_TRUE(zero->holds(0));
  EXPECT_FALSE(zero->holds(1));
  EXPECT_EQ(parse_condition(">= 200")->text(), ">= 200");
  EXPECT_EQ(parse_condition("<300ms")->text(), "< 300ms");
  EXPECT_FALSE(parse_condition("fast").ok());
}

TEST(Schema, NamesRequiredFieldsAndForbidsOthers) {
  const Json schema = schema_of(table);
  EXPECT_EQ(schema["required"], Json::array({"delay"}));
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["properties"]["status"]["maximum"], 599.0);
  EXPECT_NE(help_of(table).find("share"), std::string::npos);
}

struct Kind {
  std::string name;
};

TEST(Registry, AnswersAnUnknownNameWithTheNearest) {
  Registry<Kind> registry("fault");
  registry.add({"status"});
  registry.add({"reset"});
  EXPECT_TRUE(registry.get("reset").ok());
  EXPECT_NE(registry.get("statsu").error().find("did you mean 'status'"), std::string::npos);
}

}  // namespace
}  // namespace hubsim::config
