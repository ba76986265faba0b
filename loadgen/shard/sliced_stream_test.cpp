// The promise of shards: together they are the plan, each arrival once, at the same nanosecond.
#include "loadgen/shard/sliced_stream.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>

#include "loadgen/drivers/driver.h"
#include "loadgen/workloads/shapes/shape.h"

namespace hubsim::loadgen {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using Times = std::map<std::uint64_t, nanoseconds>;
using MakeStream = std::function<std::unique_ptr<ArrivalStream>()>;

Times whole_of(const MakeStream& make) {
  Times times;
  const auto stream = make();
  while (const auto at = stream->next()) {
    times.emplace(times.size(), *at);
  }
  return times;
}

/// Adds the slice's arrivals; false where one was there already or is not the slice's.
bool add_slice(const MakeStream& make, Slice slice, Times& times) {
  SlicedStream stream(make(), slice);
  while (const auto at = stream.next()) {
    if (!slice.has(stream.index()) || !times.emplace(stream.index(), *at).second) {
      return false;
    }
  }
  return !stream.next().has_value();
}

/// As 1 to 16 shards, each of 1 to 3 threads.
void expect_exact_fractions(const char* what, const MakeStream& make) {
  const Times whole = whole_of(make);
  ASSERT_FALSE(whole.empty()) << what;
  for (std::uint64_t shards = 1; shards <= 16; ++shards) {
    Times together;
    for (std::uint64_t i = 0; i < shards; ++i) {
      const std::uint64_t threads = 1 + (i + shards) % 3;
      for (std::uint64_t t = 0; t < threads; ++t) {
        const Slice slice = Slice{i, shards}.part(t, threads);
        ASSERT_TRUE(add_slice(make, slice, together))
            << what << ": shard " << i << " of " << shards;
      }
    }
    ASSERT_EQ(together, whole) << what << " in " << shards << " shards";
  }
}

MakeStream workload(const char* kind, std::vector<RateSegment> segments, std::uint64_t seed = 1) {
  return [=] {
    WorkloadRegistry registry("arrivals");
    register_all_workloads(registry);
    return registry.find(kind)->make(RatePlan(segments), Prng(seed));
  };
}

TEST(Shards, AreExactFractionsOfConstantRatesAndOfPlansThatAreShorterThanThey) {
  expect_exact_fractions("constant",
                         workload("constant", {{seconds(0), seconds(3), 333.3, 333.3}}));
  for (const double rate : {1.0, 2.0, 7.0}) {
    expect_exact_fractions("few", workload("constant", {{seconds(0), seconds(1), rate, rate}}));
  }
}

TEST(Shards, AreExactFractionsOfEveryShape) {
  for (const char* shape : {"linear", "steps(5)", "spike(900/s, 1s, 500ms)", "sine(700ms, 60%)"}) {
    const auto pieces = make_shape(shape, {5, 400, seconds(4), {}});
    ASSERT_TRUE(pieces.ok()) << pieces.error();
    for (const char* spacing : {"constant", "poisson"}) {
      expect_exact_fractions(shape, workload(spacing, *pieces));
    }
  }
}

TEST(Shards, AreExactFractionsOfPoissonArrivalsWithGapsBetweenPhases) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    expect_exact_fractions(
        "poisson",
        workload("poisson", {{seconds(0), seconds(2), 100, 100}, {seconds(5), seconds(1), 0, 300}},
                 seed));
  }
}

TEST(Shards, AreExactFractionsOfARecording) {
  const std::string path = ::testing::TempDir() + "sliced_stream_test.jsonl";
  std::ofstream file(path);
  for (int i = 0; i < 37; ++i) {
    file << "{\"at_ms\": " << i * i % 29 + 3 * i << "}\n";
  }
  file.close();
  DriverRegistry registry("driver");
  register_all_drivers(registry);
  const DriverKind& kind = *registry.find("replay");
  config::Problems problems;
  const auto settings = config::read_settings(
      kind.fields, Json{{"file", path}, {"speed", 1.7}, {"repeat", true}}, "", problems);
  const auto driver = kind.make(settings, {}, problems);
  ASSERT_TRUE(problems.empty()) << problems.front().message;
  // A stream each: the driver plays on where the phase before has ended.
  std::vector<std::shared_ptr<const Driver>> drivers;
  expect_exact_fractions("replay", [&]() -> std::unique_ptr<ArrivalStream> {
    std::shared_ptr<Driver> fresh = kind.make(settings, {}, problems);
    drivers.push_back(fresh);
    return fresh->own_arrivals(std::chrono::milliseconds(400));
  });
  std::remove(path.c_str());
}

TEST(Slices, ShareConnectionsWithTheRemainder) {
  for (std::uint64_t total = 0; total <= 50; ++total) {
    for (std::uint64_t shards = 1; shards <= 16; ++shards) {
      std::uint64_t sum = 0;
      for (std::uint64_t i = 0; i < shards; ++i) {
        const Slice shard{i, shards};
        const std::uint64_t share = shard.share_of(total);
        EXPECT_TRUE(share == total / shards || share == total / shards + 1);
        EXPECT_EQ(share, shard.part(0, 2).share_of(total) + shard.part(1, 2).share_of(total));
        sum += share;
      }
      ASSERT_EQ(sum, total);
    }
  }
}

}  // namespace
}  // namespace hubsim::loadgen
