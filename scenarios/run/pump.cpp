#include "scenarios/run/pump.h"

#include <algorithm>

#include "common/time/clock.h"

namespace hubsim::scenarios {

namespace {
constexpr std::chrono::milliseconds turn{5};
}

void Pump::every(std::chrono::nanoseconds gap, std::function<void()> work) {
  repeated_.push_back({gap, monotonic_now() + gap, std::move(work)});
}

void Pump::run_repeated() {
  const auto now = monotonic_now();
  for (Repeated& repeated : repeated_) {
    if (now >= repeated.due) {
      repeated.due = now + repeated.gap;
      repeated.work();
    }
  }
}

bool Pump::run_until(std::chrono::nanoseconds deadline, const std::function<bool()>& done) {
  while (!interrupted()) {
    if (done && done()) {
      return true;
    }
    const auto now = monotonic_now();
    if (now >= deadline) {
      return true;
    }
    loop_.run_once(std::min<std::chrono::nanoseconds>(turn, deadline - now));
    run_repeated();
  }
  return false;
}

}  // namespace hubsim::scenarios
