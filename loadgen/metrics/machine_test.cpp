#include "loadgen/metrics/machine.h"

#include <gtest/gtest.h>

namespace hubsim::loadgen {
namespace {

using std::chrono::seconds;

TEST(Machine, ReadsStealFromProcStat) {
  MachineSample from;
  MachineSample to;
  read_proc_stat("cpu  100 0 50 800 10 0 5 35 7 0\ncpu0 1 2 3\n", from);
  read_proc_stat("cpu  150 0 60 820 10 0 5 55 9 0\n", to);
  EXPECT_EQ(from.all_ticks, 1000U);  // guest time is in user time already
  to.at = from.at + seconds(1);
  EXPECT_NEAR(use_between(from, to).stolen, 20.0 / 100, 1e-9);
}

TEST(Machine, ReadsThrottlingOfBothCgroupVersions) {
  MachineSample two;
  read_cgroup_stat("usage_usec 5\nnr_throttled 2\nthrottled_usec 250000\n", two);
  EXPECT_EQ(two.throttled_us, 250'000U);
  MachineSample one;
  read_cgroup_stat("nr_periods 9\nnr_throttled 2\nthrottled_time 500000000\n", one);
  EXPECT_EQ(one.throttled_us, 500'000U);
  one.at = two.at + seconds(1);
  EXPECT_NEAR(use_between(two, one).throttled, 0.25, 1e-9);
}

TEST(Machine, KnowsNothingWhereNothingIsWritten) {
  MachineSample empty;
  read_proc_stat("", empty);
  read_cgroup_stat("", empty);
  const MachineUse use = use_between(empty, empty);
  EXPECT_EQ(use.stolen, 0);
  EXPECT_EQ(use.throttled, 0);
}

TEST(Machine, AuditWarnsOfTooFewDescriptors) {
  const auto all = audit_machine(100'000'000);
  const auto text = to_json(all).dump();
  EXPECT_NE(text.find("fewer than the connections asked for"), std::string::npos) << text;
  EXPECT_EQ(all.front().name, "cores");
}

}  // namespace
}  // namespace hubsim::loadgen
