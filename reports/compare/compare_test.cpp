// The whole comparison on small runs: what is told, what is judged, what is refused.
#include "reports/compare/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "common/random/prng.h"
#include "common/stats/histogram.h"

#include "reports/compare/text.h"
#include "reports/model/sample_run.h"

namespace hubsim::reports {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// The sample without a log: its times cannot be judged, all else can.
RunResult run() {
  RunResult sample = sample_run();
  sample.verdict = Verdict::pass;
  sample.comparison.reset();
  for (Driver& driver : sample.drivers) {
    driver.hdr_log = "";
    driver.kind = "http";
  }
  return sample;
}

Comparison compared(const RunResult& base, const RunResult& fresh) {
  auto comparison = compare(base, fresh, {});
  EXPECT_TRUE(comparison.ok()) << comparison.error();
  return std::move(*comparison);
}

const BehaviourChange* finding(const Comparison& comparison, std::string_view kind) {
  for (const BehaviourChange& change : comparison.behaviour) {
    if (change.kind == kind) {
      return &change;
    }
  }
  return nullptr;
}

OperationBehaviour& operation(RunResult& run) { return run.behaviour->operations.front(); }

TEST(Compare, ARunIsNotWorseThanItself) {
  const Comparison same = compared(run(), run());
  EXPECT_NE(same.verdict, ChangeVerdict::regressed);
  EXPECT_THAT(same.warnings, IsEmpty());
  EXPECT_THAT(same.behaviour, IsEmpty());
  EXPECT_THAT(same.requirements, IsEmpty());
  EXPECT_THAT(same.gates, Contains(HasSubstr("10%")));
}

TEST(Compare, NamesWhatMakesRunsHardToCompare) {
  RunResult other = run();
  other.seed = 7;
  other.environment.cpu_model = "another";
  other.environment.build_type = "checked";
  other.faults.clear();
  other.verdict = Verdict::invalid;
  const Comparison seen = compared(run(), other);
  for (const char* word : {"seeds", "processors", "builds", "faults", "the new run is INVALID"}) {
    EXPECT_THAT(seen.warnings, Contains(HasSubstr(word)));
  }
}

TEST(Compare, RefusesRunsWithNothingInCommon) {
  RunResult other = run();
  other.drivers.clear();
  other.requirements.clear();
  other.behaviour.reset();
  other.convergence = {};
  const auto refused = compare(run(), other, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error(), HasSubstr("nothing to compare"));
  RunResult damaged = run();
  damaged.drivers[0].hdr_log = "Tag=a/b/response,0,1,1,HISTFAAAA???\n";
  EXPECT_THAT(compare(run(), damaged, {}).error(), HasSubstr("the new run: driver"));
}

TEST(Compare, ARequirementThatFailsNowIsARegression) {
  RunResult base = run();
  base.requirements[0].verdict = RequirementVerdict::pass;
  const Comparison worse = compared(base, run());
  EXPECT_EQ(worse.verdict, ChangeVerdict::regressed);
  EXPECT_THAT(worse.reasons, Contains(HasSubstr("none_stale (stale) went from pass to fail")));
  EXPECT_EQ(compared(run(), base).requirements.at(0).verdict, ChangeVerdict::improved);
}

/// A run whose records changed over 40 seconds and were equal `scale` times 3 s later.
RunResult converging(double scale, double resolution_ms, std::uint64_t seed) {
  RunResult out = run();
  Prng prng(seed);
  stats::Histogram whole;
  out.convergence.hdr_log.clear();
  for (int second = 0; second < 40; ++second) {
    stats::Histogram one;
    for (int i = 0; i < 6; ++i) {
      const double ms = scale * 3'000 * std::exp(0.4 * prng.normal());
      one.record(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
    }
    out.convergence.hdr_log += stats::log_line("convergence", second, 1, one);
    whole.add(one);
  }
  const auto at = [&](double q) { return static_cast<double>(whole.quantile(q).count()) / 1e6; };
  out.convergence.resolution_ms = resolution_ms;
  out.convergence.time_ms = {
      .count = whole.count(), .p50 = at(0.5), .p90 = at(0.9), .p99 = at(0.99)};
  return out;
}

TEST(Compare, ConvergenceIsJudgedBeyondItsErrorBar) {
  const RunResult base = converging(1, 200, 1);
  const auto p90 = [&](const RunResult& fresh) { return compared(base, fresh).convergence.at(1); };
  EXPECT_EQ(p90(converging(1, 200, 2)).verdict, ChangeVerdict::same);
  EXPECT_EQ(p90(converging(1.6, 200, 2)).verdict, ChangeVerdict::regressed);
  EXPECT_EQ(p90(converging(0.5, 200, 2)).verdict, ChangeVerdict::improved);
  EXPECT_EQ(p90(converging(1.6, 5'000, 2)).verdict, ChangeVerdict::same) << "within the error bar";
  EXPECT_THAT(compared(base, converging(1, 200, 2)).convergence.at(2).why, HasSubstr("p99 wants"));
  EXPECT_THAT(compared(base, run()).convergence.at(1).why, HasSubstr("when its records changed"));
}

TEST(Compare, ARecordThatNeverConvergesIsARegression) {
  RunResult lost = run();
  lost.convergence.not_converged = 4;
  EXPECT_THAT(compared(run(), lost).reasons, Contains(HasSubstr("not converged went from 1 to 4")));
}

TEST(Compare, MoreCallsForTheSameChangesAreARegression) {
  RunResult chatty = run();
  chatty.behaviour->calls_per_change = 2.4;
  chatty.behaviour->calls = 96;
  operation(chatty).calls_per_change = 2.4;
  operation(chatty).calls = 96;
  const Comparison seen = compared(run(), chatty);
  ASSERT_NE(finding(seen, "calls per change"), nullptr);
  EXPECT_EQ(finding(seen, "calls per change")->verdict, ChangeVerdict::regressed);
  EXPECT_EQ(finding(compared(chatty, run()), "calls per change")->verdict, ChangeVerdict::improved);
  chatty.behaviour->calls_per_change = 1.6;  // within a fifth
  operation(chatty).calls_per_change = 1.9;  // more, but not more than counting 60 calls blurs
  EXPECT_EQ(finding(compared(run(), chatty), "calls per change"), nullptr);
}

TEST(Compare, NewOperationsScopesAndSmallerBatchesAreRegressions) {
  RunResult other = run();
  operation(other).batch_sizes = Sizes{60, 1, 1, 2, 10};
  EXPECT_EQ(finding(compared(run(), other), "batch size")->verdict, ChangeVerdict::same)
      << "as many calls as before";
  operation(other).calls = 160;
  operation(other).calls_per_change = 4.0;
  operation(other).scopes.emplace_back("crm.objects.deals.read");
  operation(other).payload = {"inputs[].id", "inputs[].idProperty"};
  other.behaviour->operations.push_back({.operation = "crm.objects.search", .calls = 12});
  const Comparison seen = compared(run(), other);
  for (const char* kind : {"batch size", "new scope", "new operation"}) {
    ASSERT_NE(finding(seen, kind), nullptr) << kind;
    EXPECT_EQ(finding(seen, kind)->verdict, ChangeVerdict::regressed) << kind;
  }
  ASSERT_NE(finding(seen, "payload keys added"), nullptr);
  EXPECT_EQ(finding(seen, "payload keys added")->text, "inputs[].idProperty");
  EXPECT_EQ(finding(seen, "payload keys added")->verdict, ChangeVerdict::same);
  EXPECT_EQ(finding(seen, "payload keys gone")->text, "properties[]");
  const Comparison back = compared(other, run());
  EXPECT_EQ(finding(back, "batch size")->verdict, ChangeVerdict::improved);
  EXPECT_EQ(finding(back, "vanished operation")->verdict, ChangeVerdict::same);
  EXPECT_EQ(finding(back, "scope no longer needed")->text, "crm.objects.deals.read");
}

TEST(Compare, RetriesAndLimitsMetAreJudged) {
  RunResult hasty = run();
  hasty.behaviour->retries = 40;
  operation(hasty).retries = 40;
  hasty.behaviour->share_429 = 0.6;
  RunResult polite = run();
  polite.behaviour->early_retries = 0;
  const Comparison seen = compared(polite, hasty);
  for (const char* kind : {"retries per call", "share of 429", "early retries"}) {
    ASSERT_NE(finding(seen, kind), nullptr) << kind;
    EXPECT_EQ(finding(seen, kind)->verdict, ChangeVerdict::regressed) << kind;
  }
}

TEST(Compare, RareCallsGateNothing) {
  RunResult rare = run();
  rare.behaviour->calls = 3;
  operation(rare).calls = 3;
  RunResult chatty = rare;
  chatty.behaviour->calls_per_change = 5;
  operation(chatty).calls_per_change = 5;
  EXPECT_THAT(compared(rare, chatty).behaviour, IsEmpty());
}

TEST(Compare, LeavesOutWhatThePortalAnsweredItsOwnDriver) {
  RunResult edited = run();
  edited.drivers[0].kind = "crm_changes";
  EXPECT_THAT(compared(edited, edited).phases, IsEmpty());
  EXPECT_THAT(compared(run(), run()).phases, Not(IsEmpty()));
}

TEST(Compare, FailsTheRunThatComparesItself) {
  RunResult fresh = run();
  Comparison worse = sample_comparison();
  worse.verdict = ChangeVerdict::regressed;
  add_comparison(fresh, worse);
  EXPECT_EQ(fresh.verdict, Verdict::fail);
  EXPECT_EQ(fresh.requirements.back().verdict, RequirementVerdict::fail);
  EXPECT_THAT(fresh.reasons, Contains(HasSubstr("regressed: api/storm p99")));
  EXPECT_THAT(compared(run(), fresh).requirements, IsEmpty()) << "its own verdict is no evidence";
  RunResult invalid = run();
  invalid.verdict = Verdict::invalid;
  add_comparison(invalid, worse);
  EXPECT_EQ(invalid.verdict, Verdict::invalid);
}

TEST(ComparisonText, TellsAllOfItAndIsSafe) {
  Comparison sample = sample_comparison();
  sample.behaviour[0].text += "\x1b[2J | <b>";
  for (const std::string& text : {comparison_text(sample, false), comparison_markdown(sample)}) {
    for (const char* part : {"REGRESSED", "api/storm", "p99", "+50.0%", "+30.0% to +70.0%",
                             "different seeds", "none_stale", "crm.objects.search"}) {
      EXPECT_THAT(text, HasSubstr(part));
    }
    EXPECT_THAT(text, Each(Not('\x1b')));
  }
  EXPECT_THAT(comparison_markdown(sample), HasSubstr("\\| &lt;b>"));
  sample.behaviour.assign(2'000, sample.behaviour[0]);
  sample.phases.assign(500, sample.phases[0]);
  EXPECT_LT(comparison_markdown(sample).size(), 60'000U);
  EXPECT_THAT(comparison_text(sample, true), HasSubstr("\x1b[1;31mREGRESSED"));
}

}  // namespace
}  // namespace hubsim::reports
