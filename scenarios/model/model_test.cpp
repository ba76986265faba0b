#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(Kinds, HelpNamesEveryField) {
  const std::string help = family_help(test_kinds().checks);
  EXPECT_NE(help.find("calls_per_change: thrift"), std::string::npos);
  EXPECT_NE(help.find("within"), std::string::npos);
}

}  // namespace
}  // namespace hubsim::scenarios
