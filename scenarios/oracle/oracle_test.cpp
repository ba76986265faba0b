#include "scenarios/oracle/oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/oracle/effects.h"

namespace hubsim::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A portal with one mirrored property, written in order.
class OracleTest : public testing::Test {
 protected:
  void created(std::int64_t at_ms, const std::string& id, const std::string& phone = "") {
    add(at_ms, ChangeKind::created, id, {{"phone", phone}});
  }
  void updated(std::int64_t at_ms, const std::string& id, const std::string& phone) {
    add(at_ms, ChangeKind::updated, id, {{"phone", phone}});
  }
  void archived(std::int64_t at_ms, const std::string& id) {
    add(at_ms, ChangeKind::archived, id, {});
  }
  void add(std::int64_t at_ms, ChangeKind kind, const std::string& id, PropertyList properties) {
    const auto added = oracle_.add_history({.sequence = ++sequence_,
                                            .at_ms = at_ms,
                                            .kind = kind,
                                            .object_type = "0-1",
                                            .object_id = id,
                                            .properties = std::move(properties)});
    ASSERT_TRUE(added.ok()) << added.error();
  }
  /// Rows are {id, phone}.
  void seen(std::int64_t from_ms, std::int64_t to_ms,
            const std::vector<std::pair<std::string, std::string>>& rows) {
    Observation observation{.observer = "m", .from_ms = from_ms, .to_ms = to_ms, .complete = true};
    for (const auto& [id, phone] : rows) {
      observation.records.push_back({.key = id, .properties = {{"phone", phone}}});
    }
    oracle_.add_observation(std::move(observation));
  }
  std::vector<std::string> texts(const Deadline& deadline = {}) {
    std::vector<std::string> texts;
    for (const Finding& finding : oracle_.judge(deadline).findings) {
      texts.push_back(finding.key + " " + finding.text());
    }
    return texts;
  }

  Oracle oracle_{{.observer = "m", .object_type = "0-1", .properties = {"phone"}}};
  std::uint64_t sequence_ = 0;
};

TEST_F(OracleTest, AValueCurrentAtAnyMomentOfTheReadMatches) {
  created(0, "101", "a");
  updated(100, "101", "b");
  seen(50, 150, {{"101", "a"}});
  EXPECT_THAT(texts(), ElementsAre());
  EXPECT_EQ(oracle_.divergence().count, 0U);
  EXPECT_EQ(oracle_.divergence().pending, 1U) << "not wrong, but not the latest either";
  seen(151, 160, {{"101", "a"}});
  EXPECT_THAT(texts(), ElementsAre("101 stale phone: wanted 'b', shows 'a'"));
  EXPECT_EQ(oracle_.divergence().count, 1U);
  EXPECT_THAT(texts({.quiet_since_ms = 0, .grace_ms = 60}), ElementsAre());
}

TEST_F(OracleTest, AMillisecondHoldsTheValueBeforeAndAfterAChange) {
  created(0, "101", "a");
  updated(100, "101", "b");
  seen(100, 100, {{"101", "a"}});
  EXPECT_THAT(texts(), ElementsAre());
  seen(101, 102, {{"101", "a"}});
  EXPECT_EQ(texts().size(), 1U);
}

TEST_F(OracleTest, NullAbsentAndEmptyAreTheSame) {
  created(0, "101", "");
  add(1, ChangeKind::created, "102", {});
  seen(10, 20, {{"101", ""}});
  Observation without{.observer = "m", .from_ms = 30, .to_ms = 40, .complete = true};
  without.records = {{.key = "101", .properties = {}}, {.key = "102", .properties = {}}};
  oracle_.add_observation(std::move(without));
  EXPECT_THAT(texts(), ElementsAre());
}

TEST_F(OracleTest, AnEmptyValueIsLostOrStaleByWhetherItEverWasEmpty) {
  created(0, "101", "a");
  created(0, "102", "");
  updated(5, "102", "b");
  seen(10, 20, {{"101", ""}, {"102", ""}});
  EXPECT_THAT(texts(), ElementsAre("101 lost phone: wanted 'a', shows ''",
                                   "102 stale phone: wanted 'b', shows ''"));
}

TEST_F(OracleTest, ARecurringValueIsEqualButNamesNoWrite) {
  created(0, "101", "a");
  updated(10, "101", "b");
  updated(20, "101", "a");
  seen(30, 40, {{"101", "b"}});
  seen(50, 60, {{"101", "a"}});
  const Findings found = oracle_.judge({});
  EXPECT_TRUE(found.findings.empty());
  EXPECT_EQ(found.ambiguous, 1U);
  EXPECT_EQ(found.transient_regressions, 0U) << "which 'a' it shows cannot be told";
}

