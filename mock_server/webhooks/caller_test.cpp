// Single calls: what is sent, what is final, what is tried again and when, and the bounded log.
#include "mock_server/webhooks/caller.h"

#include <gtest/gtest.h>

#include "common/time/clock.h"
#include "common/time/format.h"
#include "mock_server/webhooks/memory_transport.h"

namespace hubsim::webhooks {
namespace {

using namespace std::chrono_literals;

struct CallerTest : ::testing::Test {
  void call(CallPlan plan) {
    caller.call(std::move(plan), [this](const CallOutcome& outcome) { ends.push_back(outcome); });
  }
  void advance(Duration by) {
    const Instant target = clock.now() + by;
    for (auto due = timers.next_due(); due && *due <= target; due = timers.next_due()) {
      clock.set(std::max(*due, clock.now()));
      timers.run_due(clock.now());
    }
    clock.set(target);
  }
  static CallPlan plan() {
    return {.name = "one", .url = "http://127.0.0.1:3000/action", .body = "{}", .secret = "s"};
  }

  ManualClock clock{from_unix_ms(1'700'000'000'000)};
  TimerQueue timers;
  MemoryTransport transport;
  Caller caller{
      {.clock = clock, .timers = timers, .transport = transport, .signature_clock = clock}};
  std::vector<CallOutcome> ends;
};

TEST_F(CallerTest, AnAnswerIsGivenOnceWithItsBody) {
  call(plan());
  EXPECT_EQ(caller.in_flight(), 1U);
  transport.answer_next({.status = 200, .body = "yes"});
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_TRUE(ends[0].answered);
  EXPECT_EQ(ends[0].body, "yes");
  EXPECT_EQ(ends[0].attempts, 1);
  EXPECT_EQ(caller.in_flight(), 0U);
}

TEST_F(CallerTest, WithoutASecretItIsNotSigned) {
  CallPlan bare = plan();
  bare.secret.clear();
  call(std::move(bare));
  for (const auto& [name, value] : transport.requests.front().headers) {
    EXPECT_FALSE(name.starts_with("x-hubspot-signature")) << name;
  }
}

TEST_F(CallerTest, ARedirectAndARefusalAreFinal) {
  for (const int status : {302, 404, 410}) {
    call(plan());
    transport.answer_next({.status = status});
    EXPECT_EQ(ends.back().status, status);
  }
  advance(96h);
  EXPECT_EQ(transport.requests.size(), 3U);
}

TEST_F(CallerTest, TroubleIsTriedAgainWithGapsThatGrow) {
  call(plan());
  std::vector<Instant> sent;
  for (int i = 0; i < 3; ++i) {
    sent.push_back(clock.now());
    transport.answer_next({.kind = DeliveryResult::Kind::connection_failed, .error = "refused"});
    advance(10min);
  }
  EXPECT_EQ(transport.requests.size(), 4U);
  EXPECT_TRUE(ends.empty());
}

TEST_F(CallerTest, CompressedPatienceIsFourMinutes) {
  CallPlan fast = plan();
  fast.retry = RetrySchedule::compressed;
  call(std::move(fast));
  for (int i = 0; i < 100 && ends.empty(); ++i) {
    transport.answer_next({.status = 500});
    advance(1min);
  }
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].status, 500);
  EXPECT_LT(clock.now(), from_unix_ms(1'700'000'000'000) + 30min);
}

TEST_F(CallerTest, AfterAResetNobodyIsCalledBack) {
  call(plan());
  caller.reset();
  transport.answer_next({.status = 200});
  EXPECT_TRUE(ends.empty());
  EXPECT_TRUE(caller.log_of("", 10).empty());
  EXPECT_EQ(caller.in_flight(), 0U);
}

}  // namespace
}  // namespace hubsim::webhooks
