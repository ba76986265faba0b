// The statistics on made-up runs: how often equal runs are called different, how often different
// ones are found, and that neither depends on luck. The noise is that of real machines: the level
// of a second resembles that of the second before.
#include "reports/compare/phases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "reports/compare/bootstrap.h"
#include "reports/compare/effect.h"

namespace hubsim::reports {
namespace {

using testing::HasSubstr;

/// How a made-up run answers.
struct Plan {
  double median_ms = 20;
  double spread = 0.4;       ///< of one answer's logarithm
  double noise = 0.10;       ///< of a second's level, its logarithm
  double resemblance = 0.7;  ///< of a second to the one before
  double slow_share = 0;     ///< of answers that take ten times as long
  std::size_t seconds = 40;
  std::size_t per_second = 100;
  std::uint64_t failed = 0;
};

struct MadeRun {
  RunResult run;
  ResponseLogs logs;
};

std::chrono::nanoseconds answer_time(const Plan& plan, double level, Prng& prng) {
  const bool slow = prng.uniform() < plan.slow_share;
  const double ms = plan.median_ms * std::exp(level + plan.spread * prng.normal());
  return std::chrono::nanoseconds(static_cast<std::int64_t>(ms * (slow ? 10 : 1) * 1e6));
}

MadeRun make_run(const Plan& plan, Prng prng) {
  MadeRun made;
  stats::Histogram whole;
  double level = plan.noise * prng.normal();
  const double fresh_part = std::sqrt(1 - plan.resemblance * plan.resemblance);
  stats::Histogram one;
  for (std::size_t second = 0; second < plan.seconds; ++second) {
    one.reset();
    for (std::size_t i = 0; i < plan.per_second; ++i) {
      one.record(answer_time(plan, level, prng));
    }
    made.logs.add({.tag = "api/storm/response",
                   .start_s = static_cast<double>(second),
                   .length_s = 1,
                   .max_ms = 0,
                   .count = one.count(),
                   .cells = one.pack()});
    whole.add(one);
    level = plan.resemblance * level + fresh_part * plan.noise * prng.normal();
  }
  const auto at = [&](double q) { return static_cast<double>(whole.quantile(q).count()) / 1e6; };
  const auto rate = static_cast<double>(plan.per_second);
  const Quantiles response{
      .count = whole.count(), .p50 = at(0.5), .p90 = at(0.9), .p99 = at(0.99), .p999 = at(0.999)};
  made.run.drivers = {{.id = "api",
                       .kind = "http",
                       .phases = {{.phase = "storm",
                                   .planned = whole.count(),
                                   .sent = whole.count(),
                                   .ok = whole.count() - plan.failed,
                                   .failed = plan.failed,
                                   .planned_per_s = rate,
                                   .sent_per_s = rate,
                                   .response = response}}}};
  return made;
}

PhaseComparison compared(const MadeRun& base, const MadeRun& fresh,
                         const CompareRules& rules = {}) {
  std::vector<std::string> warnings;
  const auto all = compare_phases({base.run, base.logs}, {fresh.run, fresh.logs}, rules, warnings);
  EXPECT_EQ(all.size(), 1U);
  return all.empty() ? PhaseComparison{} : all.front();
}

const Change& change(const PhaseComparison& phase, std::string_view what) {
  for (const Change& one : phase.changes) {
    if (one.what == what) {
      return one;
    }
  }
  static const Change none;
  ADD_FAILURE() << "no change of " << what;
  return none;
}

/// How many of so many pairs of runs get that verdict.
std::size_t verdicts(ChangeVerdict verdict, const Plan& base, const Plan& fresh,
                     std::size_t pairs) {
  std::size_t count = 0;
  for (std::size_t seed = 1; seed <= pairs; ++seed) {
    const PhaseComparison phase =
        compared(make_run(base, Prng(2 * seed)), make_run(fresh, Prng(2 * seed + 1)));
    count += phase.verdict == verdict ? 1U : 0U;
  }
  return count;
}

TEST(ComparePhases, EqualRunsAreRarelyCalledDifferent) {
  constexpr std::size_t pairs = 200;
  const std::size_t wrong = verdicts(ChangeVerdict::regressed, {}, {}, pairs);
  RecordProperty("false_positives_of_200", static_cast<int>(wrong));
  EXPECT_LE(wrong, pairs * 4 / 100) << wrong << " of " << pairs;
}

TEST(ComparePhases, AFifthSlowerIsFound) {
  constexpr std::size_t pairs = 40;
  const Plan minute{.seconds = 60};
  const Plan slower{.median_ms = 24, .seconds = 60};
  const std::size_t found = verdicts(ChangeVerdict::regressed, minute, slower, pairs);
  RecordProperty("found_of_40", static_cast<int>(found));
  EXPECT_GE(found, pairs * 85 / 100) << found << " of " << pairs;
  EXPECT_GE(verdicts(ChangeVerdict::improved, slower, minute, pairs), pairs * 85 / 100);
}

TEST(ComparePhases, ALongerTailIsARegressionOfTheTailAlone) {
  const PhaseComparison phase = compared(make_run({.noise = 0.03}, Prng(1)),
                                         make_run({.noise = 0.03, .slow_share = 0.02}, Prng(2)));
  EXPECT_EQ(change(phase, "p50").verdict, ChangeVerdict::same) << change(phase, "p50").why;
  EXPECT_EQ(change(phase, "p99").verdict, ChangeVerdict::regressed) << change(phase, "p99").why;
  EXPECT_LT(std::abs(*phase.effect), 0.147) << "the effect of the whole would have hidden it";
}

TEST(ComparePhases, SlowSecondsInARowWidenTheInterval) {
  const auto width = [](double resemblance) {
    const Plan plan{.noise = 0.2, .resemblance = resemblance, .seconds = 80};
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const PhaseComparison phase =
          compared(make_run(plan, Prng(10 + seed)), make_run(plan, Prng(20 + seed)));
      const Change& p50 = change(phase, "p50");
      sum += *p50.high - *p50.low;
    }
    return sum;
  };
  EXPECT_GT(width(0.85), 1.3 * width(0.0));
}

TEST(ComparePhases, TheSameRunsGiveTheSameNumbers) {
  const MadeRun base = make_run({}, Prng(1));
  const MadeRun fresh = make_run({}, Prng(2));
  const PhaseComparison once = compared(base, fresh);
  EXPECT_EQ(change(once, "p90").low, change(compared(base, fresh), "p90").low);
  EXPECT_NE(change(once, "p90").low, change(compared(base, fresh, {.seed = 7}), "p90").low);
  const PhaseComparison itself = compared(base, base);
  EXPECT_EQ(change(itself, "p50").delta, 0);
  EXPECT_EQ(itself.ks, 0);
  EXPECT_NEAR(*itself.effect, 0, 1e-9);
}

TEST(ComparePhases, SaysWhatIsMissing) {
  const PhaseComparison few =
      compared(make_run({.seconds = 5}, Prng(1)), make_run({.seconds = 40}, Prng(2)));
  EXPECT_EQ(few.verdict, ChangeVerdict::unclear);
  EXPECT_THAT(change(few, "p50").why, HasSubstr("5 and 40 seconds of answers, 8 are wanted"));
  const PhaseComparison rare =
      compared(make_run({.per_second = 10}, Prng(1)), make_run({.per_second = 10}, Prng(2)));
  EXPECT_THAT(change(rare, "p99").why, HasSubstr("p99 needs 1000 answers in each run"));
  EXPECT_EQ(change(rare, "p99").verdict, ChangeVerdict::unclear);
  EXPECT_EQ(change(rare, "p50").verdict, ChangeVerdict::same);
  MadeRun old = make_run({}, Prng(3));
  old.logs = {};
  EXPECT_THAT(change(compared(old, make_run({}, Prng(4))), "p50").why,
              HasSubstr("no interval histograms"));
}

TEST(ComparePhases, ATrifleIsNoRegressionHoweverCertain) {
  const Plan quiet{.noise = 0.0, .per_second = 500};
  Plan slower = quiet;
  slower.median_ms = 21;  // 5 %
  const PhaseComparison phase = compared(make_run(quiet, Prng(1)), make_run(slower, Prng(2)));
  EXPECT_GT(*change(phase, "p50").low, 0) << "certain, and yet";
  EXPECT_EQ(change(phase, "p50").verdict, ChangeVerdict::same);
  const PhaseComparison tiny = compared(make_run({.median_ms = 0.2, .noise = 0.0}, Prng(1)),
                                        make_run({.median_ms = 0.3, .noise = 0.0}, Prng(2)));
  EXPECT_THAT(change(tiny, "p50").why, HasSubstr("but no more than 1 ms"));
}

TEST(ComparePhases, ErrorsAndRatesAreJudged) {
  const MadeRun base = make_run({}, Prng(1));
  const PhaseComparison errors = compared(base, make_run({.failed = 100}, Prng(2)));
  EXPECT_EQ(change(errors, "errors").verdict, ChangeVerdict::regressed);
  EXPECT_EQ(change(compared(base, make_run({.failed = 8}, Prng(2))), "errors").verdict,
            ChangeVerdict::same);
  MadeRun slow = make_run({.per_second = 70}, Prng(2));
  slow.run.drivers[0].phases[0].planned_per_s = 100;
  EXPECT_EQ(change(compared(base, slow), "rate").verdict, ChangeVerdict::regressed);
  slow.run.drivers[0].phases[0].planned_per_s = 70;
  EXPECT_THAT(change(compared(base, slow), "rate").why, HasSubstr("other plans"));
}

TEST(ComparePhases, NamesWhatOnlyOneRunHas) {
  const MadeRun base = make_run({.seconds = 10}, Prng(1));
  MadeRun fresh = make_run({.seconds = 10}, Prng(1));
  fresh.run.drivers[0].phases[0].phase = "calm";
  std::vector<std::string> warnings;
  EXPECT_TRUE(compare_phases({base.run, base.logs}, {fresh.run, fresh.logs}, {}, warnings).empty());
  EXPECT_THAT(warnings,
              testing::ElementsAre(HasSubstr("'api' in phase 'storm' is only in the base"),
                                   HasSubstr("'calm' is only in the new run")));
}

TEST(Bootstrap, BlocksGrowWithResemblanceAndAreBounded) {
  Prng prng(1);
  std::vector<double> independent;
  std::vector<double> alike;
  double level = 0;
  for (int i = 0; i < 200; ++i) {
    independent.push_back(prng.normal());
    level = 0.9 * level + prng.normal();
    alike.push_back(level);
  }
  EXPECT_LE(choose_blocks(independent).length, 4U);
  EXPECT_GE(choose_blocks(alike).length, 10U);
  EXPECT_LE(choose_blocks({alike.begin(), alike.begin() + 12}).length, 3U);
  EXPECT_EQ(choose_blocks({1, 1, 1, 1, 1, 1, 1, 1}).length, 1U);
  EXPECT_NEAR(student_t(1.959964, 3), 3.182, 0.04);
  EXPECT_NEAR(student_t(1.959964, 30), 2.042, 0.005);
}

TEST(Effect, IsTheChanceOfBeingSlower) {
  const BucketCounts low{10, 10, 0, 0};
  const BucketCounts high{0, 0, 10, 10};
  EXPECT_DOUBLE_EQ(cliffs_delta(low, high), 1);
  EXPECT_DOUBLE_EQ(cliffs_delta(high, low), -1);
  EXPECT_DOUBLE_EQ(ks_distance(low, high), 1);
  EXPECT_DOUBLE_EQ(cliffs_delta({1, 1}, {1, 1}), 0);
  // One of 100 moved up: nothing to the whole, half of the slowest 2 %.
  const BucketCounts moved{99, 0, 1};
  EXPECT_NEAR(cliffs_delta({100, 0, 0}, moved), 0.01, 1e-9);
  EXPECT_NEAR(cliffs_delta({100, 0, 0}, moved, share_around(0.99)), 0.5, 1e-9);
}

}  // namespace
}  // namespace hubsim::reports
