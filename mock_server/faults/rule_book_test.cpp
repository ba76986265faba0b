#include "mock_server/faults/rule_book.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "common/time/format.h"
#include "mock_server/faults/rule.h"

namespace hubsim::faults {
namespace {

using namespace std::chrono_literals;

class RuleBookTest : public testing::Test {
 protected:
  RuleBookTest() { register_all_faults(kinds_); }

  config::Problems put(const char* id, const char* rule) {
    return book_.put(id, json::parse(rule).value());
  }
  void must_put(const char* id, const char* rule) {
    const auto problems = put(id, rule);
    ASSERT_TRUE(problems.empty()) << problems[0].pointer << ": " << problems[0].message;
  }
  CallEffect call(const std::string& key) {
    return book_.decide_call(facts_, [key] { return key; });
  }
  Json counts(const char* id, bool with_removed = false) {
    const Json all = book_.list(with_removed);
    for (const Json& rule : all["results"]) {
      if (rule["id"] == id) {
        return rule;
      }
    }
    return nullptr;
  }

  FaultRegistry kinds_;
  RuleBook book_{kinds_, 42};
  CallFacts facts_{.operation = "crm.objects.batch.upsert",
                   .method = "POST",
                   .path = "/crm/v3/objects/contacts/batch/upsert",
                   .app_id = 1234,
                   .now = from_unix_ms(1000),
                   .correlation_id = "c-1"};
};

TEST_F(RuleBookTest, EmptyDoesNothingAndAsksForNoKey) {
  const auto effect = book_.decide_call(facts_, []() -> std::string {
    ADD_FAILURE() << "asked for the key";
    return "";
  });
  EXPECT_TRUE(effect.run_operation);
  EXPECT_FALSE(effect.answer.has_value());
  EXPECT_EQ(effect.wire.ending, http::WireEnding::complete);
}

TEST_F(RuleBookTest, StatusAnswersWithHubSpotsBody) {
  must_put("throttle", R"({"kind":"status","status":429,"policy":"daily","retry_after":"1500ms"})");
  const auto effect = call("a");
  ASSERT_TRUE(effect.answer.has_value());
  EXPECT_FALSE(effect.run_operation);
  EXPECT_EQ(effect.answer->status, 429);
  EXPECT_NE(effect.answer->body.find("You have reached your daily limit."), std::string::npos);
  EXPECT_NE(effect.answer->body.find(R"("correlationId":"c-1")"), std::string::npos);
  EXPECT_EQ(*effect.answer->header("Retry-After"), "2");
  EXPECT_EQ(effect.rule_ids, std::vector<std::string>{"throttle"});
}

TEST_F(RuleBookTest, GatewayErrorsAreTheEdgesPages) {
  must_put("bad", R"({"kind":"status","status":502})");
  const auto effect = call("a");
  EXPECT_EQ(*effect.answer->header("Content-Type"), "text/html");
  EXPECT_NE(effect.answer->body.find("<h1>502 Bad Gateway</h1>"), std::string::npos);
}

TEST_F(RuleBookTest, ServiceErrorsAreJson) {
  must_put("ill", R"({"kind":"status","status":503})");
  EXPECT_EQ(call("a").answer->body,
            R"({"status":"error","message":"internal error","correlationId":"c-1"})");
}

TEST_F(RuleBookTest, CommitThenFailKeepsTheOperationForItsShare) {
  must_put("bad", R"({"kind":"status","status":502,"commit":"50%"})");
  int committed = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto effect = call(fmt::format("key-{}", i));
    ASSERT_TRUE(effect.answer.has_value());
    committed += effect.run_operation ? 1 : 0;
  }
  EXPECT_GT(committed, 430);
  EXPECT_LT(committed, 570);
}

TEST_F(RuleBookTest, MatchesByOperationMethodPathAndApp) {
  must_put("a", R"({"kind":"latency","delay":"1ms","match":{"operation":"crm.objects.*"}})");
  must_put("b", R"({"kind":"latency","delay":"2ms","match":{"method":["put","post"]}})");
  must_put("c", R"({"kind":"latency","delay":"4ms","match":{"path":"/crm/*/batch/*"}})");
  must_put("d", R"({"kind":"latency","delay":"8ms","match":{"app":"1234"}})");
  must_put("e", R"({"kind":"latency","delay":"16ms","match":{"app":"12"}})");
  must_put("f", R"({"kind":"latency","delay":"32ms","match":{"operation":"*.read"}})");
  must_put("g", R"({"kind":"latency","delay":"64ms","match":{"method":"GET","app":"*"}})");
  EXPECT_EQ(call("k").wire.delay, 15ms);
  EXPECT_EQ(counts("e")["eligible"], 0);
}

TEST_F(RuleBookTest, WindowsAreOnThePortalsClock) {
  must_put("w", R"({"kind":"latency","delay":"1ms","from_ms":1000,"until_ms":2000})");
  EXPECT_EQ(call("k").wire.delay, 1ms);
  facts_.now = from_unix_ms(1999);
  EXPECT_EQ(call("k").wire.delay, 1ms);
  facts_.now = from_unix_ms(2000);
  EXPECT_EQ(call("k").wire.delay, 0ms);
  facts_.now = from_unix_ms(999);
  EXPECT_EQ(call("k").wire.delay, 0ms);
  EXPECT_EQ(counts("w")["eligible"], 2);
}

TEST_F(RuleBookTest, BudgetBoundsTheHits) {
  must_put("b", R"({"kind":"status","status":500,"budget":3})");
  int hits = 0;
  for (int i = 0; i < 10; ++i) {
    hits += call("k").answer.has_value() ? 1 : 0;
  }
  EXPECT_EQ(hits, 3);
  EXPECT_EQ(counts("b")["eligible"], 10);
  EXPECT_EQ(counts("b")["hits"], 3);
}

TEST_F(RuleBookTest, EffectsMergeAndTheFirstEndingWins) {
  must_put("slow", R"({"kind":"latency","delay":"10ms"})");
  must_put("bad", R"({"kind":"status","status":500})");
  must_put("cut", R"({"kind":"reset","when":"after_commit"})");
  const auto effect = call("k");
  EXPECT_EQ(effect.wire.delay, 10ms);
  EXPECT_EQ(effect.answer->status, 500);
  EXPECT_EQ(effect.wire.ending, http::WireEnding::complete);
  EXPECT_FALSE(effect.run_operation);
  EXPECT_EQ(effect.rule_ids, (std::vector<std::string>{"slow", "bad"}));
  EXPECT_EQ(counts("cut")["shadowed"], 1);
  EXPECT_EQ(counts("cut")["hits"], 0);
}

TEST_F(RuleBookTest, WireFaultsSayHowTheAnswerEnds) {
  const auto effect_of = [this](const char* rule) {
    must_put("w", rule);
    auto effect = call("k");
    book_.clear();
    return effect;
  };
  EXPECT_TRUE(effect_of(R"({"kind":"reset","when":"after_commit"})").run_operation);
  EXPECT_FALSE(effect_of(R"({"kind":"reset"})").run_operation);
  EXPECT_EQ(effect_of(R"({"kind":"hang"})").wire.ending, http::WireEnding::hang);
  EXPECT_TRUE(effect_of(R"({"kind":"hang","commit":"100%"})").run_operation);
  EXPECT_EQ(effect_of(R"({"kind":"truncate","after_bytes":7})").wire.cut_after_bytes, 7U);
  EXPECT_EQ(effect_of(R"({"kind":"truncate","end":"reset"})").wire.ending,
            http::WireEnding::reset_mid);
  EXPECT_EQ(effect_of(R"({"kind":"drip","every":"5ms"})").wire.drip_interval, 5ms);
}

TEST_F(RuleBookTest, PartialBatchDrawsForEachInput) {
  must_put("partial", R"({"kind":"partial_batch","share":"10%"})");
  auto effect = call("batch");
  ASSERT_NE(effect.inputs, nullptr);
  int failed = 0;
  for (int i = 0; i < 2000; ++i) {
    failed += effect.inputs->fails(fmt::format("people/{}", i)) ? 1 : 0;
  }
  EXPECT_GT(failed, 140);
  EXPECT_LT(failed, 260);
  EXPECT_EQ(effect.inputs->rule_ids(), std::vector<std::string>{"partial"});
  EXPECT_EQ(counts("partial")["eligible"], 2000);
  EXPECT_EQ(counts("partial")["hits"], failed);
}

// The promise of a seed: what hits a key depends on how often it was met, not on what came between.
TEST_F(RuleBookTest, DecisionsDoNotDependOnTheOrderOfCalls) {
  std::vector<std::string> calls;
  for (int i = 0; i < 600; ++i) {
    calls.push_back(fmt::format("people/{}", i % 200));
  }
  std::set<std::set<std::string>> outcomes;
  for (std::uint64_t shuffle = 0; shuffle < 20; ++shuffle) {
    RuleBook book(kinds_, 7);
    ASSERT_TRUE(book.put("r", json::parse(R"({"kind":"status","status":500,"share":0.3})").value())
                    .empty());
    Prng prng(shuffle);
    auto order = calls;
    for (std::size_t i = order.size() - 1; i > 0; --i) {
      std::swap(order[i], order[prng.below(i + 1)]);
    }
    std::map<std::string, int> met;
    std::set<std::string> hit;
    for (const auto& key : order) {
      const int attempt = met[key]++;
      if (book.decide_call(facts_, [&] { return key; }).answer) {
        hit.insert(fmt::format("{}#{}", key, attempt));
      }
    }
    EXPECT_GT(hit.size(), 120U);
    EXPECT_LT(hit.size(), 240U);
    outcomes.insert(std::move(hit));
  }
  EXPECT_EQ(outcomes.size(), 1U);
}

TEST_F(RuleBookTest, ARulesDrawsAreItsOwn) {
  must_put("a", R"({"kind":"latency","delay":"1ms","share":"50%"})");
  must_put("b", R"({"kind":"latency","delay":"2ms","share":"50%"})");
  std::set<std::int64_t> sums;
  for (int i = 0; i < 100; ++i) {
    sums.insert(call(fmt::format("k{}", i)).wire.delay / 1ms);
  }
  EXPECT_EQ(sums, (std::set<std::int64_t>{0, 1, 2, 3}));
}

TEST_F(RuleBookTest, ReplacingKeepsPlaceAndCounts) {
  must_put("a", R"({"kind":"status","status":500})");
  must_put("b", R"({"kind":"status","status":503})");
  (void)call("k");
  must_put("a", R"({"kind":"status","status":504})");
  EXPECT_EQ(call("k").answer->status, 504);
  EXPECT_EQ(counts("a")["hits"], 2);
  EXPECT_EQ(counts("a")["status"], 504);
}

TEST_F(RuleBookTest, RemovedRulesKeepTheirCounts) {
  must_put("a", R"({"kind":"status","status":500})");
  (void)call("k");
  EXPECT_TRUE(book_.remove("a"));
  EXPECT_FALSE(book_.remove("a"));
  EXPECT_TRUE(counts("a").is_null());
  EXPECT_EQ(counts("a", true)["hits"], 1);
  EXPECT_EQ(counts("a", true)["removed"], true);
  EXPECT_FALSE(call("k").answer.has_value());
}

TEST_F(RuleBookTest, RefusesBadRulesWithPlaceAndRemedy) {
  const auto first = [this](const char* id, const char* rule) {
    const auto problems = put(id, rule);
    return problems.empty() ? std::string("accepted")
                            : problems[0].pointer + ": " + problems[0].message;
  };
  EXPECT_NE(first("a", R"({"kind":"statsu"})").find("did you mean 'status'"), std::string::npos);
  EXPECT_NE(first("a", R"({"status":500})").find("/kind: 'kind' is missing"), std::string::npos);
  EXPECT_NE(first("a", R"({"kind":"status"})").find("'status' is missing"), std::string::npos);
  EXPECT_NE(first("a", R"({"kind":"status","status":418})").find("/status: no answer"),
            std::string::npos);
  EXPECT_NE(first("a", R"({"kind":"status","status":429,"commit":0.5})").find("/commit:"),
            std::string::npos);
  EXPECT_NE(first("a", R"({"kind":"reset","shaer":1})").find("did you mean 'share'"),
            std::string::npos);
  EXPECT_NE(first("a", R"({"kind":"reset","match":{"methd":"GET"}})").find("/match/methd"),
            std::string::npos);
  EXPECT_NE(first("a", R"({"kind":"reset","from_ms":5,"until_ms":5})").find("/until_ms"),
            std::string::npos);
  EXPECT_NE(first("a", R"({"kind":"process_kill"})").find("hubsim run"), std::string::npos);
  EXPECT_NE(first("a b", R"({"kind":"reset"})").find("/id"), std::string::npos);
  EXPECT_NE(first("a", R"({"kind":"reset","id":"b"})").find("/id"), std::string::npos);
  EXPECT_NE(first("a", R"({"kind":"webhook_drop","match":{"path":"/x"}})").find("/match:"),
            std::string::npos);
  EXPECT_NE(first("a", "[]").find("expected a JSON object"), std::string::npos);
  EXPECT_TRUE(book_.empty());
}

TEST_F(RuleBookTest, WebhookRulesBendDeliveriesOnly) {
  must_put("drop", R"({"kind":"webhook_drop","match":{"operation":"contact.deletion"}})");
  must_put("late", R"({"kind":"webhook_delay","delay":"3s"})");
  must_put("twice", R"({"kind":"webhook_duplicate","event_id":"new","after":"1s"})");
  must_put("mix", R"({"kind":"webhook_reorder","within":"400ms"})");
  must_put("lie", R"({"kind":"webhook_forge","how":"stale_timestamp"})");
  EXPECT_TRUE(call("k").rule_ids.empty());
  const auto effect = book_.decide_delivery({.subscription_type = "contact.propertyChange",
                                             .lineage = "people/1",
                                             .property_name = "email"});
  EXPECT_FALSE(effect.drop);
  EXPECT_GE(effect.delay, 3200ms);
  EXPECT_LE(effect.delay, 3400ms);
  ASSERT_EQ(effect.copies.size(), 1U);
  EXPECT_TRUE(effect.copies[0].new_event_id);
  EXPECT_EQ(effect.copies[0].after, 1s);
  ASSERT_EQ(effect.forged.size(), 1U);
  EXPECT_EQ(effect.forged[0].how, Forgery::stale_timestamp);
  EXPECT_TRUE(effect.forged[0].value.starts_with("forged-"));
  EXPECT_TRUE(book_.decide_delivery({.subscription_type = "contact.deletion"}).drop);
}

TEST_F(RuleBookTest, HoldsEndWithTheRuleAndBurstsWithTheirStretch) {
  must_put("hold", R"({"kind":"webhook_hold","from_ms":1000,"until_ms":90000})");
  must_put("burst", R"({"kind":"webhook_burst","every":"10s","from_ms":1000,"until_ms":25000})");
  const auto end_of_burst = [&](std::int64_t at_ms) {
    const auto effect = book_.decide_delivery({.occurred_at = from_unix_ms(at_ms)});
    EXPECT_EQ(effect.holds.size(), 2U);
    EXPECT_EQ(effect.holds[0].rule_id, "hold");
    EXPECT_EQ(effect.holds[0].until, from_unix_ms(90'000));
    EXPECT_EQ(effect.rule_ids, (std::vector<std::string>{"hold", "burst"}));
    return to_unix_ms(effect.holds[1].until);
  };
  EXPECT_EQ(end_of_burst(1'000), 11'000);
  EXPECT_EQ(end_of_burst(10'999), 11'000);
  EXPECT_EQ(end_of_burst(11'000), 21'000);
  EXPECT_EQ(end_of_burst(24'000), 25'000) << "the rule's own end";
  EXPECT_EQ(book_.list(false)["results"][1]["hits"], 4);
  const auto problems =
      book_.put("none", json::parse(R"({"kind":"webhook_burst","every":"0s"})").value());
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].pointer, "/every");
}

TEST_F(RuleBookTest, EachWayToForgeAndMalformIsTold) {
  for (const char* how : {"truncated", "oversized", "unknown_event_type", "unknown_fields"}) {
    must_put("bad", (std::string(R"({"kind":"webhook_malform","how":")") + how + "\"}").c_str());
    const auto effect = book_.decide_delivery({});
    ASSERT_EQ(effect.malformed.size(), 1U);
    EXPECT_EQ(malformation_name(effect.malformed[0].how), how);
    EXPECT_EQ(effect.malformed[0].rule_id, "bad");
    const bool bends_the_event = effect.malformed[0].how == Malformation::truncated;
    EXPECT_EQ(effect.rule_ids.size(), bends_the_event ? 1U : 0U) << how;
  }
  book_.clear();
  must_put("lie", R"({"kind":"webhook_forge","how":"wrong_signature"})");
  must_put("again", R"({"kind":"webhook_forge","how":"replay","after":"7m"})");
  const auto effect = book_.decide_delivery({});
  ASSERT_EQ(effect.forged.size(), 1U);
  EXPECT_EQ(effect.forged[0].how, Forgery::wrong_signature);
  EXPECT_EQ(effect.forged[0].rule_id, "lie");
  ASSERT_EQ(effect.replays.size(), 1U);
  EXPECT_EQ(effect.replays[0], (DeliveryEffect::Replay{.after = 7min, .rule_id = "again"}));
  EXPECT_TRUE(effect.rule_ids.empty());
}

TEST_F(RuleBookTest, SchemaHasOneAlternativeForEachKind) {
  const Json schema = rule_schema(kinds_);
  ASSERT_EQ(schema["oneOf"].size(), kinds_.kinds().size());
  EXPECT_GE(kinds_.kinds().size(), 17U);
  for (const Json& kind : schema["oneOf"]) {
    EXPECT_FALSE(kind["description"].get<std::string>().empty());
    EXPECT_TRUE(kind["properties"].contains("share"));
  }
}

TEST(AttemptCounter, ForgetsTheOlderHalfAndSaysSo) {
  AttemptCounter counter(8);
  for (std::uint64_t key = 0; key < 4; ++key) {
    EXPECT_EQ(counter.next(key), 0U);
    EXPECT_EQ(counter.next(key), 1U);
  }
  EXPECT_EQ(counter.next(4), 0U);  // 0 to 3 are the older half now
  EXPECT_EQ(counter.next(0), 2U);  // met again: young again
  EXPECT_EQ(counter.forgotten(), 0U);
  for (std::uint64_t key = 5; key < 8; ++key) {
    (void)counter.next(key);
  }
  EXPECT_EQ(counter.forgotten(), 3U);
  EXPECT_EQ(counter.next(1), 0U);
  EXPECT_EQ(counter.next(0), 3U);
}

}  // namespace
}  // namespace hubsim::faults
