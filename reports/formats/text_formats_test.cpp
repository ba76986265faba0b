#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/text.h"
#include "common/stats/log_reader.h"
#include "reports/formats/csv_text.h"
#include "reports/formats/format.h"
#include "reports/formats/words.h"
#include "reports/model/sample_run.h"

namespace hubsim::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string render(std::string_view format, const RunResult& run) {
  const FormatRegistry registry = known_formats();
  return registry.find(format)->render(run);
}

std::vector<std::string> lines_of(const std::string& text, std::string_view end) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t to = text.find(end, at);
    lines.push_back(text.substr(at, to - at));
    at = to == std::string::npos ? text.size() : to + end.size();
  }
  return lines;
}

TEST(Markdown, SaysTheVerdictFirstAndWhatFailedFirst) {
  RunResult run = sample_run();
  std::swap(run.requirements[0], run.requirements[1]);  // the passing one first
  const std::string text = render("markdown", run);
  EXPECT_THAT(text, StartsWith("## FAIL: storm\\_then\\_heal\\_short\n"));
  const auto failed = text.find("| FAIL | none\\_stale |");
  const auto passed = text.find("| pass | fast\\_ack |");
  ASSERT_NE(failed, std::string::npos) << text;
  ASSERT_NE(passed, std::string::npos) << text;
  EXPECT_LT(failed, passed);
  EXPECT_THAT(text, HasSubstr("97.5% to spare"));
  EXPECT_THAT(text, HasSubstr("| people, storm | 100 | 1 | 40.0 | 2.0ms |"));
  EXPECT_THAT(text, HasSubstr("- `101`: stale phone"));
  EXPECT_THAT(text, HasSubstr("```sh\n" + run.replay_command + "\n```"));
}

TEST(Markdown, TextOfOthersStaysInItsPlace) {
  RunResult run = sample_run();
  constexpr const char* hostile = "a|b\n\n# <img src=x> `x` **bold** [l](http://x) @team \xff";
  run.scenario_name = hostile;
  run.requirements[0].got = hostile;
  run.worst_records[0].key = "x`y|z";
  run.replay_command = "x ```` y";
  const std::string text = render("markdown", run);
  EXPECT_THAT(text, Not(HasSubstr("<img")));
  EXPECT_THAT(text, Not(HasSubstr("**bold**")));
  EXPECT_THAT(text, Not(HasSubstr("[l](")));
  EXPECT_THAT(text, Not(HasSubstr("@team")));
  EXPECT_EQ(text.find('\xff'), std::string::npos);
  EXPECT_THAT(text, HasSubstr("| FAIL | none\\_stale | at most 0 | a\\|b  # &lt;img src=x&gt;"));
  EXPECT_THAT(text, HasSubstr("- `x'y\\|z`"));
  EXPECT_THAT(text, HasSubstr("`````sh\nx ```` y\n`````\n"));
}

TEST(Markdown, StaysShortWhateverTheRun) {
  RunResult run = sample_run();
  const std::string long_text = "é" + std::string(5'000, '"') + "|";
  run.scenario_name = run.scenario_description = run.replay_command = long_text;
  run.reasons.assign(1'000, long_text);
  Requirement requirement = run.requirements[0];
  requirement.id = requirement.got = requirement.explanation = long_text;
  run.requirements.assign(1'000, requirement);
  run.worst_records.assign(1'000, run.worst_records[0]);
  run.worst_records[0].key = long_text;
  run.drivers.assign(1'000, run.drivers[0]);
  run.health.assign(1'000, {.name = long_text, .value = "x", .budget = "y", .ok = false});
  const std::string text = render("markdown", run);
  EXPECT_LT(text.size(), 60'000U);
  EXPECT_THAT(text, HasSubstr("more: see report.html"));
  EXPECT_THAT(text, HasSubstr("see run.json"));
  EXPECT_EQ(printable(text).find("\uFFFD"), std::string::npos) << "a letter was cut";
}

TEST(Csv, HasARowForEachSecond) {
  RunResult run = sample_run();
  run.timeline[0].name = "api_calls";
  const auto rows = lines_of(render("series", run), "\r\n");
  EXPECT_THAT(rows, ElementsAre("second,phase,api_calls_per_s,divergence_records", "0,ramp,10,0",
                                "1,ramp,20,3", "2,storm,,9", "3,storm,40,1"));
}

TEST(Csv, HasARowForEachDriverAndPhase) {
  const RunResult run = sample_run();
  const auto rows = lines_of(render("drivers", run), "\r\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0], StartsWith("driver,kind,phase,measured,planned,sent,ok,failed,unknown,"));
  EXPECT_THAT(rows[1],
              StartsWith("people,crm_changes,storm,true,100,100,99,1,1,0,40,40,12.5,100,"));
  EXPECT_EQ(split(rows[0], ',').size(), split(rows[1], ',').size());
  EXPECT_EQ(split(rows[0], ',')[16], "response_p50_ms");
  EXPECT_EQ(split(rows[1], ',')[16], "2");
}

TEST(Csv, QuotesWhatNeedsIt) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("a,\"b\"\r\nc"), "\"a,\"\"b\"\"  c\"");
  EXPECT_EQ(csv_field("=1+1"), "'=1+1") << "a spreadsheet would work it out";
  EXPECT_EQ(csv_number(0.1), "0.1");
  EXPECT_EQ(csv_number(std::nullopt), "");
}

TEST(Hlog, IsOneLogOfAllDrivers) {
  RunResult run = sample_run();
  stats::Histogram times;
  times.record(std::chrono::milliseconds(3), 5);
  run.drivers.assign(2, run.drivers[0]);
  for (std::size_t i = 0; i < 2; ++i) {
    run.drivers[i].hdr_log =
        stats::log_head(0) + stats::log_line(i == 0 ? "a/p/response" : "b/p/response", 2, 1, times);
  }
  const std::string text = render("hlog", run);
  EXPECT_THAT(text, HasSubstr("#[StartTime: 1795500000.000 (seconds since epoch)]"));
  EXPECT_EQ(text.find("#[Histogram log"), text.rfind("#[Histogram log"));
  const auto lines = stats::read_log(text);
  ASSERT_TRUE(lines.ok()) << lines.error();
  ASSERT_EQ(lines->size(), 2U);
  EXPECT_EQ((*lines)[1].tag, "b/p/response");
  EXPECT_EQ((*lines)[1].count, 5U);
}

TEST(Hlog, IsALogEvenWithoutDrivers) {
  EXPECT_TRUE(stats::read_log(render("hlog", RunResult{}))->empty());
}

}  // namespace
}  // namespace hubsim::reports
