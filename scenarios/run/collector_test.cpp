#include "scenarios/run/collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/net/testing/test_server.h"
#include "scenarios/run/mock_handle.h"

namespace hubsim::scenarios {
namespace {

using net::testing::http_answer;
using net::testing::TestAnswer;
using net::testing::TestRequest;
using net::testing::TestServer;
using testing::HasSubstr;

std::string entry(int sequence) {
  return R"({"sequence":)" + std::to_string(sequence) + R"(,"at_ms":)" +
         std::to_string(1000 + sequence) +
         R"(,"kind":"updated","object_type":"0-1","object_id":"101","lineage":"","source":"",)"
         R"("source_id":"","app_id":0,"request_number":0,"properties":{"phone":"1"}})";
}

std::string page(const std::string& entries, int next, int first) {
  return R"({"results":[)" + entries + R"(],"next_after":)" + std::to_string(next) +
         R"(,"first_available":)" + std::to_string(first) + R"(,"lost":0,"last_sequence":2})";
}

struct Rig {
  explicit Rig(TestServer::Handler handler)
      : server(std::move(handler)), control(server.url()), collector(control, mirrors, effects) {}
  TestServer server;
  ControlClient control;
  std::vector<MirrorJudge> mirrors;
  std::vector<EffectsJudge> effects;
  Collector collector;
};

TEST(Collector, FollowsALogByItsCursor) {
  Rig rig([](const TestRequest& request) {
    const bool first = request.target().find("after=0&") != std::string::npos;
    return TestAnswer{
        http_answer(200, first ? page(entry(1) + "," + entry(2), 2, 1) : page(entry(3), 3, 1))};
  });
  rig.collector.read_history();
  EXPECT_EQ(rig.collector.evidence().history.size(), 2U);
  rig.collector.read_history();
  EXPECT_EQ(rig.collector.evidence().history.size(), 3U);
  EXPECT_EQ(rig.collector.last_change_ms(), 1003);
  EXPECT_EQ(rig.collector.evidence().gap, "");
}

TEST(Collector, ALostEntryIsAGap) {
  Rig rig([](const TestRequest&) { return TestAnswer{http_answer(200, page(entry(9), 9, 9))}; });
  rig.collector.read_history();
  EXPECT_THAT(rig.collector.evidence().gap, HasSubstr("history log lost entries after 0"));
}

TEST(Collector, AMockThatStopsAnsweringIsAGap) {
  Rig rig([](const TestRequest&) { return TestAnswer{http_answer(500, R"({"error":"oh"})")}; });
  rig.collector.read_all();
  EXPECT_THAT(rig.collector.evidence().gap, HasSubstr("500 oh"));
}

TEST(AttachToMock, RefusesAClockThatIsNotReal) {
  TestServer server([](const TestRequest&) {
    return TestAnswer{http_answer(200, R"({"mode":"manual","now_ms":0})")};
  });
  EXPECT_THAT(attach_to_mock(server.url()).error(), HasSubstr("real clock"));
  EXPECT_THAT(attach_to_mock("http://127.0.0.1:1").error(), HasSubstr("no mock answers"));
}

}  // namespace
}  // namespace hubsim::scenarios
