// Worker: one of Pistache's TCP transports, with its own reading, writing, timers and mailbox. Only
// Pistache's listener, accept hand-over, epoll loop and peer table are used: its read loop, write
// queue and timers misbehave (docs/adr/0002), so no event of a connection reaches them.
// Threads: lives on its epoll thread; post() from any. Lifetime: Pistache's listener owns it.
#pragma once

#include <pistache/tcp.h>
#include <pistache/transport.h>

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "common/base/unique_function.h"
#include "mock_server/serve/connection.h"
#include "mock_server/serve/event_loop.h"

namespace hubsim::serve {

class Worker;

/// The workers of a server, known once the listener is bound. The counters outlive them.
struct WorkerPool {
  std::mutex mutex;
  std::vector<Worker*> workers;
  std::vector<std::unique_ptr<WorkerCounters>> counters;

  WorkerCounters& add_counters();
};

class Worker final : public Pistache::Tcp::Transport, public EventLoop {
 public:
  Worker(Shared& shared, WorkerPool& pool);
  ~Worker() override;

  /// Runs a task on this worker's thread.
  void post(UniqueFunction<void()> task);
  void drain();
  void shut_all();
  /// A connection was accepted and handed to this worker.
  void admit(int fd);

  // Pistache's side.
  [[nodiscard]] std::shared_ptr<Pistache::Aio::Handler> clone() const override;
  void registerPoller(Pistache::Polling::Epoll& poller) override;
  void onReady(const Pistache::Aio::FdSet& fds) override;

  // EventLoop.
  using EventLoop::timers;  // Transport has private ones of that name
  void watch(Connection& connection, bool readable, bool writable) override;
  void close(Connection& connection) override;

 private:
  struct Slot {
    std::shared_ptr<Connection> connection;
    bool watched = false;
    bool readable = false;
    bool writable = false;
  };

  void serve(Connection& connection, const Pistache::Aio::FdSet::Entry& event);
  void take_new_connections(std::vector<Pistache::Polling::Event> events);
  void begin(const std::shared_ptr<Connection>& connection);
  /// One connection less is served.
  void leave_open();
  void run_mailbox();
  void run_timers();
  void arm_timer();
  [[nodiscard]] std::shared_ptr<Connection> connection_at(int fd) const;
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> all_connections() const;

  WorkerPool& pool_;
  int mailbox_fd_ = -1;
  int timer_fd_ = -1;
  bool timer_is_late_ = false;
  std::mutex mailbox_mutex_;
  std::vector<UniqueFunction<void()>> mailbox_;
  std::vector<Slot> slots_;  ///< by descriptor
  std::vector<std::shared_ptr<Connection>> fresh_;
};

}  // namespace hubsim::serve
