// PortalClock: the mock's clock as the runner reckons it, and the bridge to monotonic time, on
// which traffic and timers run. The two are paired once, at the start: a step of the machine's
// clock later on shifts nothing. Threads: immutable after synchronise(); now() from any thread.
#pragma once

#include <chrono>
#include <cstdint>

#include "common/base/result.h"
#include "common/time/clock.h"
#include "common/time/format.h"
#include "scenarios/run/control_client.h"

namespace hubsim::scenarios {

class PortalClock final : public Clock {
 public:
  /// Asks the mock a few times and keeps the answer with the shortest way.
  [[nodiscard]] Status<> synchronise(ControlClient& control);

  [[nodiscard]] Instant now() const override { return at(monotonic_now()); }
  [[nodiscard]] Instant at(std::chrono::nanoseconds monotonic) const {
    return base_ + std::chrono::duration_cast<Duration>(monotonic - monotonic_base_);
  }
  [[nodiscard]] std::int64_t now_ms() const { return to_unix_ms(now()); }
  [[nodiscard]] std::chrono::nanoseconds monotonic_of(std::int64_t ms) const {
    return monotonic_base_ + (from_unix_ms(ms) - base_);
  }

 private:
  Instant base_{};
  std::chrono::nanoseconds monotonic_base_{0};
};

}  // namespace hubsim::scenarios
