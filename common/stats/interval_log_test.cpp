#include "common/stats/interval_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "common/random/prng.h"
#include "common/stats/log_reader.h"

namespace hubsim::stats {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using testing::HasSubstr;

nanoseconds some_latency(Prng& prng) {
  return nanoseconds(static_cast<std::int64_t>(std::exp(14.0 + 2.0 * prng.normal())));
}

/// A hundred samples in each of `length` seconds, beginning with `first`.
void fill(IntervalLog& log, Histogram& all, std::uint64_t seed, int first, int length) {
  Prng prng(seed);
  for (int i = 0; i < 100 * length; ++i) {
    const nanoseconds value = some_latency(prng);
    log.record(seconds(1000 + first) + milliseconds(10) * i, value);
    all.record(value);
  }
}

Histogram sum_of(const std::vector<Interval>& intervals) {
  Histogram sum;
  for (const Interval& one : intervals) {
    EXPECT_TRUE(sum.add_packed(one.cells));
  }
  return sum;
}

TEST(IntervalLog, TheSecondsTogetherAreTheWhole) {
  IntervalLog log(seconds(1000));
  Histogram all;
  fill(log, all, 1, 3, 20);
  EXPECT_TRUE(log.whole() == all);
  EXPECT_EQ(log.whole().max(), all.max());
  EXPECT_DOUBLE_EQ(log.whole().mean_ns() / all.mean_ns(), 1.0);
  const auto intervals = log.intervals();
  ASSERT_EQ(intervals.size(), 20U);
  EXPECT_EQ(intervals.front().second, 3U);
  EXPECT_EQ(count_packed(intervals[7].cells), 100U);
  EXPECT_TRUE(sum_of(intervals) == all);
}

TEST(IntervalLog, LeavesQuietSecondsOutAndCountsLateSamplesNow) {
  IntervalLog log(seconds(0));
  log.record(milliseconds(500), milliseconds(1));
  log.record(milliseconds(4'000), milliseconds(2));
  log.record(milliseconds(3'900), milliseconds(3));
  log.record(milliseconds(-5), milliseconds(4));
  const auto intervals = log.intervals();
  ASSERT_EQ(intervals.size(), 2U);
  EXPECT_EQ(intervals[0].second, 0U);
  EXPECT_EQ(intervals[1].second, 4U);
  EXPECT_EQ(count_packed(intervals[1].cells), 3U);
  EXPECT_EQ(intervals[1].max, milliseconds(4));
}

TEST(IntervalLog, LogsOfThreadsAddUpSecondBySecond) {
  IntervalLog one(seconds(1000));
  IntervalLog two(seconds(1000));
  Histogram all;
  fill(one, all, 2, 0, 10);
  fill(two, all, 3, 5, 10);
  one.add(two);
  one.add(IntervalLog(seconds(1000)));
  EXPECT_TRUE(one.whole() == all);
  const auto intervals = one.intervals();
  ASSERT_EQ(intervals.size(), 15U);
  EXPECT_EQ(count_packed(intervals[4].cells), 100U);
  EXPECT_EQ(count_packed(intervals[5].cells), 200U);
  EXPECT_TRUE(sum_of(intervals) == all);
}

TEST(IntervalLog, IsBoundedAndSaysSo) {
  IntervalLog log(seconds(0), 3);
  log.record(milliseconds(2'900), milliseconds(1));
  EXPECT_FALSE(log.full());
  for (int i = 3; i < 9; ++i) {
    log.record(seconds(i), milliseconds(1));
  }
  EXPECT_TRUE(log.full());
  ASSERT_EQ(log.intervals().size(), 1U);
  EXPECT_EQ(log.intervals()[0].second, 2U);
  EXPECT_EQ(log.whole().count(), 7U);
}

TEST(PackedHistogram, EncodesAsTheHistogramItself) {
  Histogram histogram;
  Prng prng(4);
  for (int i = 0; i < 1000; ++i) {
    histogram.record(some_latency(prng));
  }
  EXPECT_EQ(encode_packed(histogram.pack()), histogram.encode());
  EXPECT_EQ(decode_packed(histogram.encode()).value(), histogram.pack());
  Histogram twice = histogram;
  EXPECT_TRUE(twice.add_packed(histogram.pack()));
  EXPECT_EQ(twice.count(), 2000U);
  EXPECT_FALSE(twice.add_packed("\xff"));
  EXPECT_EQ(count_packed("\xff"), std::nullopt);
}

TEST(ReadLog, ReadsWhatIsWritten) {
  Histogram histogram;
  histogram.record(milliseconds(12), 7);
  const std::string text = log_head(0) + log_line("people/storm/response", 3, 1, histogram) +
                           log_line("a b,c\n", 1.5, 6, Histogram()) + "\r\n";
  const auto lines = read_log(text);
  ASSERT_TRUE(lines.ok()) << lines.error();
  ASSERT_EQ(lines->size(), 2U);
  EXPECT_EQ((*lines)[0].tag, "people/storm/response");
  EXPECT_EQ((*lines)[0].start_s, 3);
  EXPECT_EQ((*lines)[0].max_ms, 12);
  EXPECT_EQ((*lines)[0].count, 7U);
  EXPECT_TRUE((*lines)[0].histogram() == histogram);
  EXPECT_EQ((*lines)[1].tag, "a_b_c_");
  EXPECT_EQ((*lines)[1].count, 0U);
  EXPECT_TRUE(read_log("")->empty());
}

TEST(ReadLog, NamesTheLineOfAMistake) {
  Histogram histogram;
  histogram.record(milliseconds(12));
  const std::string good = log_line("t", 3, 1, histogram);
  EXPECT_THAT(read_log(log_head(0) + good + "Tag=t,3\n").error(), HasSubstr("line 5 of the hist"));
  EXPECT_THAT(read_log("Tag=t,0,1,-1," + histogram.encode()).error(), HasSubstr("three numbers"));
  EXPECT_THAT(read_log("Tag=t,0,1,1,HISTFAAA").error(), HasSubstr("V2"));
  EXPECT_THAT(read_log("0,1,nan," + histogram.encode()).error(), HasSubstr("three numbers"));
  EXPECT_TRUE(read_log("0,1,2," + histogram.encode()).ok());
  EXPECT_THAT(read_log("Tag=" + std::string(1001, 'x') + ",0,1,1,x").error(), HasSubstr("tag"));
}

}  // namespace
}  // namespace hubsim::stats
