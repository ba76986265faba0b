#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/model/read.h"
#include "scenarios/model/schema.h"
#include "scenarios/model/test_kinds.h"
#include "scenarios/model/variables.h"

namespace hubsim::scenarios {
namespace {

using testing::ElementsAre;

TEST(Variables, AreFoundAndReplacedAndOthersStay) {
  EXPECT_THAT(variables_in("a ${mock.url}/x ${index} ${"), ElementsAre("mock.url", "index"));
  const Variables values{{"mock.url", "http://h"}};
  EXPECT_EQ(substitute("${mock.url}/${index}$", values), "http://h/${index}$");
  EXPECT_EQ(substitute("${mock.url", values), "${mock.url");
  EXPECT_EQ(substitute_in(Json({{"${mock.url}", Json::array({"${mock.url}", 3})}}), values),
            Json({{"${mock.url}", Json::array({"http://h", 3})}}));
}

TEST(Schema, HasOneAlternativeForEachKindAndForbidsOtherKeys) {
  const Json schema = scenario_schema(test_kinds());
  EXPECT_EQ(schema["additionalProperties"], false);
  const Json& faults = schema["properties"]["faults"]["items"]["oneOf"];
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_EQ(faults[0]["properties"]["kind"]["const"], "status");
  EXPECT_EQ(faults[0]["additionalProperties"], false);
  EXPECT_TRUE(faults[0]["properties"].contains("during"));
  EXPECT_EQ(faults[0]["required"], Json::array({"id", "kind", "status"}));
  // A number may be given as a variable, a text may be anything anyway.
  EXPECT_TRUE(faults[0]["properties"]["status"].contains("anyOf"));
  EXPECT_EQ(schema["properties"]["world"]["properties"]["data"]["items"]["required"],
            Json::array({"object_type", "count"}));
}

TEST(Compare, NamesTheRunAndItsGatesAreChecked) {
  Json document = json::parse(R"({"version":1,"name":"n","target":{"url":"http://h"},)"
                              R"("phases":[{"name":"p","length":"1s"}],)"
                              R"("require":[{"id":"r","check":"lost"}],)"
                              R"("compare":{"with":"out/base","gates":{"threshold":"15%"}}})")
                      .value();
  config::Problems problems;
  Scenario scenario = read_scenario(document, test_kinds(), {}, problems);
  ASSERT_TRUE(problems.empty()) << problems.front().pointer << problems.front().message;
  ASSERT_TRUE(scenario.compare);
  EXPECT_EQ(scenario.compare->with, "out/base");
  EXPECT_FALSE(scenario.compare->may_be_missing);
  document["compare"] = {{"missing", "perhaps"}, {"gates", {{"treshold", "15%"}}}};
  (void)read_scenario(document, test_kinds(), {}, problems);
  std::string all;
  for (const config::Problem& problem : problems) {
    all += problem.pointer + ": " + problem.message + "\n";
  }
  EXPECT_THAT(all, testing::HasSubstr("/compare/gates/treshold: unknown key 'treshold' (did you"));
  EXPECT_THAT(all, testing::HasSubstr("/compare/missing: 'perhaps' is not one of fail, ignore"));
  EXPECT_THAT(all, testing::HasSubstr("'with'"));
}

TEST(Kinds, HelpNamesEveryField) {
  const std::string help = family_help(test_kinds().checks);
  EXPECT_NE(help.find("calls_per_change: thrift"), std::string::npos);
  EXPECT_NE(help.find("within"), std::string::npos);
}

}  // namespace
}  // namespace hubsim::scenarios
