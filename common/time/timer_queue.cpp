#include "common/time/timer_queue.h"

namespace hubsim {

TimerQueue::TimerId TimerQueue::schedule(Instant due, Callback callback) {
  TimerId id;
  bool earlier = false;
  {
    const std::lock_guard lock(mutex_);
    id = {due, next_number_++};
    earlier = timers_.empty() || id < timers_.begin()->first;
    timers_.emplace(id, std::move(callback));
  }
  if (earlier && notify_earlier_) {
    notify_earlier_();
  }
  return id;
}

bool TimerQueue::cancel(TimerId id) {
  const std::lock_guard lock(mutex_);
  return timers_.erase(id) == 1;
}

void TimerQueue::clear() {
  // Callbacks may own what calls back here when it goes: they go without the lock.
  std::map<TimerId, Callback> gone;
  const std::lock_guard lock(mutex_);
  gone.swap(timers_);
}

std::optional<Instant> TimerQueue::next_due() const {
  const std::lock_guard lock(mutex_);
  if (timers_.empty()) {
    return std::nullopt;
  }
  return timers_.begin()->first.first;
}

std::size_t TimerQueue::size() const {
  const std::lock_guard lock(mutex_);
  return timers_.size();
}

std::optional<TimerQueue::Callback> TimerQueue::pop_due(Instant now) {
  const std::lock_guard lock(mutex_);
  if (timers_.empty() || timers_.begin()->first.first > now) {
    return std::nullopt;
  }
  auto node = timers_.extract(timers_.begin());
  return std::move(node.mapped());
}

std::size_t TimerQueue::run_due(Instant now) {
  std::size_t count = 0;
  while (auto callback = pop_due(now)) {
    (*callback)();
    ++count;
  }
  return count;
}

void TimerQueue::on_earlier(UniqueFunction<void()> notify) { notify_earlier_ = std::move(notify); }

}  // namespace hubsim
