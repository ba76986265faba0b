#include "common/time/clock.h"

#include <ctime>

#include "common/base/assert.h"

namespace hubsim {

namespace {

std::chrono::nanoseconds read_posix_clock(clockid_t id) noexcept {
  timespec ts{};
  clock_gettime(id, &ts);
  return std::chrono::seconds(ts.tv_sec) + std::chrono::nanoseconds(ts.tv_nsec);
}

}  // namespace

Instant RealClock::now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

void ManualClock::set(Instant instant) {
  HUBSIM_ASSERT(instant >= now());
  now_us_.store(instant.time_since_epoch().count());
}

Instant ScaledClock::now() const {
  const auto passed = base_.now() - start_;
  return start_ + std::chrono::duration_cast<Duration>(passed * factor_);
}

std::chrono::nanoseconds monotonic_now() noexcept { return read_posix_clock(CLOCK_MONOTONIC); }

std::chrono::nanoseconds process_cpu_time() noexcept {
  return read_posix_clock(CLOCK_PROCESS_CPUTIME_ID);
}

std::chrono::nanoseconds thread_cpu_time() noexcept {
  return read_posix_clock(CLOCK_THREAD_CPUTIME_ID);
}

}  // namespace hubsim
