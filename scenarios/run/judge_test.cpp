#include "scenarios/run/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubsim::scenarios {
namespace {

using namespace std::chrono_literals;
using reports::HealthItem;
using reports::RequirementVerdict;
using reports::Verdict;
using testing::Contains;
using testing::HasSubstr;

JudgedRequirements judged(const std::string& check, RequirementVerdict verdict,
                          bool data_loss = false) {
  return {.requirements = {{.id = "r", .check = check, .verdict = verdict}},
          .data_loss = {data_loss}};
}

const HealthItem sick{
    .name = "people/storm schedule lag p99", .value = "90 ms", .budget = "<= 50 ms", .ok = false};

Verdict verdict_of(const JudgedRequirements& requirements, const std::vector<HealthItem>& health,
                   const std::string& gap = "", const std::string& ended = "") {
  RunEvidence evidence;
  evidence.gap = gap;
  return conclude(requirements, health, evidence, {.target_ended = ended}).verdict;
}

TEST(Conclude, VerdictOrderOfTheDesign) {
  using R = RequirementVerdict;
  EXPECT_EQ(verdict_of(judged("lost", R::pass), {}), Verdict::pass);
  EXPECT_EQ(verdict_of(judged("lost", R::fail, true), {}), Verdict::fail);
  // Proven data loss stays FAIL whatever the rig did; nothing else survives a gap.
  EXPECT_EQ(verdict_of(judged("lost", R::fail, true), {sick}), Verdict::fail);
  EXPECT_EQ(verdict_of(judged("lost", R::fail, true), {sick}, "history lost 3"), Verdict::fail);
  EXPECT_EQ(verdict_of(judged("early_retries", R::fail), {}, "history lost 3"), Verdict::invalid);
  // INVALID overrides PASS and verdicts on latency, not those on behaviour.
  EXPECT_EQ(verdict_of(judged("lost", R::pass), {sick}), Verdict::invalid);
  EXPECT_EQ(verdict_of(judged("webhook_ack", R::fail), {sick}), Verdict::invalid);
  EXPECT_EQ(verdict_of(judged("webhook_ack", R::fail), {}), Verdict::fail);
  EXPECT_EQ(verdict_of(judged("early_retries", R::fail), {sick}), Verdict::fail);
  EXPECT_EQ(verdict_of(judged("lost", R::vacuous), {}), Verdict::invalid);
  EXPECT_EQ(verdict_of(judged("lost", R::invalid), {}), Verdict::invalid);
  EXPECT_EQ(verdict_of(judged("lost", R::pass), {}, "", "exit code 1"), Verdict::fail);
}

TEST(Conclude, EveryReasonIsNamed) {
  RunEvidence evidence;
  evidence.gap = "the requests log lost entries after 7";
  const auto out = conclude(judged("lost", RequirementVerdict::vacuous), {sick}, evidence, {});
  EXPECT_THAT(out.reasons, Contains(HasSubstr("log lost entries after 7")));
  EXPECT_THAT(out.reasons, Contains(HasSubstr("schedule lag p99: 90 ms, budget <= 50 ms")));
  EXPECT_THAT(out.reasons, Contains(HasSubstr("r (lost) saw nothing")));
}

Scenario scenario_with_bound() {
  Scenario scenario;
  scenario.phases = {{.name = "warm", .length = 1s, .measure = false},
                     {.name = "storm", .length = 1s}};
  scenario.require = {{.id = "a", .check = "webhook_ack", .settings = {{"p99", "< 500ms"}}},
                      {.id = "b", .check = "converged", .settings = {{"within", "20s"}}}};
  return scenario;
}

loadgen::PhaseReport phase_report(const std::string& phase, std::chrono::nanoseconds lag) {
  loadgen::PhaseReport report{.phase = phase, .planned = 1000};
  report.ok = 1000;
  report.lag.record(lag, 1000);
  return report;
}

std::string first_sick(const Scenario& scenario, const RunEvidence& evidence, const RigState& rig) {
  for (const HealthItem& item : judge_health(scenario, evidence, rig)) {
    if (!item.ok) {
      return item.name;
    }
  }
  return "";
}

TEST(JudgeHealth, TheGeneratorMustKeepItsSchedule) {
  const Scenario scenario = scenario_with_bound();
  EXPECT_EQ(tightest_latency_ms(scenario), 500);
  RigState rig;
  rig.drivers = {{.id = "people", .phases = {phase_report("storm", 49ms)}}};
  EXPECT_EQ(first_sick(scenario, {}, rig), "");
  rig.drivers[0].phases = {phase_report("storm", 52ms)};
  EXPECT_EQ(first_sick(scenario, {}, rig), "people/storm schedule lag p99");
  rig.drivers[0].phases = {phase_report("warm", 900ms)};  // not measured
  EXPECT_EQ(first_sick(scenario, {}, rig), "");
  rig.drivers[0].phases = {phase_report("storm", 1ms)};
  rig.drivers[0].phases[0].ok = 994;
  EXPECT_EQ(first_sick(scenario, {}, rig), "people/storm sent of plan");
  rig.drivers[0].phases[0].failed = 6;  // a target that is down is not the rig's fault
  EXPECT_EQ(first_sick(scenario, {}, rig), "");
  rig.drivers[0].phases[0].overflow = 1;
  EXPECT_EQ(first_sick(scenario, {}, rig), "people queue overflow");
}

TEST(JudgeHealth, AFaultThatNeverHitAndASlowMockAreSeen) {
  Scenario scenario = scenario_with_bound();
  scenario.faults = {{.id = "throttle", .kind = "status"}};
  RunEvidence evidence;
  EXPECT_EQ(first_sick(scenario, evidence, {}), "fault throttle");
  evidence.faults = {{.id = "throttle", .kind = "status", .eligible = 9, .hits = 1}};
  EXPECT_EQ(first_sick(scenario, evidence, {}), "");
  evidence.requests.resize(100);
  for (RequestRecord& request : evidence.requests) {
    request.handling_us = 60'000;
  }
  EXPECT_EQ(first_sick(scenario, evidence, {}), "mock's own handling p99");
  EXPECT_EQ(first_sick(scenario, {}, {.webhook_overflow = 2}), "webhook queue overflow");
}

TEST(JudgeHealth, TheMachineMustLeaveUsTheTime) {
  const Scenario scenario = scenario_with_bound();
  RunEvidence evidence;
  evidence.phases = {{.name = "warm", .measured = false}, {.name = "storm", .measured = true}};
  RigState rig;
  rig.machine = {{.throttled = 0.5, .stolen = 0.5}, {}};
  EXPECT_EQ(first_sick(scenario, evidence, rig), "");  // not measured
  rig.machine[1].throttled = 0.02;
  EXPECT_EQ(first_sick(scenario, evidence, rig), "CPU throttled, worst phase");
  rig.machine[1] = {.stolen = 0.2};
  EXPECT_EQ(first_sick(scenario, evidence, rig), "CPU stolen, worst phase");
}

TEST(JudgeHealth, TheGeneratorMustNotBeTheBottleneck) {
  const Scenario scenario = scenario_with_bound();
  RigState rig;
  rig.drivers = {{.id = "people", .phases = {phase_report("storm", 1ms)}}};
  rig.drivers[0].busiest_thread = 0.9;
  EXPECT_EQ(first_sick(scenario, {}, rig), "people generator CPU");
  rig.drivers[0].busiest_thread = 0.2;
  rig.drivers[0].failures[loadgen::out_of_ports] = 3;
  EXPECT_EQ(first_sick(scenario, {}, rig), "people out_of_ports");
}

TEST(JudgeRequirements, RunsEachCheckOnce) {
  Scenario scenario = scenario_with_bound();
  scenario.require = {{.id = "x", .check = "lost", .settings = {{"at_most", 0}}},
                      {.id = "y", .check = "no_such_check"}};
  const auto out = judge_requirements(scenario, {});
  ASSERT_EQ(out.requirements.size(), 2U);
  EXPECT_NE(out.requirements[0].verdict, RequirementVerdict::pass);  // it saw nothing
  EXPECT_EQ(out.requirements[1].verdict, RequirementVerdict::invalid);
  EXPECT_THAT(out.requirements[1].explanation, HasSubstr("unknown check"));
}

}  // namespace
}  // namespace hubsim::scenarios