TEST_F(OracleTest, RegressedNeedsTheNewerValueToHaveBeenSeen) {
  created(0, "101", "a");
  updated(10, "101", "b");
  seen(20, 30, {{"101", "a"}});
  EXPECT_EQ(oracle_.judge({}).count(FindingKind::stale), 1U);
  seen(40, 50, {{"101", "b"}});
  seen(60, 70, {{"101", "a"}});
  EXPECT_EQ(oracle_.judge({}).count(FindingKind::regressed), 1U);
  seen(80, 90, {{"101", "b"}});
  const Findings mended = oracle_.judge({});
  EXPECT_TRUE(mended.findings.empty());
  EXPECT_EQ(mended.transient_regressions, 1U);
}

TEST_F(OracleTest, ARestoredRecordIsExpectedBackAndMayBeDeletedAnew) {
  created(0, "101", "a");
  seen(5, 6, {{"101", "a"}});
  archived(10, "101");
  seen(20, 30, {});
  add(40, ChangeKind::restored, "101", {});
  seen(50, 60, {{"101", "a"}});
  EXPECT_THAT(texts(), ElementsAre());
  archived(70, "101");
  seen(80, 90, {{"101", "a"}});
  EXPECT_EQ(oracle_.judge({}).count(FindingKind::undeleted), 1U) << "its second end was not seen";
  seen(100, 110, {});
  seen(120, 130, {{"101", "a"}});
  EXPECT_EQ(oracle_.judge({}).count(FindingKind::resurrected), 1U);
}

TEST_F(OracleTest, KeysResolveThroughAMerge) {
  created(0, "101", "a");
  created(0, "102", "b");
  seen(5, 6, {{"101", "a"}, {"102", "b"}});
  const auto added = oracle_.add_history({.sequence = ++sequence_,
                                          .at_ms = 10,
                                          .kind = ChangeKind::merged,
                                          .object_type = "0-1",
                                          .object_id = "301",
                                          .properties = {{"phone", "a"}},
                                          .merged_ids = {"102", "101"}});
  ASSERT_TRUE(added.ok());
  seen(20, 30, {{"301", "a"}});
  EXPECT_THAT(texts(), ElementsAre()) << "it follows the outcome";
  seen(40, 50, {{"101", "a"}});
  EXPECT_THAT(texts(), ElementsAre()) << "an old id means the outcome";
  seen(60, 70, {{"101", "a"}, {"102", "b"}});
  EXPECT_EQ(oracle_.judge({}).count(FindingKind::duplicate_record), 1U) << "two for one record";
  seen(80, 90, {});
  EXPECT_EQ(oracle_.judge({}).count(FindingKind::lost), 1U) << "one record is gone, not three";
}

TEST_F(OracleTest, APrivacyDeletionEndsARecord) {
  created(0, "101", "a");
  seen(5, 6, {{"101", "a"}});
  add(10, ChangeKind::privacy_deleted, "101", {});
  seen(20, 30, {});
  EXPECT_THAT(texts(), ElementsAre());
  seen(40, 50, {{"101", "a"}});
  EXPECT_EQ(oracle_.judge({}).count(FindingKind::resurrected), 1U);
}

TEST_F(OracleTest, AnAbsenceThatMayBeOlderThanTheDeletionIsNoProofOfIt) {
  created(0, "101", "a");
  seen(5, 6, {{"101", "a"}});
  archived(15, "101");
  seen(10, 20, {});
  seen(30, 40, {{"101", "a"}});
  EXPECT_EQ(oracle_.judge({}).count(FindingKind::undeleted), 1U);
}

TEST_F(OracleTest, ARowNobodyWroteAndARowTwice) {
  created(0, "101", "a");
  seen(10, 20, {{"101", "a"}, {"999", "x"}, {"101", "a"}});
  EXPECT_THAT(texts(), ElementsAre("999 phantom: wanted no such record, shows a record",
                                   "101 duplicate_record: wanted one record, shows 2 records"));
  EXPECT_EQ(oracle_.divergence().count, 2U);
  EXPECT_FALSE(oracle_.divergence().converged());
}

TEST_F(OracleTest, AValueSeenBeforeItsCommitIsNotJudged) {
  created(0, "101", "a");
  updated(100, "101", "b");
  seen(10, 20, {{"101", "b"}});
  const Findings found = oracle_.judge({});
  EXPECT_TRUE(found.findings.empty());
  EXPECT_EQ(found.ahead, 1U);
}

TEST_F(OracleTest, ConvergesWithItsErrorBarAndStartsAnewWithEachChange) {
  created(0, "101", "a");
  seen(100, 110, {});
  seen(200, 210, {{"101", "a"}});
  seen(300, 310, {{"101", "a"}});
  auto record = oracle_.judge({}).converged.at(0);
  EXPECT_EQ(record.earliest_ms, 100);
  EXPECT_EQ(record.latest_ms, 210);
  updated(305, "101", "b");
  seen(400, 410, {{"101", "b"}});
  record = oracle_.judge({}).converged.at(0);
  EXPECT_EQ(record.changed_ms, 305);
  EXPECT_EQ(record.earliest_ms, 305);
  EXPECT_EQ(record.latest_ms, 410);
}

