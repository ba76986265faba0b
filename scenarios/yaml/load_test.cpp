#include "scenarios/yaml/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/model/test_kinds.h"

namespace hubsim::scenarios {
namespace {

using testing::HasSubstr;

const std::string good = R"(
version: 1
name: small
seed: 7
set: { defect: "", count: 20 }
target:
  command: [./start.sh]
  url: "http://127.0.0.1:${target.port}"
  env: { DEFECT: "${set.defect}", TOKEN: "${mock.access_token}" }
world:
  portal: { tier: starter }
  webhooks: { url: "http://127.0.0.1:${target.port}/hooks", subscriptions: [contact.creation] }
  data:
    - { object_type: contacts, count: "${set.count}" }
phases:
  - { name: import, until: converged, at_most: 20s, measure: false }
  - { name: ramp, length: 4s }
  - { name: storm, length: 6s }
traffic:
  - id: people
    driver: crm_changes
    rate:
      - { during: ramp, from: 5/s, to: 40/s }
      - { during: storm, at: 40/s }
    mix: [{ weight: 1, do: update }]
faults:
  - { id: throttle, kind: status, during: storm, status: 429, share: 25% }
  - { id: crash, kind: process_kill, at: storm + 3s, restart_after: 500ms }
observe:
  - { id: mirror, kind: http_list, url: /people }
require:
  - { id: none_lost, check: lost, at_most: 0 }
)";

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string problems_of(const std::string& text, const ReadOptions& options = {}) {
  const auto loaded = load_scenario(text, "s.yaml", test_kinds(), options);
  std::string all;
  if (!loaded.ok()) {
    for (const Diagnostic& diagnostic : loaded.error()) {
      all += diagnostic.text() + "\n";
    }
  }
  return all;
}

TEST(LoadScenario, ReadsEveryPart) {
  const auto loaded =
      load_scenario(good, "s.yaml", test_kinds(), {.set = {{"defect", "no_retry"}}});
  ASSERT_TRUE(loaded.ok()) << problems_of(good);
  const Scenario& s = *loaded;
  EXPECT_EQ(s.seed, 7U);
  EXPECT_EQ(s.target.env[0].second, "no_retry");
  EXPECT_EQ(s.target.env[1].second, "${mock.access_token}");
  EXPECT_EQ(s.world.tier, "starter");
  EXPECT_EQ(s.world.app, "private");
  EXPECT_EQ(s.world.data[0].count, 20);
  EXPECT_TRUE(s.phases[0].until_converged);
  EXPECT_FALSE(s.phases[0].measure);
  EXPECT_EQ(s.traffic[0].rate[0].to_per_s, 40);
  EXPECT_EQ(s.traffic[0].settings["mix"][0]["do"], "update");
  EXPECT_EQ(s.faults[0].share, 0.25);
  EXPECT_EQ(s.faults[0].settings["status"], 429);
  EXPECT_EQ(s.faults[1].at->offset, std::chrono::seconds(3));
  EXPECT_EQ(s.observe[0].role, "mirror");
  EXPECT_EQ(s.require[0].settings, Json({{"at_most", 0}}));
}

TEST(LoadScenario, NamesPlaceAndNearestKeyOfEveryProblemAtOnce) {
  std::string text = with(good, "share: 25%", "shar: 25%");
  text = with(text, "length: 4s", "length: 4");
  text = with(text, "during: storm, at: 40/s", "during: strom, at: 40/s");
  const std::string problems = problems_of(text);
  EXPECT_THAT(problems, HasSubstr("s.yaml:17:27: expected a time with its unit"));
  EXPECT_THAT(problems, HasSubstr("s.yaml:24:19: unknown phase 'strom' (did you mean 'storm'?)"));
  EXPECT_THAT(problems, HasSubstr("s.yaml:27:63: unknown key 'shar' (did you mean 'share'?)"));
}

TEST(LoadScenario, UnknownKindsNameTheKnownOnes) {
  EXPECT_THAT(problems_of(with(good, "check: lost", "check: lots")),
              HasSubstr("s.yaml:32:29: unknown check 'lots'"));
  EXPECT_THAT(problems_of(with(good, "kind: status", "kind: statsu")),
              HasSubstr("did you mean 'status'"));
}

TEST(LoadScenario, Variables) {
  EXPECT_THAT(problems_of(with(good, "${mock.access_token}", "${mock.acess_token}")),
              HasSubstr("did you mean 'mock.access_token'"));
  EXPECT_THAT(problems_of(with(good, "${set.defect}", "${env.HUBSIM_NOT_SET}")),
              HasSubstr("has no variable 'HUBSIM_NOT_SET'"));
  EXPECT_THAT(problems_of(good, {.set = {{"defct", "x"}}}), HasSubstr("did you mean 'defect'"));
  EXPECT_THAT(problems_of(good, {.set = {{"count", "many"}}}),
              HasSubstr("expected a whole number"));
}

TEST(LoadScenario, RefusesWhatCannotWork) {
  EXPECT_THAT(problems_of(with(good, "length: 6s", "length: 2s")),
              HasSubstr("'storm + 3s' is after the end of that phase (2s)"));
  EXPECT_THAT(problems_of(with(good, "command: [./start.sh]", "ready_within: 3s")),
              HasSubstr("'process_kill' needs 'target: command:'"));
  EXPECT_THAT(problems_of(with(good, "kind: http_list", "kind: http_list, role: effects")),
              HasSubstr("needs an observer with 'role: mirror'"));
  EXPECT_THAT(problems_of(with(good, "during: ramp, from", "during: import, from")),
              HasSubstr("no fixed length"));
  EXPECT_THAT(problems_of(with(good, "name: storm", "name: ramp")), HasSubstr("used twice"));
  EXPECT_THAT(problems_of(with(good, "at: storm + 3s,", "")), HasSubstr("write when"));
  EXPECT_THAT(problems_of(with(good, "until: converged, at_most: 20s", "until: converged")),
              HasSubstr("'at_most' is missing"));
}

TEST(LoadScenario, ARateHasOneForm) {
  EXPECT_THAT(problems_of(with(good, "during: storm, at: 40/s", "during: storm")),
              HasSubstr("write either 'at: 40/s'"));
  EXPECT_THAT(
      problems_of(with(good, "during: storm, at: 40/s", "during: storm, at: 4/s, users: 3")),
      HasSubstr("write either 'at: 40/s'"));
  EXPECT_THAT(
      problems_of(with(good, "during: storm, at: 40/s", "during: storm, at: 4/s, shape: thirds")),
      HasSubstr("unknown shape 'thirds'"));
  EXPECT_EQ(
      problems_of(with(good, "during: storm, at: 40/s", "during: storm, users: 3, think: 1s")), "");
}

TEST(LoadScenario, ADriverWithItsOwnTimesTakesNoRate) {
  const std::string own =
      "\n  - { id: zap, driver: neighbour, rate: [{ during: storm }] }\nfaults:";
  EXPECT_EQ(problems_of(with(good, "\nfaults:", own)), "");
  EXPECT_THAT(problems_of(with(with(good, "\nfaults:", own), "[{ during: storm }]",
                               "[{ during: storm, at: 3/s }]")),
              HasSubstr("has its own times: write only 'during'"));
}

TEST(LoadScenario, AnEmptyFileIsAProblemNotACrash) {
  EXPECT_THAT(problems_of(""), HasSubstr("s.yaml:1:1: a scenario is a mapping"));
  EXPECT_THAT(problems_of("version: 1"), HasSubstr("'phases' is missing"));
  EXPECT_THAT(problems_of("phases: 3\ntraffic: {}\nfaults: [1]\n"), HasSubstr("is a list"));
}

}  // namespace
}  // namespace hubsim::scenarios
