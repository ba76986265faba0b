// How late this machine wakes a thread that asked for a time: 1,000 wake-ups 2 ms apart, their p99
// in microseconds. The load generator's schedule lag is judged beside it.
#include <cstdio>

#include "common/net/poller.h"
#include "common/stats/histogram.h"
#include "common/time/clock.h"

int main() {
  hubsim::net::Poller poller;
  hubsim::stats::Histogram late;
  auto due = hubsim::monotonic_now();
  for (int i = 0; i < 1000; ++i) {
    due += std::chrono::milliseconds(2);
    auto now = hubsim::monotonic_now();
    while (now < due) {
      (void)poller.wait(due - now);
      now = hubsim::monotonic_now();
    }
    late.record(now - due);
  }
  std::printf("%.1f\n", static_cast<double>(late.quantile(0.99).count()) / 1e3);
}
