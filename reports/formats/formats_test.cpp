#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/crypto/digest.h"
#include "reports/formats/console.h"
#include "reports/formats/format.h"
#include "reports/formats/html.h"
#include "reports/formats/words.h"
#include "reports/model/sample_run.h"

namespace hubsim::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr std::string_view hostile = "</script><script>alert(1)</script> <!-- & \"' ]]> \x01 \xff";

/// The sample with text in it that tries to break out of every format.
RunResult hostile_run() {
  RunResult run = sample_run();
  run.scenario_name = hostile;
  run.reasons = {std::string(hostile)};
  run.replay_command = hostile;
  for (Requirement& one : run.requirements) {
    one.id = one.explanation = one.got = hostile;
  }
  return run;
}

std::string render(std::string_view format, const RunResult& run) {
  const FormatRegistry registry = known_formats();
  return registry.find(format)->render(run);
}

std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t from = text.find(begin) + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

/// The contents of all elements that open exactly with `tag`.
std::vector<std::string_view> contents(std::string_view page, std::string_view name) {
  const std::string opening = "<" + std::string(name) + ">";
  const std::string closing = "</" + std::string(name) + ">";
  std::vector<std::string_view> all;
  for (std::size_t at = page.find(opening); at != page.npos; at = page.find(opening, at)) {
    at += opening.size();
    const std::size_t end = page.find(closing, at);
    all.push_back(page.substr(at, end - at));
    at = end;
  }
  return all;
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hubsim-formats-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Formats, AllAreKnown) {
  EXPECT_THAT(known_formats().names(), UnorderedElementsAre("console", "drivers", "hlog", "html",
                                                            "json", "junit", "markdown", "series"));
}

TEST(RunJson, ComesBackAsTheSameRun) {
  for (const RunResult& run : {sample_run(), RunResult{}}) {
    const auto parsed = json::parse(render("json", run));
    ASSERT_TRUE(parsed.ok()) << parsed.error().message;
    EXPECT_EQ(*parsed, to_json(run));
    EXPECT_TRUE(from_json(*parsed).ok());
  }
}

TEST(RunJson, KeepsASeriesOnOneLine) {
  RunResult run;
  run.timeline = {{"changes", "1/s", {1.0, std::nullopt, 2.5}}};
  EXPECT_THAT(render("json", run), HasSubstr("\"values\": [1.0,null,2.5]\n"));
}

TEST(ReportPage, PolicyNamesEveryScriptAndStyleByItsHash) {
  const std::string page = render_page(hostile_run());
  const std::string_view policy = between(page, "Content-Security-Policy\" content=\"", "\"");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  const auto scripts = contents(page, "script");
  const auto styles = contents(page, "style");
  ASSERT_EQ(scripts.size(), 5U);
  ASSERT_EQ(styles.size(), 3U);
  for (const std::string_view script : scripts) {
    const std::string hash = "'sha256-" + crypto::sha256_base64(script) + "'";
    EXPECT_THAT(between(policy, "script-src", ";"), HasSubstr(hash));
  }
  for (const std::string_view style : styles) {
    const std::string hash = "'sha256-" + crypto::sha256_base64(style) + "'";
    EXPECT_THAT(between(policy, "style-src", ";"), HasSubstr(hash));
  }
}

TEST(ReportPage, LoadsNothing) {
  const std::string page = render_page(sample_run());
  for (const std::string_view reference :
       {"src=\"", "src='", "<link", "@import", "url(", "sourceMappingURL", "<iframe", "eval("}) {
    EXPECT_EQ(page.find(reference), page.npos) << reference;
  }
  EXPECT_EQ(page.find("{{"), page.find("{{", page.find("<script>"))) << "a part was not filled in";
}

TEST(ReportPage, CarriesTheRunAsItIs) {
  const RunResult run = hostile_run();
  const std::string page = render_page(run);
  const std::string_view data =
      between(page, "<script type=\"application/json\" id=\"run-data\">", "</script>");
  EXPECT_EQ(data.find('<'), data.npos);
  const auto parsed = json::parse(data);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(json::dump(*parsed), json::dump(to_json(run)));
}

TEST(ReportPage, LeavesTheLogOfALongRunBesideIt) {
  RunResult run = sample_run();
  run.drivers[0].hdr_log = std::string(1'000'001, 'x');
  EXPECT_LT(render_page(run).size(), 1'000'000U);
  run.drivers[0].hdr_log = std::string(999, 'x');
  EXPECT_THAT(render_page(run), HasSubstr(run.drivers[0].hdr_log));
}

TEST(ReportPage, HostileTextEndsNoElement) {
  const std::string calm = render_page(sample_run());
  const std::string page = render_page(hostile_run());
  EXPECT_EQ(contents(page, "script").size(), contents(calm, "script").size());
  EXPECT_THAT(page, Not(HasSubstr("alert(1)</script>")));
}

TEST(JUnit, CountsFailuresAndErrors) {
  RunResult run = sample_run();
  run.verdict = Verdict::fail;
  run.requirements.assign(4, Requirement{});
  run.requirements[0].verdict = RequirementVerdict::pass;
  run.requirements[1].verdict = RequirementVerdict::fail;
  run.requirements[1].explanation = "the delivery was reordered";
  run.requirements[2].verdict = RequirementVerdict::vacuous;
  run.requirements[3].verdict = RequirementVerdict::invalid;
  const std::string text = render("junit", run);
  EXPECT_THAT(text, HasSubstr("tests=\"5\" failures=\"1\" errors=\"2\""));
  EXPECT_THAT(text, HasSubstr("the delivery was reordered"));
  EXPECT_THAT(text, HasSubstr("<error type=\"vacuous\""));
}

