#include "reports/compare/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "reports/model/sample_run.h"

namespace hubsim::reports {
namespace {

using testing::HasSubstr;

HistoryRun at(std::int64_t time, double p99) {
  return {.started_at_ms = time,
          .scenario = "storm",
          .label = "c" + std::to_string(time),
          .verdict = "PASS",
          .hubsim_version = "1",
          .numbers = {{"api/storm p99 ms", p99}, {"api/storm rate", 100}}};
}

class HistoryFile : public testing::Test {
 protected:
  ~HistoryFile() override { std::filesystem::remove(file_); }
  std::filesystem::path file_ =
      std::filesystem::path(testing::TempDir()) / "hubsim_history_test.jsonl";
};

TEST_F(HistoryFile, SurvivesTheFile) {
  EXPECT_TRUE(read_history(file_).value().empty());
  HistoryRun run = history_run(sample_run(), "abc");
  EXPECT_EQ(run.numbers.at("calls per change"), 1.5);
  EXPECT_EQ(run.numbers.at("not converged"), 1);
  ASSERT_TRUE(write_history(file_, {run}).ok());
  const auto read = read_history(file_);
  ASSERT_TRUE(read.ok()) << read.error();
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().numbers, run.numbers);
  EXPECT_EQ(read->front().label, "abc");
}

TEST_F(HistoryFile, NamesACorruptLine) {
  ASSERT_TRUE(write_history(file_, {at(1, 10), at(2, 11)}).ok());
  std::ofstream(file_, std::ios::app) << "{\"started_at_ms\":3\n";
  EXPECT_THAT(read_history(file_).error(), HasSubstr("hubsim_history_test.jsonl:3: "));
}

TEST(History, IsBoundedAndKeepsARunOnce) {
  std::vector<HistoryRun> runs;
  for (std::int64_t i = 0; i < 1010; ++i) {
    add_to_history(runs, at(i, 10));
  }
  add_to_history(runs, at(1009, 12));
  EXPECT_EQ(runs.size(), max_history_runs);
  EXPECT_EQ(runs.front().started_at_ms, 10);
  EXPECT_EQ(runs.back().numbers.at("api/storm p99 ms"), 12);
}

TEST(History, FlagsWhatIsOutOfTheOrdinary) {
  std::vector<HistoryRun> runs;
  for (std::int64_t i = 0; i < 10; ++i) {
    runs.push_back(at(i, 10 + 0.1 * static_cast<double>(i % 3)));
  }
  runs[4].numbers["api/storm p99 ms"] = 90;  // a bad night does not move the median
  runs.push_back(at(10, 10.2));
  EXPECT_FALSE(trends_of(runs, 20).at(0).trends.at(0).outlier);
  runs.push_back(at(11, 14));
  const auto worse = trends_of(runs, 20);
  EXPECT_TRUE(worse.at(0).trends.at(0).worse);
  EXPECT_FALSE(worse.at(0).trends.at(1).outlier) << "the rate stayed";
  EXPECT_THAT(history_text(worse), HasSubstr("OUTLIER, worse"));
  runs.push_back(at(12, 5));
  EXPECT_TRUE(trends_of(runs, 20).at(0).trends.at(0).outlier);
  EXPECT_FALSE(trends_of(runs, 20).at(0).trends.at(0).worse) << "faster is no harm";
  EXPECT_EQ(trends_of(runs, 3).at(0).runs.size(), 4U);
  EXPECT_EQ(trends_of(runs, 3).at(0).trends.at(0).median, std::nullopt) << "too few runs";
}

}  // namespace
}  // namespace hubsim::reports
