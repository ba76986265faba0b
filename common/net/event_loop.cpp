#include "common/net/event_loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "common/time/clock.h"

namespace hubsim::net {

namespace {
constexpr std::uint64_t wake_token = ~std::uint64_t{0} - 1;
}

EventLoop::EventLoop(std::size_t max_mailbox)
    : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), max_mailbox_(max_mailbox) {
  HUBSIM_ASSERT(wake_.valid());
  poller_.add(wake_.get(), wake_token, true, false);
}

void EventLoop::run() {
  while (!stop_.load(std::memory_order_acquire)) {
    run_once(std::chrono::hours(1));
  }
  stop_.store(false, std::memory_order_release);
}

void EventLoop::stop() {
  stop_.store(true, std::memory_order_release);
  wake();
}

void EventLoop::wake() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof(one));
}

void EventLoop::run_once(std::chrono::nanoseconds limit) {
  std::chrono::nanoseconds wait = limit;
  if (const auto next = wait_limit(); next && *next < wait) {
    wait = *next;
  }
  for (const PollEvent& event : poller_.wait(wait)) {
    dispatch(event);
  }
  run_timers();
}

std::optional<std::chrono::nanoseconds> EventLoop::wait_limit() const {
  if (timers_.empty()) {
    return std::nullopt;
  }
  return timers_.begin()->first.first - monotonic_now();
}

void EventLoop::dispatch(const PollEvent& event) {
  if (event.token == wake_token) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof(count));
    run_mailbox();
    return;
  }
  const std::size_t fd = event.token & 0xffff'ffffU;
  const Watch& watch = watches_[fd];
  // A callback earlier in this round may have closed the descriptor, or given it to another.
  if (watch.handler != nullptr && watch.generation == event.token >> 32U) {
    watch.handler->on_io(event.readable, event.writable);
  }
}

void EventLoop::run_mailbox() {
  std::vector<Task> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(mailbox_);
  }
  for (Task& task : tasks) {
    task();
  }
}

void EventLoop::run_timers() {
  // Timers that callbacks add for now wait for the next round, so that sockets are not starved.
  const auto now = monotonic_now();
  const std::uint64_t first_new = next_timer_;
  for (auto it = timers_.begin(); it != timers_.end() && it->first.first <= now;) {
    if (it->first.second >= first_new) {
      ++it;
      continue;
    }
    Task task = std::move(it->second);
    timers_.erase(it);
    task();
    it = timers_.begin();
  }
}

bool EventLoop::post(Task task) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    if (mailbox_.size() >= max_mailbox_) {
      overflowed_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    was_empty = mailbox_.empty();
    mailbox_.push_back(std::move(task));
  }
  if (was_empty) {
    wake();
  }
  return true;
}

EventLoop::TimerId EventLoop::run_at(std::chrono::nanoseconds due, Task task) {
  const TimerId id{due, next_timer_++};
  timers_.emplace(id, std::move(task));
  return id;
}

EventLoop::TimerId EventLoop::run_after(std::chrono::nanoseconds delay, Task task) {
  return run_at(monotonic_now() + delay, std::move(task));
}

bool EventLoop::cancel(TimerId id) { return timers_.erase(id) != 0; }

std::uint64_t EventLoop::token_of(int fd) const {
  const auto index = static_cast<std::size_t>(fd);
  return (std::uint64_t{watches_[index].generation} << 32U) | index;
}

void EventLoop::watch(int fd, IoHandler& handler, bool read, bool write) {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= watches_.size()) {
    watches_.resize(index + 1);
  }
  HUBSIM_ASSERT(watches_[index].handler == nullptr);
  watches_[index].handler = &handler;
  ++watches_[index].generation;
  poller_.add(fd, token_of(fd), read, write);
}

void EventLoop::change_watch(int fd, bool read, bool write) {
  poller_.change(fd, token_of(fd), read, write);
}

void EventLoop::unwatch(int fd) {
  watches_[static_cast<std::size_t>(fd)].handler = nullptr;
  poller_.remove(fd);
}

}  // namespace hubsim::net
