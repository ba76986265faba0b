#include "common/net/event_loop.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "common/time/clock.h"

namespace hubsim::net {
namespace {

using std::chrono::milliseconds;

TEST(EventLoop, RunsTimersInOrderAndNotEarly) {
  EventLoop loop;
  std::string order;
  const auto start = monotonic_now();
  loop.run_after(milliseconds(20), [&] { order += "b"; });
  loop.run_after(milliseconds(10), [&] { order += "a"; });
  const auto cancelled = loop.run_after(milliseconds(5), [&] { order += "x"; });
  loop.run_at(start + milliseconds(30), [&] {
    order += "c";
    loop.stop();
  });
  EXPECT_TRUE(loop.cancel(cancelled));
  EXPECT_FALSE(loop.cancel(cancelled));
  loop.run();
  EXPECT_EQ(order, "abc");
  EXPECT_GE(monotonic_now() - start, milliseconds(30));
}

TEST(EventLoop, ATimerMayCancelTheNextAndAddOthers) {
  EventLoop loop;
  std::string order;
  EventLoop::TimerId second{};
  const auto due = monotonic_now();
  loop.run_at(due, [&] {
    order += "a";
    loop.cancel(second);
    loop.run_at(due, [&] {
      order += "d";
      loop.stop();
    });
  });
  second = loop.run_at(due, [&] { order += "b"; });
  loop.run();
  EXPECT_EQ(order, "ad");
}

TEST(EventLoop, TakesTasksFromOtherThreadsInOrder) {
  EventLoop loop;
  std::vector<int> seen;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) {
      while (!loop.post([&seen, i] { seen.push_back(i); })) {
      }
    }
    loop.stop();
  });
  loop.run();
  other.join();
  loop.run_once(milliseconds(0));  // what was posted between the last round and the stop
  ASSERT_EQ(seen.size(), 1000U);
  EXPECT_EQ(seen.back(), 999);
}

TEST(EventLoop, AFullMailboxRefusesAndCounts) {
  EventLoop loop(2);
  int ran = 0;
  EXPECT_TRUE(loop.post([&] { ++ran; }));
  EXPECT_TRUE(loop.post([&] { ++ran; }));
  EXPECT_FALSE(loop.post([&] { ++ran; }));
  EXPECT_EQ(loop.overflowed(), 1U);
  loop.run_once(milliseconds(0));
  EXPECT_EQ(ran, 2);
  EXPECT_TRUE(loop.post([&] { ++ran; }));
}

class Closer final : public IoHandler {
 public:
  Closer(EventLoop& loop, int own, int other) : loop_(loop), own_(own), other_(other) {}
  void on_io(bool /*readable*/, bool /*writable*/) override {
    ++calls;
    loop_.unwatch(own_);
    loop_.unwatch(other_);
  }
  int calls = 0;

 private:
  EventLoop& loop_;
  int own_;
  int other_;
};

TEST(EventLoop, AnUnwatchedDescriptorIsSilentWithinTheSameRound) {
  EventLoop loop;
  std::array<int, 2> pair{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
  const Fd a(pair[0]);
  const Fd b(pair[1]);
  Closer first(loop, pair[0], pair[1]);
  Closer second(loop, pair[1], pair[0]);
  loop.watch(pair[0], first, true, true);  // both are writable at once
  loop.watch(pair[1], second, true, true);
  loop.run_once(milliseconds(1000));
  loop.run_once(milliseconds(0));
  EXPECT_EQ(first.calls + second.calls, 1);
}

}  // namespace
}  // namespace hubsim::net
