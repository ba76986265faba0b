#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/checks/retries.h"
#include "scenarios/checks/support.h"

namespace hubsim::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::unique_ptr<Check> make_check(const std::string& name, const Json& settings = Json::object()) {
  CheckRegistry registry("check");
  register_all_checks(registry);
  const CheckKind* kind = registry.find(name);
  config::Problems problems;
  auto check = kind->make(config::read_settings(kind->fields, settings, "/require/0", problems),
                          "/require/0", problems);
  EXPECT_TRUE(problems.empty()) << problems.front().message;
  return check;
}

CheckOutcome judge(const std::string& name, const RunEvidence& evidence,
                   const Json& settings = Json::object()) {
  return make_check(name, settings)->evaluate(evidence);
}

config::Problems problems_of(const std::string& name, const Json& settings) {
  CheckRegistry registry("check");
  register_all_checks(registry);
  const CheckKind* kind = registry.find(name);
  config::Problems problems;
  const auto read = config::read_settings(kind->fields, settings, "/require/0", problems);
  if (problems.empty()) {
    (void)kind->make(read, "/require/0", problems);
  }
  return problems;
}

/// A mirror of ten records in which only `finding` is wrong.
RunEvidence mirror_with(std::vector<Finding> findings) {
  RunEvidence evidence;
  MirrorEvidence mirror{.observer = "mirror", .findings = {}};
  mirror.findings.judged = true;
  mirror.findings.records = 10;
  mirror.findings.findings = std::move(findings);
  evidence.mirrors.push_back(std::move(mirror));
  return evidence;
}

RequestRecord call(std::uint64_t number, std::int64_t at_ms, int status, std::string key) {
  return {.number = number,
          .at_ms = at_ms,
          .method = "POST",
          .path = "/crm/v3/objects/contacts/batch/read",
          .operation = "crm.objects.batch.read",
          .status = status,
          .ending = "complete",
          .key = std::move(key)};
}

TEST(CheckRegistry, HasEveryCheckOfTheIssue) {
  CheckRegistry registry("check");
  register_all_checks(registry);
  EXPECT_THAT(registry.names(),
              ElementsAre("calls_per_change", "converged", "duplicate_effects", "duplicate_records",
                          "early_retries", "fault_hits", "forged_accepted", "lost", "phantom",
                          "resurrected", "retry_growth", "stale", "unhandled_5xx", "webhook_ack"));
}

TEST(EveryCheck, ThatCanFailSaysWhatToDo) {
  CheckRegistry registry("check");
  register_all_checks(registry);
  for (const std::string& name : registry.names()) {
    EXPECT_NE(registry.find(name)->advice.empty(), name != "fault_hits") << name;
  }
}

TEST(EveryCheck, IsVacuousOrInvalidOnEmptyEvidence) {
  CheckRegistry registry("check");
  register_all_checks(registry);
  const Json settings{{"within", "5s"}, {"at_most", 1}, {"p99", "< 1s"}};
  for (const CheckKind& kind : registry.kinds()) {
    Json own = Json::object();
    for (const config::Field& field : kind.fields) {
      if (settings.contains(field.name) && (field.required || field.name == "p99")) {
        own[field.name] = settings[field.name];
      }
    }
    const CheckOutcome outcome = judge(kind.name, {}, own);
    EXPECT_EQ(outcome.verdict, CheckVerdict::vacuous) << kind.name;
    EXPECT_FALSE(outcome.explanation.empty()) << kind.name;
  }
}

TEST(FindingChecks, CountOnlyTheirOwnKinds) {
  const std::vector<std::pair<FindingKind, std::string>> cases{
      {FindingKind::lost, "lost"},
      {FindingKind::stale, "stale"},
      {FindingKind::regressed, "stale"},
      {FindingKind::undeleted, "stale"},
      {FindingKind::duplicate_record, "duplicate_records"},
      {FindingKind::resurrected, "resurrected"},
      {FindingKind::phantom, "phantom"}};
  for (const auto& [kind, name] : cases) {
    const RunEvidence evidence = mirror_with({{.kind = kind, .key = "101", .property = "phone"}});
    for (const std::string check :
         {"lost", "stale", "duplicate_records", "resurrected", "phantom"}) {
      const CheckOutcome outcome = judge(check, evidence);
      const auto wanted = check == name ? CheckVerdict::fail : CheckVerdict::pass;
      EXPECT_EQ(outcome.verdict, wanted) << check << " on " << name_of(kind);
      EXPECT_EQ(outcome.data_loss, check == name);
    }
    EXPECT_THAT(judge(name, evidence).evidence, ElementsAre("101"));
    EXPECT_EQ(judge(name, evidence, {{"at_most", 1}}).verdict, CheckVerdict::pass);
  }
}

