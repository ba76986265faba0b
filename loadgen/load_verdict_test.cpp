#include "loadgen/load_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loadgen/load_health.h"

namespace hubsim::loadgen {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A thousand good answers, each after 5 ms.
DriverReport good_report(const char* kind = "open") {
  DriverReport report;
  report.kind = kind;
  PhaseReport main;
  main.planned = main.sent = main.ok = 1000;
  main.sent_per_s = main.planned_per_s = 500;
  main.response.record(milliseconds(5), 1000);
  main.service.record(milliseconds(5), 1000);
  main.lag.record(std::chrono::microseconds(80), 1000);
  report.phases.push_back(main);
  report.statuses[200] = 1000;
  report.busiest_thread = 0.2;
  return report;
}

VerdictRules rules_with(std::vector<const char*> texts) {
  VerdictRules rules;
  for (const char* text : texts) {
    const auto requirement = LoadRequirement::parse(text);
    EXPECT_TRUE(requirement.ok()) << requirement.error();
    rules.require.push_back(*requirement);
  }
  return rules;
}

LoadVerdict verdict(const DriverReport& report, const VerdictRules& rules = {}) {
  return conclude(report, rules).verdict;
}

TEST(LoadVerdict, PassesWhatKeepsItsRequirements) {
  const Conclusion conclusion =
      conclude(good_report(), rules_with({"p99 < 20ms", "max<=6ms", "rate >= 499"}));
  EXPECT_EQ(conclusion.verdict, LoadVerdict::pass);
  EXPECT_THAT(conclusion.reasons, IsEmpty());
  EXPECT_THAT(conclude(good_report(), rules_with({"p50 < 4ms"})).reasons,
              ElementsAre(HasSubstr("p50 < 4ms: got 5.0")));
  EXPECT_EQ(verdict(good_report(), rules_with({"rate > 600"})), LoadVerdict::fail);
}

TEST(RigItems, AreTheReasonsOfAnInvalidRun) {
  for (const RigItem& item : rig_items(good_report(), {})) {
    EXPECT_TRUE(item.ok) << item.name;
    EXPECT_EQ(item.reason, "") << item.name;
  }
  DriverReport report = good_report();
  report.phases[0].planned = 2000;
  report.busiest_thread = 0.9;
  report.machine.throttled = 0.5;
  report.failures[out_of_ports] = 7;
  std::vector<std::string> names;
  std::vector<std::string> reasons;
  for (const RigItem& item : rig_items(report, {})) {
    if (!item.ok) {
      names.push_back(item.name);
      reasons.push_back(item.reason);
    }
  }
  EXPECT_THAT(names, ElementsAre("ephemeral ports ran out", "CPU throttled", "sent of plan",
                                 "busiest generator thread"));
  EXPECT_EQ(conclude(report, {}).reasons, reasons);
}

TEST(LoadVerdict, OfAPartIsOnlyWhetherItIsSound) {
  const VerdictRules part = rules_of_part(rules_with({"p99 < 4ms", "rate >= 5000"}));
  EXPECT_EQ(verdict(good_report(), part), LoadVerdict::pass);
  DriverReport report = good_report();
  report.phases[0].ok = 0;
  report.phases[0].failed = 1000;
  EXPECT_EQ(verdict(report, part), LoadVerdict::pass);
  report.phases[0].lag.record(milliseconds(3), 100);  // a tenth of 4 ms, but at least 1 ms
  EXPECT_EQ(verdict(report, part), LoadVerdict::invalid);
  DriverReport nothing;
  nothing.kind = "open";
  nothing.phases.emplace_back();
  EXPECT_EQ(verdict(nothing, part), LoadVerdict::pass);
  EXPECT_EQ(verdict(nothing), LoadVerdict::invalid);
}

TEST(LoadVerdict, ErrorsFailEvenAnInvalidRun) {
  DriverReport report = good_report();
  report.phases[0].ok = 990;
  report.phases[0].unknown = 10;
  report.invalid.emplace_back("a queue was full");
  EXPECT_EQ(verdict(report), LoadVerdict::fail);
  VerdictRules rules;
  rules.max_errors = 0.01;
  EXPECT_EQ(verdict(report, rules), LoadVerdict::invalid);
}

TEST(LoadVerdict, IsInvalidWhereTheRunProvesNothing) {
  const auto with = [](auto change) {
    DriverReport report = good_report();
    change(report);
    return conclude(report, rules_with({"p99 < 200ms"}));
  };
  EXPECT_THAT(with([](auto& r) { r.phases[0].ok = 900; }).reasons,
              ElementsAre(HasSubstr("only 900 of 1000")));
  EXPECT_THAT(with([](auto& r) { r.phases[0].lag.record(milliseconds(11), 100); }).reasons,
              ElementsAre(HasSubstr("schedule lag")));
  EXPECT_THAT(with([](auto& r) { r.busiest_thread = 0.9; }).reasons,
              ElementsAre(HasSubstr("busy 90%")));
  EXPECT_THAT(with([](auto& r) { r.machine.throttled = 0.02; }).reasons,
              ElementsAre(HasSubstr("quota")));
  EXPECT_THAT(with([](auto& r) { r.machine.stolen = 0.06; }).reasons,
              ElementsAre(HasSubstr("steal")));
  EXPECT_THAT(with([](auto& r) { r.failures[out_of_ports] = 1; }).reasons,
              ElementsAre(HasSubstr("ephemeral ports")));
  EXPECT_THAT(with([](auto& r) { r.failures[out_of_descriptors] = 1; }).reasons,
              ElementsAre(HasSubstr("ulimit -n")));
  const Conclusion vacuous = with([](auto& r) { r.phases[0].response.reset(); });
  EXPECT_EQ(vacuous.verdict, LoadVerdict::invalid);
  EXPECT_THAT(vacuous.reasons, ElementsAre(HasSubstr("saw nothing")));
  EXPECT_EQ(with([](auto& r) { r.phases[0] = PhaseReport{}; }).verdict, LoadVerdict::invalid);
}

TEST(LoadVerdict, AClosedLoopHasNoScheduleToMiss) {
  DriverReport report = good_report("closed");
  report.busiest_thread = 1;
  EXPECT_EQ(verdict(report), LoadVerdict::pass);
}

TEST(LoadVerdict, TheLagMayBeATenthOfTheTightestRequirement) {
  EXPECT_EQ(lag_bound({}), milliseconds(10));
  EXPECT_EQ(lag_bound(rules_with({"p99 < 50ms", "max < 1s"})), milliseconds(5));
  EXPECT_EQ(lag_bound(rules_with({"p50 < 2ms"})), milliseconds(1));
  VerdictRules rules = rules_with({"p50 < 2ms"});
  rules.max_lag = milliseconds(30);
  EXPECT_EQ(lag_bound(rules), milliseconds(30));
}

TEST(LoadVerdict, SaysWhenNobodyAnswered) {
  DriverReport report = good_report();
  report.statuses = {{0, 1000}};
  EXPECT_EQ(verdict(report), LoadVerdict::unreachable);
  EXPECT_EQ(exit_code_of(verdict(report)), 4);
}

TEST(LoadVerdict, RequirementsSayWhatTheyCannotRead) {
  const auto error = [](const char* text) { return LoadRequirement::parse(text).error(); };
  EXPECT_THAT(error("p95 < 3ms"), HasSubstr("known: p50"));
  EXPECT_THAT(error("p99 < 50"), HasSubstr("bound by a time"));
  EXPECT_THAT(error("rate > 5ms"), HasSubstr("number a second"));
  EXPECT_THAT(error("p99"), HasSubstr("write a bound"));
}

}  // namespace
}  // namespace hubsim::loadgen
