#include "loadgen/shard/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "common/time/format.h"
#include "loadgen/shard/start_at.h"

namespace hubsim::loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using ::testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

Result<Shard> parse(const char* text, const Variables& variables = {}) {
  return parse_shard(text, [&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(ParseShard, CountsFromZero) {
  const auto shard = parse("2/3");
  ASSERT_TRUE(shard.ok()) << shard.error();
  EXPECT_EQ(shard->index, 2U);
  EXPECT_EQ(shard->count, 3U);
  EXPECT_TRUE(parse("0/1")->is_whole());
  EXPECT_THAT(parse("3/3").error(), HasSubstr("the last is 2/3"));
}

TEST(ParseShard, TakesWhatAnIndexedJobSets) {
  const Variables job{{"JOB_COMPLETION_INDEX", "4"}, {"HUBSIM_SHARDS", "6"}};
  EXPECT_EQ(parse("auto/5", job)->text(), "4/5");
  EXPECT_EQ(parse("auto", job)->text(), "4/6");
  EXPECT_THAT(parse("auto/4", job).error(), HasSubstr("shard 4 of 4"));
  EXPECT_THAT(parse("auto/4").error(), HasSubstr("JOB_COMPLETION_INDEX is not set"));
  EXPECT_THAT(parse("auto", {{"JOB_COMPLETION_INDEX", "x"}}).error(), HasSubstr("'x'"));
  EXPECT_THAT(parse("auto", {{"JOB_COMPLETION_INDEX", "1"}}).error(), HasSubstr("HUBSIM_SHARDS"));
}

TEST(ParseShard, SaysWhatIsWrong) {
  EXPECT_THAT(parse("1").error(), HasSubstr("how many shards"));
  EXPECT_THAT(parse("a/3").error(), HasSubstr("not a number"));
  EXPECT_THAT(parse("1/").error(), HasSubstr("the number of shards"));
  EXPECT_THAT(parse("0/0").error(), HasSubstr("from 1 to"));
  EXPECT_THAT(parse("0/20000").error(), HasSubstr("from 1 to"));
  EXPECT_THAT(parse("-1/3").error(), HasSubstr("not a number"));
}

TEST(ParseStartAt, TakesMomentsAndRefusesSpans) {
  const auto text = parse_start_at("2026-11-25T17:05:00.5Z");
  ASSERT_TRUE(text.ok()) << text.error();
  EXPECT_EQ(format_iso8601(*text), "2026-11-25T17:05:00.500Z");
  EXPECT_EQ(*parse_start_at("2026-11-25T18:05:00.5+01:00"), *text);
  EXPECT_EQ(*parse_start_at("1795626300.5"), *text);
  EXPECT_THAT(parse_start_at("+30s").error(), HasSubstr("another moment for each shard"));
  EXPECT_THAT(parse_start_at("30s").error(), HasSubstr("another moment for each shard"));
  EXPECT_THAT(parse_start_at("1795626300500").error(), HasSubstr("milliseconds"));
  EXPECT_THAT(parse_start_at("2026-11-25").error(), HasSubstr("neither"));
  EXPECT_THAT(parse_start_at("soon").error(), HasSubstr("neither"));
}

TEST(AgreeOnStart, TranslatesOnceAndSaysHowWell) {
  const RealClock clock;
  const Instant wall = clock.now() + std::chrono::seconds(20);
  const auto agreed = agree_on_start(wall, clock);
  ASSERT_TRUE(agreed.ok()) << agreed.error();
  const auto left = agreed->monotonic - monotonic_now();
  EXPECT_LT(left, std::chrono::seconds(20) + milliseconds(1));
  EXPECT_GT(left, std::chrono::seconds(10));
  EXPECT_GE(agreed->uncertainty, nanoseconds(1000));
  EXPECT_LT(agreed->uncertainty, milliseconds(50));
  // Two translations of one moment agree within what they say they may be off by.
  const auto again = agree_on_start(wall, clock);
  const auto apart = agreed->monotonic - again->monotonic;
  EXPECT_LE(std::max(apart, -apart), agreed->uncertainty + again->uncertainty + milliseconds(1));
}

TEST(AgreeOnStart, RefusesWhatIsPastOrFarAway) {
  const RealClock clock;
  EXPECT_TRUE(agree_on_start(clock.now() - milliseconds(100), clock).ok());
  const auto past = agree_on_start(clock.now() - std::chrono::seconds(42), clock);
  EXPECT_THAT(past.error(), HasSubstr("42s ago"));
  EXPECT_THAT(past.error(), HasSubstr("one later moment"));
  EXPECT_THAT(agree_on_start(clock.now() + std::chrono::hours(24 * 8), clock).error(),
              HasSubstr("more than a week"));
}

}  // namespace
}  // namespace hubsim::loadgen
