#include "scenarios/run/portal_clock.h"

namespace hubsim::scenarios {

Status<> PortalClock::synchronise(ControlClient& control) {
  auto best = std::chrono::nanoseconds::max();
  for (int round = 0; round < 5; ++round) {
    const auto before = monotonic_now();
    const auto answer = control.get("clock");
    const auto way = monotonic_now() - before;
    if (!answer.ok()) {
      return Failure{answer.error()};
    }
    const Json* now_ms = json::find(*answer, "now_ms");
    if (now_ms == nullptr || !now_ms->is_number()) {
      return Failure{std::string("GET clock: no 'now_ms' in the answer")};
    }
    if (way < best) {
      best = way;
      monotonic_base_ = before + way / 2;
      base_ = from_unix_ms(now_ms->get<std::int64_t>());
    }
  }
  // The answer is cut to milliseconds. On the same machine our own clock is the portal's.
  const Instant ours =
      RealClock().now() - std::chrono::duration_cast<Duration>(monotonic_now() - monotonic_base_);
  if (std::chrono::abs(ours - base_) < std::chrono::milliseconds(2) + best / 2) {
    base_ = ours;
  }
  return Done{};
}

}  // namespace hubsim::scenarios