TEST_F(OracleTest, HistoryThatCameLateIsStillCompared) {
  created(0, "101", "a");
  seen(100, 110, {{"101", "a"}});
  seen(200, 210, {{"101", "a"}});
  updated(50, "101", "b");  // the runner had not read it in time
  seen(300, 310, {{"101", "a"}});
  EXPECT_EQ(oracle_.divergence().count, 1U);
}

TEST_F(OracleTest, ChangesAfterTheLastLookArePending) {
  EXPECT_FALSE(oracle_.divergence().converged()) << "nothing was looked at yet";
  created(0, "101", "a");
  seen(10, 20, {{"101", "a"}});
  EXPECT_TRUE(oracle_.divergence().converged());
  updated(30, "101", "b");
  created(30, "102", "c");
  EXPECT_EQ(oracle_.divergence().pending, 2U);
  EXPECT_FALSE(oracle_.divergence().converged());
}

TEST_F(OracleTest, SaysWhyItDoesNotJudge) {
  EXPECT_THAT(oracle_.judge({}).why_not, HasSubstr("never read"));
  oracle_.add_observation({.observer = "m", .complete = false, .error = "down"});
  EXPECT_THAT(oracle_.judge({}).why_not, HasSubstr("never be read completely"));
  seen(10, 20, {});
  EXPECT_THAT(oracle_.judge({}).why_not, HasSubstr("never had a record"));
  created(15, "101");
  EXPECT_THAT(oracle_.judge({.quiet_since_ms = 11}).why_not, HasSubstr("after traffic"));
  EXPECT_TRUE(oracle_.judge({.quiet_since_ms = 10}).judged);
  EXPECT_EQ(oracle_.judge({}).failed_observations, 1U);
}

TEST_F(OracleTest, AGapInTheHistoryIsRefusedAndRemembered) {
  created(0, "101", "a");
  const auto added = oracle_.add_history({.sequence = 3, .object_type = "0-2", .object_id = "5"});
  ASSERT_FALSE(added.ok());
  EXPECT_THAT(added.error(), HasSubstr("sequence 3 where 2 was expected"));
  seen(10, 20, {{"101", "a"}});
  EXPECT_FALSE(oracle_.judge({}).judged);
}

TEST(History, ReadsEntriesAndRefusesWhatItDoesNotKnow) {
  const auto entry = history_entry_from_json(
      json::parse(R"({"sequence":7,"at_ms":5,"kind":"updated","object_type":"0-1",
        "object_id":"101","lineage":"people/1","source":"CRM_UI","app_id":0,"request_number":3,
        "properties":{"phone":null,"city":"Rome"}})")
          .value());
  ASSERT_TRUE(entry.ok()) << entry.error();
  EXPECT_EQ(entry->sequence, 7U);
  EXPECT_TRUE(entry->by_integration());
  EXPECT_THAT(entry->properties,
              ElementsAre(testing::Pair("phone", ""), testing::Pair("city", "Rome")));
  const auto unknown =
      history_entry_from_json(json::parse(R"({"sequence":7,"kind":"transmuted"})").value());
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error(), HasSubstr("unknown kind 'transmuted'"));
  EXPECT_FALSE(history_entry_from_json(Json::array()).ok());
}

TEST(History, NamesTypesByTheirId) {
  EXPECT_EQ(object_type_id("contacts"), "0-1");
  EXPECT_EQ(object_type_id("0-5"), "0-5");
  EXPECT_EQ(object_type_id("2-17"), "2-17");
}

TEST(Effects, CountsBeyondWhatOthersCreations) {
  EffectsLedger ledger("0-1");
  EXPECT_THAT(ledger.judge().why_not, HasSubstr("never read"));
  ledger.add_history({.kind = ChangeKind::created, .object_type = "0-1", .object_id = "1"});
  ledger.add_history({.kind = ChangeKind::created, .object_type = "0-1", .object_id = "2"});
  ledger.add_history({.kind = ChangeKind::created, .object_type = "0-2", .object_id = "3"});
  ledger.add_observation({.complete = true});
  EXPECT_THAT(ledger.judge().why_not, HasSubstr("no effect was ever seen"));
  Observation seen{.complete = true};
  for (const char* key : {"1", "1", "1", "9"}) {
    seen.records.push_back({.key = key, .properties = {}});
  }
  ledger.add_observation(seen);
  ledger.add_observation({.complete = false});
  const EffectsFindings found = ledger.judge();
  EXPECT_TRUE(found.judged);
  EXPECT_EQ(found.effects, 4U);
  EXPECT_EQ(found.duplicates, 2U);
  EXPECT_EQ(found.warranted, 2U);
  EXPECT_EQ(found.without_effect, 1U);
  EXPECT_EQ(found.records.at(0).key, "1");
}

}  // namespace
}  // namespace hubsim::scenarios
