// TimerQueue: callbacks ordered by the instant they fall due, on whichever clock their owner uses.
// It does not wait by itself: the event loop asks next_due() and calls run_due(); a manual clock's
// advance() does the same without waiting.
// Threads: schedule/cancel/next_due from any thread; run_due from one thread at a time, and
// callbacks run outside the lock. Invariant: same instant fires in the order it was scheduled.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "common/base/unique_function.h"
#include "common/time/clock.h"

namespace hubsim {

class TimerQueue {
 public:
  using Callback = UniqueFunction<void()>;
  using TimerId = std::pair<Instant, std::uint64_t>;

  TimerId schedule(Instant due, Callback callback);
  /// False when it has fired already or never existed.
  bool cancel(TimerId id);
  /// Forgets all of them.
  void clear();
  [[nodiscard]] std::optional<Instant> next_due() const;
  [[nodiscard]] std::size_t size() const;
  /// Runs the timers due at or before `now`, also those that callbacks add; says how many.
  std::size_t run_due(Instant now);
  /// Called (under no lock) after schedule() made the queue's earliest instant earlier.
  void on_earlier(UniqueFunction<void()> notify);

 private:
  std::optional<Callback> pop_due(Instant now);

  mutable std::mutex mutex_;
  std::map<TimerId, Callback> timers_;
  std::uint64_t next_number_ = 1;
  UniqueFunction<void()> notify_earlier_;
};

}  // namespace hubsim
