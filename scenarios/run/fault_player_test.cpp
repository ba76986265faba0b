#include "scenarios/run/fault_player.h"

#include <gtest/gtest.h>

#include <mutex>

#include "common/net/testing/test_server.h"
#include "scenarios/model/test_kinds.h"

namespace hubsim::scenarios {
namespace {

using namespace std::chrono_literals;
using net::testing::http_answer;
using net::testing::TestRequest;
using net::testing::TestServer;

/// A control API that takes everything and remembers what was put.
class Puts {
 public:
  Puts()
      : server_([this](const TestRequest& request) {
          const std::lock_guard lock(mutex_);
          puts_.push_back(json::parse(request.body).value());
          return net::testing::TestAnswer{http_answer(200, "{}")};
        }) {}
  std::string url() const { return server_.url(); }
  std::vector<Json> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(puts_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Json> puts_;
  TestServer server_;
};

Scenario scenario_of(std::vector<FaultSpec> faults) {
  Scenario scenario;
  scenario.phases = {{.name = "import", .length = 20s, .until_converged = true},
                     {.name = "ramp", .length = 4s},
                     {.name = "storm", .length = 6s},
                     {.name = "heal", .length = 10s, .until_converged = true}};
  scenario.faults = std::move(faults);
  return scenario;
}

struct Rig {
  explicit Rig(std::vector<FaultSpec> faults)
      : scenario(scenario_of(std::move(faults))),
        control(puts.url()),
        target({}, ""),
        player(scenario, kinds, control, target) {}
  Puts puts;
  Kinds kinds = test_kinds();
  Scenario scenario;
  ControlClient control;
  Target target;
  FaultPlayer player;
};

TEST(FaultPlayer, PutsAWindowAheadWithBothEnds) {
  Rig rig({{.id = "throttle", .kind = "status", .during = {2}, .settings = {{"status", 429}}}});
  ASSERT_TRUE(rig.player.phases_known({.first = 0, .starts = {1000}}).ok());
  EXPECT_TRUE(rig.puts.take().empty());
  ASSERT_TRUE(rig.player.phases_known({.first = 1, .starts = {5000, 9000, 15000}}).ok());
  EXPECT_EQ(rig.puts.take(), (std::vector<Json>{{{"status", 429},
                                                 {"id", "throttle"},
                                                 {"kind", "status"},
                                                 {"from_ms", 9000},
                                                 {"until_ms", 15000}}}));
  EXPECT_EQ(rig.player.rules()[0].windows[0].end_ms, 15000);
}

TEST(FaultPlayer, AWindowOverAPhaseOfUnknownEndIsClosedWhenItEnds) {
  Rig rig({{.id = "open", .kind = "status", .during = {0, 1}}});
  ASSERT_TRUE(rig.player.phases_known({.first = 0, .starts = {1000}}).ok());
  EXPECT_EQ(rig.puts.take().at(0)["until_ms"], 0);
  ASSERT_TRUE(rig.player.phase_ended(0, 4900).ok());
  EXPECT_TRUE(rig.puts.take().empty());  // it goes on in the next phase
  ASSERT_TRUE(rig.player.phases_known({.first = 1, .starts = {5000, 9000, 15000}}).ok());
  const auto puts = rig.puts.take();
  EXPECT_EQ(puts.at(0)["from_ms"], 1000);
  EXPECT_EQ(puts.at(0)["until_ms"], 9000);

  Rig last({{.id = "last", .kind = "status", .during = {3}}});
  ASSERT_TRUE(last.player.phases_known({.first = 1, .starts = {5000, 9000, 15000}}).ok());
  EXPECT_EQ(last.puts.take().at(0)["until_ms"], 0);
  ASSERT_TRUE(last.player.phase_ended(3, 17000).ok());
  EXPECT_EQ(last.puts.take().at(0)["until_ms"], 17000);
}

TEST(FaultPlayer, ASecondWindowIsPutWhenTheFirstIsOver) {
  Rig rig({{.id = "twice", .kind = "status", .during = {1, 3}}});
  ASSERT_TRUE(rig.player.phases_known({.first = 1, .starts = {5000, 9000, 15000}}).ok());
  EXPECT_EQ(rig.puts.take().size(), 1U);
  ASSERT_TRUE(rig.player.tick(8999).ok());
  EXPECT_TRUE(rig.puts.take().empty());
  ASSERT_TRUE(rig.player.tick(9000).ok());
  EXPECT_EQ(rig.puts.take().at(0)["from_ms"], 15000);
  ASSERT_TRUE(rig.player.tick(9005).ok());
  EXPECT_TRUE(rig.puts.take().empty());
}

TEST(FaultPlayer, ProcessFaultsHappenAtTheirMomentAndAreOutages) {
  Rig rig({{.id = "crash",
            .kind = "process_kill",
            .at = Moment{.phase = 2, .offset = 3s},
            .settings = {{"restart_after", "500ms"}}}});
  ASSERT_TRUE(rig.player.phases_known({.first = 1, .starts = {5000, 9000, 15000}}).ok());
  EXPECT_TRUE(rig.puts.take().empty());  // the mock has no part in it
  ASSERT_TRUE(rig.player.tick(11999).ok());
  EXPECT_EQ(rig.player.process_counts()[0].hits, 0U);
  ASSERT_TRUE(rig.player.tick(12001).ok());
  EXPECT_EQ(rig.player.process_counts()[0].hits, 1U);
  ASSERT_TRUE(rig.player.tick(12502).ok());
  ASSERT_EQ(rig.player.outages().size(), 1U);
  EXPECT_EQ(rig.player.outages()[0].start_ms, 12001);
  EXPECT_EQ(rig.player.outages()[0].end_ms, 12502);
}

TEST(FaultPlayer, ARefusedRuleNamesItself) {
  TestServer refusing([](const TestRequest&) {
    return net::testing::TestAnswer{
        http_answer(400, R"({"error":"bad rule","problems":[{"pointer":"/x","message":"no"}]})")};
  });
  Rig rig({{.id = "throttle", .kind = "status", .during = {1}}});
  ControlClient control(refusing.url());
  FaultPlayer player(rig.scenario, rig.kinds, control, rig.target);
  const auto done = player.phases_known({.first = 1, .starts = {5000, 9000, 15000}});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error(), "PUT faults/throttle: 400 bad rule (/x: no)");
}

}  // namespace
}  // namespace hubsim::scenarios
