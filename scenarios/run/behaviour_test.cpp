#include "scenarios/run/behaviour.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubsim::scenarios {
namespace {

using testing::ElementsAre;

RequestRecord call(std::uint64_t number, const char* operation, int status, std::int64_t inputs,
                   const char* query = "") {
  RequestRecord record{.number = number, .at_ms = 1000 + static_cast<std::int64_t>(number) * 10};
  record.method = "POST";
  record.operation = operation;
  record.status = status;
  record.ending = "complete";
  record.key = "k";
  record.inputs = inputs;
  record.query = query;
  return record;
}

RunEvidence evidence() {
  RunEvidence out;
  out.requests = {call(1, "crm.objects.batch.read", 429, 1),
                  call(2, "crm.objects.batch.read", 200, 40),
                  call(3, "crm.objects.batch.read", 200, 60),
                  call(4, "crm.objects.list", 500, 1, "limit=100&after=7")};
  out.history = {{.sequence = 1, .kind = ChangeKind::created},
                 {.sequence = 2, .kind = ChangeKind::updated},
                 {.sequence = 3, .kind = ChangeKind::associated},
                 {.sequence = 4, .kind = ChangeKind::updated, .request_number = 3}};
  return out;
}

TEST(Behaviour, CountsCallsByLogicalChange) {
  const reports::Behaviour seen = behaviour_of(evidence());
  EXPECT_EQ(seen.changes, 2U) << "neither the association nor the integration's own write";
  EXPECT_EQ(seen.calls, 4U);
  EXPECT_EQ(seen.calls_per_change, 2.0);
  EXPECT_EQ(seen.retries, 1U);
  EXPECT_EQ(seen.early_retries, 1U);
  EXPECT_EQ(seen.share_429, 0.25);
  EXPECT_EQ(seen.share_5xx, 0.25);
  ASSERT_EQ(seen.operations.size(), 2U);
  const auto& batch = seen.operations[0];
  EXPECT_EQ(batch.calls_per_change, 1.5);
  ASSERT_TRUE(batch.batch_sizes);
  EXPECT_EQ(batch.batch_sizes->count, 2U) << "of the refused call nobody counted";
  EXPECT_EQ(batch.batch_sizes->max, 60U);
  EXPECT_EQ(seen.operations[1].page_sizes->max, 100U);
}

TEST(Behaviour, WithoutAnyChangeThereIsNoRatio) {
  RunEvidence quiet = evidence();
  quiet.history.clear();
  EXPECT_EQ(behaviour_of(quiet).calls_per_change, std::nullopt);
  quiet.accepted_writes.resize(8);
  EXPECT_EQ(behaviour_of(quiet).calls_per_change, 0.5) << "accepted writes are to be carried over";
}

TEST(Behaviour, TakesScopesAndPayloadsFromTheMock) {
  RunEvidence seen = evidence();
  seen.call_shapes = call_shapes_from_json(
      json::parse(R"({"recording":true,"results":[{"operation":"crm.objects.batch.read",)"
                  R"("scopes":["a | b"],"payload":["inputs[].id"],"payload_cut":true,)"
                  R"("limits":[{"limit":20,"calls":3}]},{"operation":"never.called"}]})")
          .value());
  const reports::Behaviour behaviour = behaviour_of(seen);
  ASSERT_EQ(behaviour.operations.size(), 2U);
  const auto& batch = behaviour.operations[0];
  EXPECT_THAT(batch.scopes, ElementsAre("a | b"));
  EXPECT_THAT(batch.payload, ElementsAre("inputs[].id"));
  EXPECT_TRUE(batch.payload_cut);
  EXPECT_EQ(batch.page_sizes->count, 3U);
  EXPECT_TRUE(call_shapes_from_json(json::parse(R"({"error":"no such call"})").value()).empty());
}

}  // namespace
}  // namespace hubsim::scenarios
