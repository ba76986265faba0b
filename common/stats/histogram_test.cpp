#include "common/stats/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "common/random/prng.h"
#include "common/stats/time_series.h"

namespace hubsim::stats {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

std::vector<nanoseconds> sample_latencies(std::uint64_t seed, int count) {
  Prng prng(seed);
  std::vector<nanoseconds> all;
  for (int i = 0; i < count; ++i) {
    all.emplace_back(static_cast<std::int64_t>(std::exp(14.0 + 2.0 * prng.normal())));
  }
  return all;
}

Histogram histogram_of(const std::vector<nanoseconds>& values) {
  Histogram histogram;
  for (const nanoseconds value : values) {
    histogram.record(value);
  }
  return histogram;
}

TEST(Histogram, QuantilesAreExactToThreeDigits) {
  auto values = sample_latencies(1, 20'000);
  const Histogram histogram = histogram_of(values);
  std::sort(values.begin(), values.end());
  for (const double q : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(q * 20'000)) - 1;
    const auto exact = static_cast<double>(values[rank].count());
    EXPECT_NEAR(static_cast<double>(histogram.quantile(q).count()), exact, exact * 0.001) << q;
  }
  EXPECT_EQ(histogram.min(), values.front());
  EXPECT_EQ(histogram.max(), values.back());
  EXPECT_EQ(histogram.quantile(0), histogram.quantile(1.0 / 20'000));
}

TEST(Histogram, MergingEqualsRecordingAll) {
  const auto first = sample_latencies(2, 5000);
  const auto second = sample_latencies(3, 7000);
  Histogram merged = histogram_of(first);
  merged.add(histogram_of(second));
  merged.add(Histogram());
  auto all = first;
  all.insert(all.end(), second.begin(), second.end());
  const Histogram whole = histogram_of(all);
  EXPECT_TRUE(merged == whole);
  EXPECT_EQ(merged.count(), 12'000U);
  EXPECT_EQ(merged.min(), whole.min());
  EXPECT_EQ(merged.max(), whole.max());
  EXPECT_DOUBLE_EQ(merged.mean_ns() / whole.mean_ns(), 1.0);
}

TEST(Histogram, HasNothingToSayWhenEmpty) {
  const Histogram empty;
  EXPECT_EQ(empty.quantile(0.99).count(), 0);
  EXPECT_EQ(empty.min().count(), 0);
  EXPECT_EQ(empty.mean_ns(), 0);
}

TEST(Histogram, ClampsAndSaysSo) {
  Histogram histogram;
  histogram.record(nanoseconds(-5));
  histogram.record(std::chrono::hours(2));
  EXPECT_EQ(histogram.clamped(), 2U);
  EXPECT_EQ(histogram.min().count(), 0);
  EXPECT_EQ(histogram.max(), std::chrono::hours(1));
}

TEST(Histogram, CountsAtMost) {
  Histogram histogram;
  histogram.record(milliseconds(1), 10);
  histogram.record(milliseconds(100), 5);
  EXPECT_EQ(histogram.count_at_most(microseconds(1)), 0U);
  EXPECT_EQ(histogram.count_at_most(milliseconds(2)), 10U);
  EXPECT_EQ(histogram.count_at_most(seconds(1)), 15U);
}

TEST(Histogram, SurvivesItsEncoding) {
  const Histogram original = histogram_of(sample_latencies(4, 3000));
  const auto back = Histogram::decode(original.encode());
  ASSERT_TRUE(back.ok()) << back.error();
  EXPECT_TRUE(*back == original);
  EXPECT_EQ(back->quantile(0.5), original.quantile(0.5));
  EXPECT_TRUE(Histogram::decode(Histogram().encode()).ok());
}

TEST(Histogram, TakesBackWhatPackingLoses) {
  Histogram recorded;
  for (const std::int64_t ns : {1'234'567, 2'345'678, 98'765'431}) {
    recorded.record(nanoseconds(ns));
  }
  Histogram read = Histogram::decode(recorded.encode()).value();
  EXPECT_NE(read.max(), recorded.max());  // only the bucket was kept
  read.make_exact(recorded.min(), recorded.max(), recorded.mean_ns());
  EXPECT_EQ(read.min(), recorded.min());
  EXPECT_EQ(read.max(), recorded.max());
  EXPECT_DOUBLE_EQ(read.mean_ns(), recorded.mean_ns());
  EXPECT_EQ(read.quantile(0.99), recorded.quantile(0.99));
  EXPECT_TRUE(read == recorded);
  // What cannot be true of these counts is not taken.
  for (const auto& [min, max] : {std::pair{-5, 98'765'431}, {1'234'567, 200'000'000}}) {
    read.make_exact(nanoseconds(min), nanoseconds(max), 5);
    EXPECT_EQ(read.min(), recorded.min());
    EXPECT_EQ(read.max(), recorded.max());
  }
}

TEST(Histogram, RefusesDamagedTexts) {
  const std::string good = histogram_of(sample_latencies(5, 100)).encode();
  EXPECT_TRUE(good.starts_with("HISTFAAA")) << good;
  EXPECT_FALSE(Histogram::decode("").ok());
  EXPECT_FALSE(Histogram::decode("not base64!").ok());
  EXPECT_FALSE(Histogram::decode(good.substr(0, good.size() / 2)).ok());
  std::string flipped = good;
  flipped[flipped.size() / 2] = flipped[flipped.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(Histogram::decode(flipped).ok());
}

TEST(Histogram, WritesLogLines) {
  Histogram histogram;
  histogram.record(milliseconds(12));
  const std::string line = log_line("people/storm", 1.5, 6, histogram);
  EXPECT_TRUE(line.starts_with("Tag=people/storm,1.500,6.000,12.000,HISTFAAA")) << line;
  EXPECT_NE(log_head(0).find("version 1.3"), std::string::npos);
}

TEST(TimeSeries, CountsBySecond) {
  TimeSeries series(seconds(100));
  series.record(seconds(100), TimeSeries::Result::ok, 204, milliseconds(5));
  series.record(milliseconds(100'900), TimeSeries::Result::failed, 503, milliseconds(9));
  series.record(seconds(103), TimeSeries::Result::unknown, 0, milliseconds(50));
  series.record(seconds(103), TimeSeries::Result::failed, 429, milliseconds(5));
  series.count_overflow(seconds(103));
  const auto points = series.points();
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].second, 0U);
  EXPECT_EQ(points[0].ok, 1U);
  EXPECT_EQ(points[0].status_class[2], 1U);
  EXPECT_EQ(points[0].status_class[5], 1U);
  EXPECT_EQ(points[0].max, milliseconds(9));
  EXPECT_EQ(points[1].second, 3U);
  EXPECT_EQ(points[1].unknown, 1U);
  EXPECT_EQ(points[1].overflow, 1U);
  EXPECT_EQ(points[1].throttled, 1U);
  EXPECT_EQ(points[1].status_class[4], 1U);
  EXPECT_EQ(points[1].status_class[0], 1U);
  EXPECT_FALSE(series.full());
}

TEST(TimeSeries, IsBoundedAndSaysSo) {
  TimeSeries series(seconds(0), 3);
  for (int i = 0; i < 10; ++i) {
    series.record(seconds(i), TimeSeries::Result::ok, 200, milliseconds(1));
  }
  EXPECT_EQ(series.points().size(), 3U);
  EXPECT_EQ(series.points().back().ok, 8U);
  EXPECT_TRUE(series.full());
}

}  // namespace
}  // namespace hubsim::stats
