// EventLoop: one thread's sockets, real-time timers and a bounded mailbox. Webhook delivery, load
// drivers, observers and the scenario runner each own one; the loop starts no thread itself.
// Threads: run() makes the calling thread the loop thread. post(), stop() and overflowed() may be
// called from any thread; everything else from the loop thread only, or before run().
// Invariants: tasks run in the order posted; timers in order of due time, then of scheduling;
// callbacks may add and remove anything, also themselves. A full mailbox refuses and counts.
// Times are monotonic_now().
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/unique_function.h"
#include "common/net/poller.h"
#include "common/net/socket.h"

namespace hubsim::net {

class IoHandler {
 public:
  IoHandler() = default;
  IoHandler(const IoHandler&) = delete;
  IoHandler& operator=(const IoHandler&) = delete;
  virtual ~IoHandler() = default;
  virtual void on_io(bool readable, bool writable) = 0;
};

class EventLoop {
 public:
  using Task = UniqueFunction<void()>;
  /// Due time and a number; {0, 0} is no timer.
  using TimerId = std::pair<std::chrono::nanoseconds, std::uint64_t>;

  explicit EventLoop(std::size_t max_mailbox = 65'536);

  /// Runs until stop(). May be called again afterwards.
  void run();
  /// Ends run() after the callback at hand. A stop before run() ends that run at once.
  void stop();
  /// Runs whatever is ready, waiting at most `limit` for the first of it.
  void run_once(std::chrono::nanoseconds limit);

  /// False, and counted, when the mailbox is full: the task is dropped and the caller must say so.
  [[nodiscard]] bool post(Task task);
  [[nodiscard]] std::uint64_t overflowed() const noexcept { return overflowed_.load(); }

  TimerId run_at(std::chrono::nanoseconds due, Task task);
  TimerId run_after(std::chrono::nanoseconds delay, Task task);
  /// False when it has fired already.
  bool cancel(TimerId id);

  void watch(int fd, IoHandler& handler, bool read, bool write);
  void change_watch(int fd, bool read, bool write);
  /// Call before closing the descriptor.
  void unwatch(int fd);

 private:
  struct Watch {
    IoHandler* handler = nullptr;
    std::uint32_t generation = 0;
  };
  void wake() noexcept;
  void run_mailbox();
  void run_timers();
  void dispatch(const PollEvent& event);
  [[nodiscard]] std::optional<std::chrono::nanoseconds> wait_limit() const;
  [[nodiscard]] std::uint64_t token_of(int fd) const;

  Poller poller_;
  Fd wake_;
  std::vector<Watch> watches_;
  std::map<TimerId, Task> timers_;
  std::uint64_t next_timer_ = 1;
  std::atomic<bool> stop_{false};

  const std::size_t max_mailbox_;
  std::mutex mutex_;
  std::vector<Task> mailbox_;
  std::atomic<std::uint64_t> overflowed_{0};
};

}  // namespace hubsim::net
