#include "reports/model/run_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "reports/model/sample_run.h"

namespace hubsim::reports {
namespace {

using testing::HasSubstr;

TEST(RunResult, SurvivesTheWayThroughJson) {
  const Json written = to_json(sample_run());
  const auto read = from_json(json::parse(json::dump(written)).value());
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(to_json(*read), written);
  EXPECT_EQ(read->requirements.at(0).verdict, RequirementVerdict::fail);
  EXPECT_EQ(read->requirements.at(0).margin, std::nullopt);
  EXPECT_EQ(read->timeline.at(0).values.at(2), std::nullopt);
  EXPECT_EQ(read->operations.at(0).statuses.at("429"), 15U);
}

TEST(RunResult, TheSampleLeavesNoListEmpty) {
  const Json written = to_json(sample_run());
  for (const auto& [name, member] : written.items()) {
    EXPECT_FALSE(member.empty()) << name << " would not be tested";
  }
}

TEST(RunResult, NamesThePlaceOfAProblem) {
  Json value = to_json(sample_run());
  value["drivers"][0]["phases"][0]["sent"] = "many";
  EXPECT_THAT(from_json(value).error(), HasSubstr("/drivers/0/phases/0/sent: expected a whole"));
  value = to_json(sample_run());
  value["verdict"] = "MAYBE";
  EXPECT_THAT(from_json(value).error(), HasSubstr("/verdict: 'MAYBE'"));
  value = to_json(sample_run());
  value.erase("phases");
  EXPECT_THAT(from_json(value).error(), HasSubstr("'phases' is missing"));
}

TEST(RunResult, ReadsRunsThatKnowNothingOfBehaviourAndComparison) {
  Json value = to_json(sample_run());
  value.erase("behaviour");
  value.erase("comparison");
  const auto read = from_json(value);
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_FALSE(read->behaviour || read->comparison);
}

TEST(RunResult, ReadsAFileThatIsOlderThanAMember) {
  Json value = to_json(sample_run());
  for (const char* name : {"statuses", "cpu_us_per_request"}) {
    value["drivers"][0].erase(name);
  }
  value["drivers"][0]["phases"][0].erase("first_byte");
  const auto read = from_json(value);
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(read->drivers.at(0).phases.at(0).first_byte.count, 0U);
  EXPECT_EQ(read->drivers.at(0).phases.at(0).unknown, 1U);
  value["drivers"][0]["phases"][0]["unknown"] = "one";
  EXPECT_THAT(from_json(value).error(), HasSubstr("/drivers/0/phases/0/unknown: expected a whole"));
}

TEST(RunResult, RefusesAnotherFormat) {
  Json value = to_json(sample_run());
  value["format"] = run_format_version + 1;
  EXPECT_THAT(from_json(value).error(), HasSubstr("format 2"));
  EXPECT_FALSE(from_json(Json::object()).ok());
  EXPECT_FALSE(from_json(Json::array()).ok());
}

TEST(RunResult, WritesWhatIsNoNumberAsNull) {
  RunResult run = sample_run();
  run.requirements[0].margin = std::nan("");
  EXPECT_TRUE(to_json(run)["requirements"][0]["margin"].is_null());
}

}  // namespace
}  // namespace hubsim::reports
