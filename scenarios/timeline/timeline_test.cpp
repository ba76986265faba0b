#include "scenarios/timeline/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/model/test_kinds.h"
#include "scenarios/timeline/draw.h"
#include "scenarios/yaml/load.h"

namespace hubsim::scenarios {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

Scenario scenario_with(const std::string& rate, const std::string& faults,
                       const std::string& portal = "{ tier: professional }",
                       const std::string& webhooks = "") {
  const std::string text = R"(
version: 1
name: t
target: { command: ./x, url: "http://127.0.0.1:1" }
world:
  portal: )" + portal + "\n" +
                           webhooks + R"(
  data: [{ object_type: contacts, count: 200 }]
phases:
  - { name: import, until: converged, at_most: 20s }
  - { name: ramp, length: 4s }
  - { name: storm, length: 6s }
  - { name: heal, until: converged, at_most: 10s }
observe: [{ id: m, kind: http_list, url: /p }]
require: [{ id: all, check: converged, within: 10s }]
traffic: [{ id: people, driver: crm_changes, mix: [], rate: [)" +
                           rate + R"(] }]
faults: [)" + faults + "]\n";
  auto loaded = load_scenario(text, "t.yaml", test_kinds());
  EXPECT_TRUE(loaded.ok()) << loaded.error().front().text();
  return std::move(loaded).value();
}

TEST(Timeline, PhasesAfterAWaitAreNotExact) {
  const Scenario s = scenario_with("{ during: ramp, at: 1/s }", "");
  const auto phases = planned_phases(s);
  EXPECT_EQ(phases[1].start, 20s);
  EXPECT_EQ(phases[1].end, 24s);
  EXPECT_FALSE(phases[1].exact);
  EXPECT_EQ(longest_run(s), 40s);
}

TEST(Timeline, AShapeIsCutAtThePhases) {
  const Scenario s =
      scenario_with("{ during: [ramp, storm], from: 2/s, to: 10/s, shape: halves }", "");
  const auto storm = rate_in(s, s.traffic[0], 2);
  ASSERT_EQ(storm->pieces.size(), 2U);  // the change at 5 s is 1 s into the second phase
  EXPECT_EQ(storm->pieces[0].length, 1s);
  EXPECT_EQ(storm->pieces[1].start, 1s);
  EXPECT_DOUBLE_EQ(storm->pieces[0].to_per_s, 2);
  EXPECT_DOUBLE_EQ(storm->peak_per_s(), 10);
  EXPECT_DOUBLE_EQ(planned_arrivals(s, s.traffic[0]), 5 * 2 + 5 * 10);
  EXPECT_THAT(draw_plan(s, {}), HasSubstr("to 10/s"));
}

TEST(Timeline, UsersActWithoutARate) {
  const Scenario s = scenario_with("{ during: heal, users: 20, think: 1s }", "");
  const auto heal = rate_in(s, s.traffic[0], 3);
  ASSERT_TRUE(heal);
  EXPECT_EQ(heal->users, 20U);
  EXPECT_EQ(heal->think.median(), 1s);
  EXPECT_EQ(planned_arrivals(s, s.traffic[0]), 0);
  EXPECT_THAT(draw_plan(s, {}), HasSubstr("20 users"));
}

TEST(Timeline, ARampIsLinearOverItsWholeSpan) {
  const Scenario s = scenario_with("{ during: [ramp, storm], from: 0/s, to: 10/s }", "");
  EXPECT_FALSE(rate_in(s, s.traffic[0], 0));
  const auto ramp = rate_in(s, s.traffic[0], 1);
  const auto storm = rate_in(s, s.traffic[0], 2);
  EXPECT_DOUBLE_EQ(ramp->from_per_s, 0);
  EXPECT_DOUBLE_EQ(ramp->to_per_s, 4);
  EXPECT_DOUBLE_EQ(storm->from_per_s, 4);
  EXPECT_DOUBLE_EQ(storm->to_per_s, 10);
  EXPECT_DOUBLE_EQ(planned_arrivals(s, s.traffic[0]), 50);
}

TEST(Timeline, WindowsJoinPhasesInARow) {
  const Scenario s =
      scenario_with("{ during: ramp, at: 1/s }",
                    "{ id: a, kind: status, status: 500, during: [import, storm, ramp] },"
                    "{ id: b, kind: status, status: 500, during: [ramp, heal] },"
                    "{ id: c, kind: status, status: 500, at: ramp + 1s, for: 5s },"
                    "{ id: d, kind: process_kill, at: storm + 3s }");
  const auto joined = windows_of(s, s.faults[0]);
  ASSERT_EQ(joined.size(), 1U);
  EXPECT_EQ(joined[0].last_phase, 2U);
  EXPECT_EQ(windows_of(s, s.faults[1]).size(), 2U);
  const auto timed = windows_of(s, s.faults[2]);
  EXPECT_EQ(timed[0].start_offset, 1s);
  EXPECT_EQ(timed[0].length, Duration(5s));
  EXPECT_EQ(timed[0].last_phase, 2U);
  EXPECT_EQ(windows_of(s, s.faults[3])[0].length, Duration(0));
}

std::string notes_of(const Scenario& s) {
  std::string all;
  for (const FeasibilityNote& note : check_feasibility(s, *hubspot::load_facts())) {
    all += (note.impossible ? "IMPOSSIBLE " : "note ") + note.text + "\n";
  }
  return all;
}

TEST(Feasibility, StatesTheArithmetic) {
  EXPECT_EQ(notes_of(scenario_with("{ during: storm, at: 19/s }", "")), "");
  const std::string note = notes_of(scenario_with("{ during: storm, at: 40/s }", ""));
  EXPECT_THAT(note, HasSubstr("storm: 40 changes/s x 10 s = 400 single-record calls; a "
                              "private app on professional may make 190 per 10 s"));
  EXPECT_THAT(note, HasSubstr("In batches of 100 it takes 4 calls"));
  EXPECT_THAT(note, Not(HasSubstr("IMPOSSIBLE")));
  EXPECT_THAT(
      notes_of(scenario_with("{ during: storm, at: 40/s }",
                             "{ id: f, kind: status, status: 429, share: 50%, during: storm }")),
      HasSubstr("of which faults refuse 50%: 95"));
}

TEST(Feasibility, RefusesWhatNoIntegrationCouldDo) {
  // 190 batches of 100 and 50 searches of 200 per 10 s are 2,900 records a second.
  EXPECT_THAT(notes_of(scenario_with("{ during: storm, at: 3000/s }", "")),
              HasSubstr("IMPOSSIBLE"));
  EXPECT_EQ(notes_of(scenario_with("{ during: storm, at: 3000/s }", "", "{ limits: off }")), "");
  const std::string told = notes_of(scenario_with(
      "{ during: storm, at: 3000/s }", "", "{}",
      "  webhooks: { url: 'http://127.0.0.1:1', subscriptions: [contact.creation] }"));
  EXPECT_THAT(told, Not(HasSubstr("IMPOSSIBLE")));
  EXPECT_THAT(told, HasSubstr("none where the webhook's own value is used"));
}

TEST(Feasibility, ARunShouldNotEndWithTraffic) {
  EXPECT_THAT(notes_of(scenario_with("{ during: heal, at: 1/s }", "")),
              HasSubstr("ends with traffic (people)"));
}

TEST(Feasibility, ABacklogNobodyWasToldOf) {
  const std::string hooks =
      "  webhooks: { url: 'http://127.0.0.1:1', subscriptions: [contact.creation] }";
  const std::string rate = "{ during: storm, at: 6000/s }";
  EXPECT_THAT(
      notes_of(scenario_with(rate, "{ id: d, kind: webhook_drop, during: storm }", "{}", hooks)),
      HasSubstr("'all': 36000 changes are told to nobody"));
}

TEST(DrawPlan, OneAxisForPhasesRatesAndFaults) {
  const Scenario s =
      scenario_with("{ during: [ramp, storm], from: 0/s, to: 10/s }",
                    "{ id: throttle, kind: status, status: 429, share: 25%, during: storm },"
                    "{ id: crash, kind: process_kill, at: storm + 3s }");
  const std::string plan = draw_plan(s, {{true, "no way"}});
  EXPECT_THAT(plan, HasSubstr("t: 10s of fixed phases, and at most 30s of waiting"));
  EXPECT_THAT(plan, HasSubstr("IMPOSSIBLE: no way"));
  EXPECT_THAT(plan, HasSubstr("0..4/s"));
  EXPECT_THAT(plan, HasSubstr("status 25%"));
  std::vector<std::string> rows;
  for (std::size_t at = 0, end = 0; (end = plan.find('\n', at)) != std::string::npos;
       at = end + 1) {
    rows.push_back(plan.substr(at, end - at));
  }
  const auto row = [&](const std::string& label) {
    for (const std::string& text : rows) {
      if (text.starts_with(label + " ")) {
        return text;
      }
    }
    return std::string();
  };
  // The throttle begins where the storm does, the crash is half way through it.
  EXPECT_EQ(row("throttle").find('#'), row("phase").find("|storm"));
  EXPECT_GT(row("crash").find('x'), row("throttle").find('#'));
  EXPECT_LT(row("crash").find('x'), row("throttle").rfind('#'));
}

}  // namespace
}  // namespace hubsim::scenarios
