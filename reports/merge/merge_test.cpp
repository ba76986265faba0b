// A plan of 3,000 arrivals with made-up answers, driven whole and in parts: the parts, through
// run.json and merged, must be the whole.
#include "reports/merge/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "common/json/json.h"
#include "common/random/prng.h"
#include "loadgen/merge_reports.h"
#include "loadgen/shard/slice.h"
#include "reports/merge/shard_report.h"

namespace hubsim::reports {
namespace {

using loadgen::DriverReport;
using loadgen::PhaseReport;
using loadgen::Slice;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::uint64_t arrivals = 3000;

struct MadeUp {
  nanoseconds intended{0};
  nanoseconds lag{0};
  nanoseconds service{0};
  int status = 200;
};

MadeUp made_up(std::uint64_t index) {
  Prng prng(index + 1);
  return {milliseconds(index), nanoseconds(40'000 + prng.below(90'000)),
          nanoseconds(static_cast<std::int64_t>(prng.exponential(5e6))),
          prng.below(100) == 0 ? 503 : 200};
}

void record(const MadeUp& one, PhaseReport& phase, stats::IntervalLog& log,
            stats::TimeSeries& series, DriverReport& report) {
  const bool good = one.status == 200;
  const auto sent = one.intended + one.lag;
  const auto done = sent + one.service;
  ++phase.planned;
  ++phase.sent;
  ++(good ? phase.ok : phase.failed);
  ++report.statuses[one.status];
  phase.planned_times.add(one.intended);
  phase.sent_times.add(sent);
  phase.lag.record(one.lag);
  phase.service.record(one.service);
  phase.first_byte.record(one.service / 2);
  log.record(done, done - one.intended);
  series.record(done, good ? stats::TimeSeries::Result::ok : stats::TimeSeries::Result::failed,
                one.status, done - one.intended);
  report.failures["status 503"] += good ? 0 : 1;
}

/// What a generator of that slice would have measured; `warmup` ends after a second.
DriverReport measured(Slice slice) {
  DriverReport report;
  report.id = "load";
  report.kind = "open";
  report.failures["status 503"] = 0;
  stats::TimeSeries series{nanoseconds(0)};
  for (const char* name : {"warmup", "main"}) {
    const bool main = report.phases.size() == 1;
    PhaseReport phase;
    phase.phase = name;
    phase.start = seconds(main ? 1 : 0);
    phase.length = seconds(main ? 2 : 1);
    stats::IntervalLog log{nanoseconds(0)};
    // In the order of the answers, as a generator meets them.
    std::vector<MadeUp> mine;
    for (std::uint64_t i = main ? 1000 : 0; i < (main ? arrivals : 1000); ++i) {
      if (slice.has(i)) {
        mine.push_back(made_up(i));
      }
    }
    std::ranges::sort(mine, {},
                      [](const MadeUp& one) { return one.intended + one.lag + one.service; });
    for (const MadeUp& one : mine) {
      record(one, phase, log, series, report);
    }
    phase.response = log.whole();
    phase.intervals = log.intervals();
    phase.planned_per_s = phase.planned_times.per_second();
    phase.sent_per_s = phase.sent_times.per_second();
    report.requests += phase.sent;
    report.phases.push_back(std::move(phase));
  }
  report.series = series.points();
  report.cpu = milliseconds(10 * slice.share_of(12));
  report.connections = slice.share_of(12);
  report.busiest_thread = 0.3;
  return report;
}

Quantiles quantiles_of(const stats::Histogram& histogram) {
  const auto ms = [](nanoseconds span) { return static_cast<double>(span.count()) / 1e6; };
  return {histogram.count(),
          ms(histogram.min()),
          histogram.mean_ns() / 1e6,
          ms(histogram.quantile(0.5)),
          ms(histogram.quantile(0.9)),
          ms(histogram.quantile(0.99)),
          ms(histogram.quantile(0.999)),
          ms(histogram.max())};
}

loadgen::LoadOptions options_of(Slice slice, const char* requirement) {
  loadgen::LoadOptions options;
  options.url = "http://127.0.0.1:1/";
  options.rate_per_s = 1000;
  options.shard = {slice.first, slice.step};
  options.start = loadgen::AgreedStart{Instant(seconds(1'000'000)), {}, nanoseconds(700), {}};
  options.rules.max_errors = 0.05;
  options.rules.require = {*loadgen::LoadRequirement::parse(requirement)};
  return options;
}

/// As `hubsim load --shard --out` writes it, through JSON.
ShardRun written(Slice slice, const char* requirement = "p99 < 90ms") {
  const DriverReport report = measured(slice);
  RunResult run;
  run.verdict = Verdict::pass;
  run.environment.hubsim_version = "1.0";
  Driver driver{.id = report.id, .kind = report.kind};
  for (const PhaseReport& phase : report.phases) {
    driver.phases.push_back({.phase = phase.phase,
                             .planned = phase.planned,
                             .sent = phase.sent,
                             .ok = phase.ok,
                             .failed = phase.failed,
                             .planned_per_s = phase.planned_per_s,
                             .sent_per_s = phase.sent_per_s,
                             .response = quantiles_of(phase.response),
                             .service = quantiles_of(phase.service),
                             .first_byte = quantiles_of(phase.first_byte),
                             .schedule_lag = quantiles_of(phase.lag)});
  }
  driver.failures = report.failures;
  for (const auto& [status, count] : report.statuses) {
    driver.statuses[std::to_string(status)] = count;
  }
  driver.hdr_log = report.hdr_log();
  run.drivers = {driver};
  run.shard = shard_part_of(options_of(slice, requirement), "plan", report);
  const auto read = from_json(json::parse(json::dump(to_json(run))).value());
  EXPECT_TRUE(read.ok()) << read.error();
  return {"out/" + std::to_string(slice.first), *read};
}

std::vector<ShardRun> all_shards(std::uint64_t count, const char* requirement = "p99 < 90ms") {
  std::vector<ShardRun> runs;
  for (std::uint64_t i = 0; i < count; ++i) {
    runs.push_back(written({count - 1 - i, count}, requirement));  // in no order
  }
  return runs;
}

void expect_same(const DriverReport& got, const DriverReport& wanted) {
  EXPECT_EQ(json::dump(loadgen::to_json(got), 1), json::dump(loadgen::to_json(wanted), 1));
  ASSERT_EQ(got.phases.size(), wanted.phases.size());
  for (std::size_t i = 0; i < got.phases.size(); ++i) {
    EXPECT_TRUE(got.phases[i].response == wanted.phases[i].response);
    EXPECT_TRUE(got.phases[i].service == wanted.phases[i].service);
    EXPECT_TRUE(got.phases[i].lag == wanted.phases[i].lag);
    EXPECT_TRUE(got.phases[i].first_byte == wanted.phases[i].first_byte);
  }
  EXPECT_EQ(got.hdr_log(), wanted.hdr_log());  // cell by cell and second by second
}

TEST(MergeShards, OfThePartsIsTheWhole) {
  const DriverReport whole = measured({0, 1});
  for (const std::uint64_t count : {1U, 2U, 4U, 7U}) {
    const auto merged = merge_shards(all_shards(count), false);
    ASSERT_TRUE(merged.ok()) << merged.error();
    expect_same(merged->report, whole);
    EXPECT_EQ(merged->conclusion.verdict, loadgen::LoadVerdict::pass);
    EXPECT_EQ(merged->shards.front().result.shard->index, 0U);
  }
}

TEST(MergeReports, DoesNotDependOnTheOrder) {
  const DriverReport a = measured({0, 3});
  const DriverReport b = measured({1, 3});
  const DriverReport c = measured({2, 3});
  const auto merge = [](const DriverReport& x, const DriverReport& y) {
    const std::vector<DriverReport> both{x, y};
    return loadgen::merge_reports(both);
  };
  expect_same(merge(merge(a, b), c), merge(a, merge(b, c)));
  expect_same(merge(merge(c, a), b), measured({0, 1}));
}

TEST(MergeShards, JudgesRequirementsOnTheWhole) {
  const double p99 =
      static_cast<double>(measured({0, 1}).phases[1].response.quantile(0.99).count()) / 1e6;
  const auto requirement = [&](double factor) {
    return "p99 < " + std::to_string(p99 * factor) + "ms";
  };
  EXPECT_EQ(merge_shards(all_shards(3, requirement(1.001).c_str()), false)->conclusion.verdict,
            loadgen::LoadVerdict::pass);
  EXPECT_EQ(merge_shards(all_shards(3, requirement(0.999).c_str()), false)->conclusion.verdict,
            loadgen::LoadVerdict::fail);
  // A third of the rate each; together all of it.
  EXPECT_EQ(merge_shards(all_shards(3, "rate >= 999"), false)->conclusion.verdict,
            loadgen::LoadVerdict::pass);
}

TEST(MergeShards, AnUnsoundShardMakesTheWholeInvalidAndIsNamed) {
  auto runs = all_shards(3);
  runs[1].result.verdict = Verdict::invalid;
  runs[1].result.reasons = {"the cgroup's CPU quota stopped us for 4.0% of the time"};
  const std::string name = "shard " + std::to_string(runs[1].result.shard->index) + "/3";
  const auto merged = merge_shards(runs, false);
  ASSERT_TRUE(merged.ok()) << merged.error();
  EXPECT_EQ(merged->conclusion.verdict, loadgen::LoadVerdict::invalid);
  EXPECT_THAT(merged->conclusion.reasons, ElementsAre(AllOf(HasSubstr(name), HasSubstr("quota"))));
}

TEST(MergeShards, MissingOnesAreNamedAndMayBeAllowed) {
  auto runs = all_shards(4);
  std::erase_if(runs, [](const ShardRun& run) { return run.result.shard->index % 2 == 1; });
  EXPECT_THAT(merge_shards(runs, false).error(), HasSubstr("missing: shard 1/4, 3/4"));
  const auto merged = merge_shards(runs, true);
  ASSERT_TRUE(merged.ok()) << merged.error();
  EXPECT_EQ(merged->conclusion.verdict, loadgen::LoadVerdict::invalid);
  EXPECT_THAT(merged->conclusion.reasons, ElementsAre(HasSubstr("shard 1/4, 3/4 is missing")));
  EXPECT_EQ(merged->report.phases[1].planned, 1000U);
}

std::string refusal(void (*change)(RunResult& run)) {
  auto runs = all_shards(3);
  change(runs[1].result);
  const auto merged = merge_shards(runs, false);
  return merged.ok() ? "merged" : merged.error();
}

TEST(MergeShards, RefusesWhatDoesNotBelongTogether) {
  EXPECT_THAT(refusal([](RunResult& run) { run.shard->plan = "other"; }),
              HasSubstr("different plans"));
  EXPECT_THAT(refusal([](RunResult& run) { run.shard->index = 0; }),
              AllOf(HasSubstr("are both shard 0/3"), HasSubstr("out/0")));
  EXPECT_THAT(refusal([](RunResult& run) { run.shard->count = 5; }), HasSubstr("of 3 and of 5"));
  EXPECT_THAT(refusal([](RunResult& run) { run.shard->start_us += 1'000'000; }),
              HasSubstr("same --start-at"));
  EXPECT_THAT(refusal([](RunResult& run) { run.environment.hubsim_version = "2.0"; }),
              HasSubstr("different hubsims"));
  EXPECT_THAT(refusal([](RunResult& run) { run.shard.reset(); }), HasSubstr("not the run of a"));
  EXPECT_THAT(refusal([](RunResult& run) { run.shard->count = 0; }), HasSubstr("says it is"));
  EXPECT_THAT(refusal([](RunResult& run) { run.shard->count = ~0ULL; }), HasSubstr("says it is"));
  EXPECT_THAT(merge_shards({}, true).error(), HasSubstr("no runs"));
}

TEST(MergeShards, RefusesADamagedRun) {
  EXPECT_THAT(refusal([](RunResult& run) { ++run.drivers[0].phases[1].response.count; }),
              HasSubstr("samples of load/main/response"));
  EXPECT_THAT(refusal([](RunResult& run) { run.drivers[0].hdr_log += "Tag=x,1,2\n"; }),
              HasSubstr("histogram log"));
  EXPECT_THAT(refusal([](RunResult& run) { run.shard->phases.clear(); }),
              HasSubstr("says nothing of the phase"));
  EXPECT_THAT(refusal([](RunResult& run) { run.shard->seconds[0].second = 1'000'000'000'000; }),
              HasSubstr("/shard/seconds"));
  EXPECT_THAT(refusal([](RunResult& run) { run.shard->phases[1].length_ns = INT64_MAX; }),
              HasSubstr("longer than a week"));
  EXPECT_THAT(refusal([](RunResult& run) {
                std::string& log = run.drivers[0].hdr_log;
                log.replace(log.find("response,1.000,"), 15, "response,1e300,");
              }),
              HasSubstr("histogram log"));
  EXPECT_THAT(refusal([](RunResult& run) {
                std::string& log = run.drivers[0].hdr_log;
                log.replace(log.find("main/response,2.000,"), 20, "main/response,1.000,");
              }),
              HasSubstr("out of order"));
  EXPECT_THAT(refusal([](RunResult& run) {
                run.drivers[0].phases.clear();
                run.drivers[0].hdr_log.clear();
              }),
              HasSubstr("no phases"));
  EXPECT_THAT(refusal([](RunResult& run) { run.drivers.clear(); }), HasSubstr("one shard"));
}

}  // namespace
}  // namespace hubsim::reports