TEST(JUnit, AnInvalidRunIsRedThoughEachRequirementPassed) {
  RunResult run = sample_run();
  run.verdict = Verdict::invalid;
  run.reasons = {"the generator lagged"};
  run.requirements.assign(1, Requirement{});
  run.requirements[0].verdict = RequirementVerdict::pass;
  const std::string text = render("junit", run);
  EXPECT_THAT(text, HasSubstr("tests=\"2\" failures=\"0\" errors=\"1\""));
  EXPECT_THAT(text, HasSubstr("the generator lagged"));
}

TEST(JUnit, AFailureNoRequirementCarriesIsRed) {
  RunResult run;
  run.verdict = Verdict::fail;
  EXPECT_THAT(render("junit", run), HasSubstr("tests=\"1\" failures=\"1\" errors=\"0\""));
}

TEST(JUnit, HostileTextIsEscaped) {
  const std::string text = render("junit", hostile_run());
  EXPECT_THAT(text, Not(HasSubstr("<script")));
  EXPECT_THAT(text, HasSubstr("&lt;script&gt;"));
  EXPECT_EQ(text.find('\x01'), text.npos);
  EXPECT_EQ(text.find('\xff'), text.npos);
}

TEST(XmlEscape, KeepsUtf8AndReplacesWhatXmlForbids) {
  EXPECT_EQ(xml_escape("a<b>&\"c"), "a&lt;b&gt;&amp;&quot;c");
  EXPECT_EQ(xml_escape("é 漢 😀"), "é 漢 😀");
  EXPECT_EQ(xml_escape("a\nb\tc"), "a&#10;b&#9;c");
  EXPECT_EQ(xml_escape(std::string_view("\0\x1b", 2)), "\uFFFD\uFFFD");
  EXPECT_EQ(xml_escape("\xC0\x80"), "\uFFFD\uFFFD") << "overlong";
  EXPECT_EQ(xml_escape("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "surrogate";
  EXPECT_EQ(xml_escape("\xEF\xBF\xBF"), "\uFFFD\uFFFD\uFFFD") << "not a character";
  EXPECT_EQ(xml_escape("x\xE6\xBC"), "x\uFFFD\uFFFD") << "cut off";
}

TEST(Console, SaysVerdictSeedAndReplay) {
  const RunResult run = sample_run();
  const std::string text = render_summary(run, Colour::off);
  EXPECT_EQ(text.find(name_of(run.verdict)), 0U);
  EXPECT_THAT(text, HasSubstr("seed    " + std::to_string(run.seed) + "\n"));
  EXPECT_THAT(text, HasSubstr("replay  " + run.replay_command + "\n"));
  EXPECT_EQ(text.find('\x1b'), text.npos);
}

TEST(Console, ColourOnlyAddsToTheWords) {
  const RunResult run = sample_run();
  std::string coloured = render_summary(run, Colour::on);
  EXPECT_THAT(coloured, HasSubstr("\x1b["));
  for (std::size_t at = coloured.find('\x1b'); at != coloured.npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  EXPECT_EQ(coloured, render_summary(run, Colour::off));
}

TEST(Console, OutsideTextDoesNotSteerTheTerminal) {
  RunResult run = sample_run();
  run.scenario_name = "x\x1b[2J\ry";
  EXPECT_THAT(render_summary(run, Colour::off), HasSubstr("x [2J y"));
}

TEST(Words, CountsAndTimes) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1234567), "1,234,567");
  EXPECT_EQ(ms_text(0), "0.0ms");
  EXPECT_EQ(ms_text(0.0372), "0.037ms");
  EXPECT_EQ(ms_text(0.34), "0.34ms");
  EXPECT_EQ(ms_text(1.24), "1.2ms");
  EXPECT_EQ(ms_text(42.4), "42ms");
  EXPECT_EQ(ms_text(1240), "1.2s");
  EXPECT_EQ(ms_text(125000), "2m 05s");
}

TEST(WriteReports, WritesWholeFilesAndLeavesNoDrafts) {
  const TemporaryFolder folder;
  const auto target = folder.path() / "new" / "deep";
  ASSERT_TRUE(write_reports(sample_run(), target, {}).ok());
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(target)) {
    names.push_back(entry.path().filename().string());
  }
  EXPECT_THAT(names,
              UnorderedElementsAre("run.json", "junit.xml", "report.html", "summary.txt",
                                   "summary.md", "series.csv", "drivers.csv", "latency.hlog"));
  EXPECT_EQ(content_of(target / "run.json"), render("json", sample_run()));
}

TEST(WriteReports, AnUnknownFormatWritesNothingAndNamesTheNearest) {
  const TemporaryFolder folder;
  const std::vector<std::string> formats = {"json", "junti"};
  const auto written = write_reports(sample_run(), folder.path(), formats);
  ASSERT_FALSE(written.ok());
  EXPECT_THAT(written.error(), HasSubstr("did you mean 'junit'"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(WriteReports, SaysWhyItCouldNotWrite) {
  const TemporaryFolder folder;
  const std::vector<std::string> formats = {"json"};
  std::filesystem::create_directory(folder.path() / "run.json");
  EXPECT_FALSE(write_reports(sample_run(), folder.path(), formats).ok());
  std::ofstream(folder.path() / "file") << "x";
  const auto written = write_reports(sample_run(), folder.path() / "file", formats);
  ASSERT_FALSE(written.ok());
  EXPECT_THAT(written.error(), HasSubstr("file"));
}

}  // namespace
}  // namespace hubsim::reports
