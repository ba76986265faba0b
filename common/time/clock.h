// Clock: where everything that has a time reads it. Real, manual (stands still until advanced) or
// scaled; the simulated HubSpot never calls the operating system's clock itself.
// Threads: now() may be called from any thread. Units: Instant is UTC with microseconds; HubSpot's
// wire shows milliseconds.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace hubsim {

using Duration = std::chrono::microseconds;
using Instant = std::chrono::sys_time<Duration>;

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

/// The machine's UTC clock.
class RealClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

/// Stands still between set() calls. Goes back only by restart().
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : now_us_(start.time_since_epoch().count()) {}
  [[nodiscard]] Instant now() const override { return Instant(Duration(now_us_.load())); }
  void set(Instant instant);
  /// Where it begins anew: whatever remembers a later instant has been forgotten.
  void restart(Instant start) { now_us_.store(start.time_since_epoch().count()); }

 private:
  std::atomic<std::int64_t> now_us_;
};

/// Runs `factor` times as fast as `base`, from the moment it is made.
class ScaledClock final : public Clock {
 public:
  ScaledClock(const Clock& base, double factor)
      : base_(base), start_(base.now()), factor_(factor) {}
  [[nodiscard]] Instant now() const override;

 private:
  const Clock& base_;
  Instant start_;
  double factor_;
};

/// Monotonic time of the machine, for measuring spans and socket timeouts; never shown to a client.
[[nodiscard]] std::chrono::nanoseconds monotonic_now() noexcept;
/// CPU time (user + system) the process has used so far.
[[nodiscard]] std::chrono::nanoseconds process_cpu_time() noexcept;
/// CPU time the calling thread has used so far.
[[nodiscard]] std::chrono::nanoseconds thread_cpu_time() noexcept;

}  // namespace hubsim
