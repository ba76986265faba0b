#include "scenarios/run/result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubsim::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t start_ms = 1'000'000;

RequestRecord call(std::int64_t at_ms, int status, const std::string& key) {
  RequestRecord record{.number = 1, .at_ms = start_ms + at_ms};
  record.method = "POST";
  record.operation = "crm.objects.batch.read";
  record.path = "/crm/v3/objects/contacts/batch/read";
  record.status = status;
  record.ending = "complete";
  record.key = key;
  record.took_us = 2000;
  return record;
}

RunEvidence sample() {
  RunEvidence evidence;
  evidence.history = {{.sequence = 1,
                       .at_ms = start_ms + 100,
                       .kind = ChangeKind::created,
                       .object_type = "0-1",
                       .object_id = "101",
                       .lineage = "people/7",
                       .source = "CRM_UI",
                       .properties = {{"phone", "1"}}},
                      {.sequence = 2,
                       .at_ms = start_ms + 2100,
                       .object_type = "0-1",
                       .object_id = "102",
                       .lineage = "people/8"}};
  evidence.requests = {call(150, 429, "people/7"), call(1500, 200, "people/7,people/8"),
                       call(1600, 200, "1012")};
  evidence.deliveries = {
      {.number = 5,
       .at_ms = start_ms + 200,
       .events = {{.event_id = 9, .subscription_type = "contact.creation", .object_id = "101"}},
       .faults = {"dark"},
       .outcome = "suppressed"}};
  return evidence;
}

const reports::Series& series(const std::vector<reports::Series>& all, std::string_view name) {
  for (const reports::Series& one : all) {
    if (one.name == name) {
      return one;
    }
  }
  static const reports::Series none;
  return none;
}

TEST(TimelineSeries, CountsBySecondAndLeavesGapsEmpty) {
  const RunEvidence evidence = sample();
  const ResultContext context{evidence, start_ms, start_ms + 3000};
  const auto all = timeline_series(context, {{.at_ms = start_ms + 500, .queued_events = 4}},
                                   {{start_ms + 1200, 3}});
  EXPECT_EQ(all.size(), 10U);
  EXPECT_THAT(series(all, reports::series::changes).values, ElementsAre(1, 0, 1));
  EXPECT_THAT(series(all, reports::series::throttled).values, ElementsAre(1, 0, 0));
  EXPECT_THAT(series(all, reports::series::api_p50).values, ElementsAre(2, 2, std::nullopt));
  EXPECT_THAT(series(all, reports::series::deliveries).values, ElementsAre(0, 0, 0));
  EXPECT_THAT(series(all, reports::series::webhook_backlog).values, ElementsAre(4, 4, 4));
  EXPECT_THAT(series(all, reports::series::divergence).values, ElementsAre(std::nullopt, 3, 3));
}

TEST(WorstRecords, TellTheLifeOfTheRecordInOrder) {
  RunEvidence evidence = sample();
  MirrorEvidence mirror{.observer = "mirror", .findings = {.judged = true}};
  mirror.findings.final_to_ms = start_ms + 2900;
  mirror.findings.findings = {{.kind = FindingKind::lost, .key = "101", .lineage = "people/7"}};
  evidence.mirrors = {mirror};
  const ResultContext context{evidence, start_ms, start_ms + 3000};
  const auto worst = worst_records(context, {});
  ASSERT_EQ(worst.size(), 1U);
  EXPECT_EQ(worst[0].key, "101");
  EXPECT_EQ(worst[0].lineage, "people/7");
  std::vector<std::string> kinds;
  for (const reports::LifeEvent& event : worst[0].life) {
    kinds.push_back(event.kind);
  }
  // 1012 is another record: an id that only begins like ours.
  EXPECT_THAT(kinds, ElementsAre("change", "call", "delivery", "call", "observation"));
  EXPECT_EQ(worst[0].life[0].at_ms, 100);
  EXPECT_THAT(worst[0].life[0].text, HasSubstr("phone='1' by CRM_UI"));
  EXPECT_THAT(worst[0].life[2].text, HasSubstr("suppressed, by dark"));
}

TEST(Operations, CountStatusesAndRetries) {
  const auto operations = operations_of(sample());
  ASSERT_EQ(operations.size(), 1U);
  EXPECT_EQ(operations[0].calls, 3U);
  EXPECT_EQ(operations[0].statuses.at("429"), 1U);
  EXPECT_EQ(operations[0].statuses.at("200"), 2U);
  EXPECT_DOUBLE_EQ(operations[0].p50_ms, 2);
  EXPECT_GT(operations[0].p9999_ms, 0);
  EXPECT_DOUBLE_EQ(operations[0].p9999_ms, operations[0].max_ms);
}

TEST(Environment, NamesTheMachine) {
  const reports::Environment here = environment();
  EXPECT_GT(here.cpu_count, 0);
  EXPECT_NE(here.kernel, "");
  EXPECT_NE(here.hubsim_version, "");
}

TEST(RunResult, only_what_changed_in_the_run_has_a_time_to_converge) {
  RunEvidence evidence;
  MirrorEvidence mirror;
  mirror.findings.records = 2;
  mirror.findings.converged = {
      {.key = "1", .changed_ms = start_ms - 90'000'000, .latest_ms = start_ms + 500},
      {.key = "2", .changed_ms = start_ms + 100, .latest_ms = start_ms + 300}};
  evidence.mirrors = {mirror};
  const reports::Convergence seen = convergence_of({evidence, start_ms, start_ms + 1000});
  EXPECT_EQ(seen.records, 2U);
  EXPECT_EQ(seen.time_ms.count, 1U);
  EXPECT_NEAR(seen.time_ms.max, 200, 1);
}

}  // namespace
}  // namespace hubsim::scenarios