TEST(FindingChecks, AnUnjudgedMirrorIsInvalidAndSaysWhy) {
  RunEvidence evidence = mirror_with({});
  evidence.mirrors[0].findings.judged = false;
  evidence.mirrors[0].findings.why_not = "the mirror was never read";
  const CheckOutcome outcome = judge("lost", evidence);
  EXPECT_EQ(outcome.verdict, CheckVerdict::invalid);
  EXPECT_THAT(outcome.explanation, HasSubstr("never read"));
}

TEST(Lost, CountsAcceptedWritesThatNeverReachedHubSpot) {
  RunEvidence evidence = mirror_with({});
  evidence.accepted_writes = {
      {.driver = "signups", .object_type = "0-1", .property = "email", .value = "A@example.org"}};
  EXPECT_EQ(judge("lost", evidence).verdict, CheckVerdict::fail);
  evidence.history.push_back({.sequence = 1,
                              .kind = ChangeKind::created,
                              .object_type = "0-1",
                              .properties = {{"email", "a@example.org"}}});
  EXPECT_EQ(judge("lost", evidence).verdict, CheckVerdict::pass);
}

RunEvidence converging(std::vector<RecordConvergence> records) {
  RunEvidence evidence = mirror_with({});
  evidence.phases = {{.name = "dark", .start_ms = 0, .end_ms = 10'000}};
  evidence.mirrors[0].findings.converged = std::move(records);
  return evidence;
}

TEST(Converged, CountsFromThePhaseItNames) {
  const Json settings{{"within", "5s"}, {"after", "dark"}};
  const auto verdict = [&](std::int64_t earliest_ms, std::int64_t latest_ms) {
    return judge("converged",
                 converging({{.key = "101",
                              .changed_ms = 2'000,
                              .earliest_ms = earliest_ms,
                              .latest_ms = latest_ms}}),
                 settings)
        .verdict;
  };
  EXPECT_EQ(verdict(2'500, 3'500), CheckVerdict::pass);
  EXPECT_EQ(verdict(14'000, 15'000), CheckVerdict::pass);
  EXPECT_EQ(verdict(14'500, 15'500), CheckVerdict::invalid) << "the observer cannot tell";
  EXPECT_EQ(verdict(15'500, 16'500), CheckVerdict::fail);
}

TEST(Converged, WithoutAPhaseEachRecordHasItsOwnTime) {
  const auto evidence = converging(
      {{.key = "101", .changed_ms = 20'000, .earliest_ms = 23'000, .latest_ms = 24'000}});
  EXPECT_EQ(judge("converged", evidence, {{"within", "5s"}}).verdict, CheckVerdict::pass);
  EXPECT_EQ(judge("converged", evidence, {{"within", "2s"}}).verdict, CheckVerdict::fail);
}

TEST(Converged, ARecordThatNeverBecameEqualIsDataLoss) {
  RunEvidence evidence = converging({});
  evidence.mirrors[0].findings.not_converged = {"101"};
  const CheckOutcome outcome = judge("converged", evidence, {{"within", "1h"}});
  EXPECT_EQ(outcome.verdict, CheckVerdict::fail);
  EXPECT_TRUE(outcome.data_loss);
  EXPECT_THAT(outcome.evidence, ElementsAre("101"));
}

TEST(DuplicateEffects, OneEffectIsNeverADuplicate) {
  EffectsLedger ledger("0-1");
  ledger.add_history(
      {.sequence = 1, .kind = ChangeKind::created, .object_type = "0-1", .object_id = "101"});
  ledger.add_history({.sequence = 2,
                      .kind = ChangeKind::created,
                      .object_type = "0-1",
                      .object_id = "102",
                      .request_number = 7});
  Observation seen{.observer = "mails",
                   .complete = true,
                   .records = {{.key = "101", .properties = {}}, {.key = "102", .properties = {}}}};
  ledger.add_observation(seen);
  RunEvidence evidence;
  evidence.effects = {{.observer = "mails", .findings = ledger.judge()}};
  EXPECT_EQ(judge("duplicate_effects", evidence).verdict, CheckVerdict::pass);

  seen.records.push_back({.key = "101", .properties = {}});
  ledger.add_observation(seen);
  evidence.effects = {{.observer = "mails", .findings = ledger.judge()}};
  const CheckOutcome outcome = judge("duplicate_effects", evidence);
  EXPECT_EQ(outcome.verdict, CheckVerdict::fail);
  EXPECT_THAT(outcome.evidence, ElementsAre("101"));
}

DeliveryRecord delivery(std::int64_t at_ms, std::string outcome, int status, double ack_ms) {
  return {.number = 1,
          .at_ms = at_ms,
          .outcome = std::move(outcome),
          .status = status,
          .ack_ms = ack_ms};
}

TEST(ForgedAccepted, OnlyA2xxToAForgedDeliveryCounts) {
  RunEvidence evidence;
  evidence.deliveries = {delivery(0, "acked", 204, 1)};
  EXPECT_EQ(judge("forged_accepted", evidence).verdict, CheckVerdict::vacuous);
  evidence.deliveries.push_back(delivery(1, "rejected", 401, 1));
  evidence.deliveries.back().forged = "wrong_secret";
  EXPECT_EQ(judge("forged_accepted", evidence).verdict, CheckVerdict::pass);
  evidence.deliveries.push_back(delivery(2, "acked", 204, 1));
  evidence.deliveries.back().forged = "wrong_secret";
  evidence.deliveries.back().events = {{.object_id = "101", .property_value = "forged-1"}};
  const CheckOutcome outcome = judge("forged_accepted", evidence);
  EXPECT_EQ(outcome.verdict, CheckVerdict::fail);
  EXPECT_THAT(outcome.got, HasSubstr("1 of 2"));
}

TEST(WebhookAck, JudgesTheNamedPhasesOnly) {
  RunEvidence evidence;
  evidence.phases = {{.name = "ramp", .start_ms = 0, .end_ms = 1'000},
                     {.name = "storm", .start_ms = 1'000, .end_ms = 2'000}};
  evidence.deliveries = {delivery(10, "acked", 204, 20), delivery(1'500, "acked", 204, 900)};
  const auto verdict = [&](const char* phase) {
    return judge("webhook_ack", evidence, {{"p99", "< 500ms"}, {"phases", phase}}).verdict;
  };
  EXPECT_EQ(verdict("ramp"), CheckVerdict::pass);
  EXPECT_EQ(verdict("storm"), CheckVerdict::fail);
  EXPECT_EQ(verdict("heal"), CheckVerdict::invalid) << "a phase that never began";
}

TEST(WebhookAck, ATimeoutCountsAsTheTimeoutButNotWhileTheRigStoppedTheProcess) {
  RunEvidence evidence;
  evidence.delivery_timeout_ms = 5'000;
  evidence.deliveries = {delivery(100, "timeout", 0, 0), delivery(0, "acked", 204, 5),
                         delivery(0, "suppressed", 0, 0), delivery(0, "connection_failed", 0, 0)};
  const CheckOutcome slow = judge("webhook_ack", evidence, {{"max", "< 1s"}});
  EXPECT_EQ(slow.verdict, CheckVerdict::fail);
  EXPECT_THAT(slow.got, HasSubstr("5000.0ms of 2"));
  evidence.outages = {{.start_ms = 50, .end_ms = 200}};
  EXPECT_EQ(judge("webhook_ack", evidence, {{"max", "< 1s"}}).verdict, CheckVerdict::pass);
}

TEST(WebhookAck, RefusesABoundWithoutAUnitAndNoBoundAtAll) {
  EXPECT_EQ(problems_of("webhook_ack", {{"p99", "< 500"}}).size(), 1U);
  EXPECT_THAT(problems_of("webhook_ack", Json::object()).at(0).message, HasSubstr("p50"));
}

TEST(Retries, ASuccessEndsTheChain) {
  RunEvidence evidence;
  evidence.requests = {call(1, 0, 429, "a"), call(2, 100, 200, "b"), call(3, 2'000, 200, "a"),
                       call(4, 2'001, 200, "a")};
  const auto retries = retries_of(evidence);
  ASSERT_EQ(retries.size(), 1U);
  EXPECT_EQ(retries[0].next->number, 3U);
  EXPECT_EQ(retries[0].waited_ms(), 2'000);
}

TEST(Retries, CallsWithABodyAndNoKeyCannotBeTold) {
  EXPECT_EQ(identity_of(call(1, 0, 429, "")), "");
  RequestRecord get{.method = "GET", .path = "/p", .query = "after=1"};
  EXPECT_EQ(identity_of(get), "GET /p?after=1");
}

TEST(EarlyRetries, MeasuresFromTheEndOfTheAnswerAgainstWhatItAsked) {
  RunEvidence evidence;
  evidence.requests = {call(1, 0, 429, "a"), call(2, 960, 200, "a")};
  EXPECT_EQ(judge("early_retries", evidence).verdict, CheckVerdict::pass) << "4 % is the timers'";
  evidence.requests[0].took_us = 500'000;
  EXPECT_EQ(judge("early_retries", evidence).verdict, CheckVerdict::fail);
  EXPECT_EQ(judge("early_retries", evidence, {{"floor", "400ms"}}).verdict, CheckVerdict::pass);
  EXPECT_EQ(judge("early_retries", evidence, {{"at_most", "100%"}}).verdict, CheckVerdict::pass);
  evidence.requests[0].retry_after_ms = 10'000;
  EXPECT_EQ(judge("early_retries", evidence, {{"floor", "1ms"}}).verdict, CheckVerdict::fail);
}

TEST(EarlyRetries, DoesNotBlameARestartedProcess) {
  RunEvidence evidence;
  evidence.requests = {call(1, 0, 429, "a"), call(2, 300, 200, "a")};
  evidence.outages = {{.start_ms = 100, .end_ms = 200}};
  EXPECT_EQ(judge("early_retries", evidence).verdict, CheckVerdict::vacuous);
}

TEST(EarlyRetries, AFailureThatAskedForNothingIsNoChance) {
  RunEvidence evidence;
  evidence.requests = {call(1, 0, 502, "a"), call(2, 1, 200, "a")};
  EXPECT_EQ(judge("early_retries", evidence).verdict, CheckVerdict::vacuous);
}

TEST(RetryGrowth, TellsDoublingFromConstantWaits) {
  RunEvidence growing;
  growing.requests = {call(1, 0, 502, "a"), call(2, 250, 502, "a"), call(3, 750, 502, "a"),
                      call(4, 1'750, 200, "a")};
  EXPECT_EQ(judge("retry_growth", growing).verdict, CheckVerdict::pass);
  RunEvidence constant;
  constant.requests = {call(1, 0, 502, "a"), call(2, 100, 502, "a"), call(3, 200, 200, "a")};
  EXPECT_EQ(judge("retry_growth", constant).verdict, CheckVerdict::fail);
  RunEvidence at_once;
  at_once.requests = {call(1, 0, 502, "a"), call(2, 0, 502, "a"), call(3, 0, 200, "a")};
  EXPECT_EQ(judge("retry_growth", at_once).verdict, CheckVerdict::fail);
}

TEST(RetryGrowth, LeavesOutWaitsThatA429MayHaveStretched) {
  RunEvidence evidence;
  evidence.requests = {call(1, 0, 502, "a"), call(2, 5, 429, "b"), call(3, 10'300, 502, "a"),
                       call(4, 10'800, 200, "a")};
  EXPECT_EQ(judge("retry_growth", evidence).verdict, CheckVerdict::vacuous);
}

TEST(CallsPerChange, DividesCallsByChangesOfTheSamePhases) {
  RunEvidence evidence;
  evidence.phases = {{.name = "import", .start_ms = 0, .end_ms = 100, .measured = false},
                     {.name = "storm", .start_ms = 100, .end_ms = 200}};
  for (std::uint64_t i = 1; i <= 4; ++i) {
    evidence.history.push_back({.sequence = i, .at_ms = i == 1 ? 50 : 150});
    evidence.requests.push_back(call(i, i == 1 ? 50 : 150, 200, "k"));
  }
  const CheckOutcome outcome = judge("calls_per_change", evidence, {{"at_most", 1}});
  EXPECT_EQ(outcome.verdict, CheckVerdict::pass);
  EXPECT_THAT(outcome.got, HasSubstr("3 calls for 3 changes"));
  EXPECT_EQ(judge("calls_per_change", evidence, {{"at_most", 0.9}}).verdict, CheckVerdict::fail);
  EXPECT_EQ(
      judge("calls_per_change", evidence, {{"at_most", 1}, {"operations", "crm.*.search"}}).verdict,
      CheckVerdict::vacuous);
}

TEST(Unhandled5xx, NeedsWrongDataBesideTheFailedCall) {
  RunEvidence evidence = mirror_with({});
  evidence.requests = {call(1, 0, 502, "people/17,people/2")};
  EXPECT_EQ(judge("unhandled_5xx", evidence).verdict, CheckVerdict::pass) << "came right elsewhere";
  evidence.mirrors[0].findings.findings = {
      {.kind = FindingKind::lost, .key = "101", .lineage = "people/1"}};
  EXPECT_EQ(judge("unhandled_5xx", evidence).verdict, CheckVerdict::pass) << "another record";
  evidence.mirrors[0].findings.findings[0].lineage = "people/17";
  EXPECT_EQ(judge("unhandled_5xx", evidence).verdict, CheckVerdict::fail);
  evidence.requests.push_back(call(2, 5'000, 200, "people/17,people/2"));
  EXPECT_EQ(judge("unhandled_5xx", evidence).verdict, CheckVerdict::pass) << "repeated";
}

TEST(Unhandled5xx, CountsTheIntegrationsOwn5xx) {
  RunEvidence evidence;
  evidence.drivers = {{.id = "signups", .statuses = {{202, 10}, {500, 1}}}};
  EXPECT_EQ(judge("unhandled_5xx", evidence).verdict, CheckVerdict::fail);
  evidence.drivers[0].statuses.erase(500);
  EXPECT_EQ(judge("unhandled_5xx", evidence).verdict, CheckVerdict::pass);
  evidence.deliveries = {delivery(0, "rejected", 503, 1)};
  EXPECT_EQ(judge("unhandled_5xx", evidence).verdict, CheckVerdict::fail);
}

TEST(FaultHits, ARuleThatHitTooLittleMakesTheRunInvalid) {
  RunEvidence evidence;
  evidence.faults = {{.id = "throttle", .eligible = 9, .hits = 4},
                     {.id = "cut", .eligible = 9, .hits = 1}};
  EXPECT_EQ(judge("fault_hits", evidence).verdict, CheckVerdict::pass);
  const Json five{{"hits", {{"throttle", ">= 5"}}}};
  EXPECT_EQ(judge("fault_hits", evidence, five).verdict, CheckVerdict::invalid);
  EXPECT_THAT(make_check("fault_hits", five)->fault_ids(), ElementsAre("throttle"));
  EXPECT_EQ(problems_of("fault_hits", {{"hits", {{"cut", "some"}}}}).at(0).pointer,
            "/require/0/hits/cut");
}

TEST(Evidence, ReadsTheControlApisRecords) {
  const auto request = request_record_from_json(
      json::parse(R"({"number":7,"at_ms":5,"method":"POST","operation":"o","status":429,
        "faults":["throttle"],"limited_by":"","committed":false,"sequences":[3],"app_id":12,
        "ending":"complete","key":"k","took_us":1500,"retry_after_ms":1000})")
          .value());
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->done_ms(), 6);
  EXPECT_TRUE(request->retryable());
  EXPECT_FALSE(request->broken());
  const auto sent = delivery_record_from_json(
      json::parse(R"({"number":1,"at_ms":5,"forged":null,"outcome":"acked","status":204,
        "ack_ms":3.5,"events":[{"event_id":9,"object_id":"101","property_value":"x"}]})")
          .value());
  ASSERT_TRUE(sent.ok());
  EXPECT_EQ(sent->forged, "");
  EXPECT_EQ(sent->events.at(0).object_id, "101");
  EXPECT_FALSE(request_record_from_json(Json::object()).ok());
  EXPECT_FALSE(delivery_record_from_json(Json::array()).ok());
}

}  // namespace
}  // namespace hubsim::scenarios
