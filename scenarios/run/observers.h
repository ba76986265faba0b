// ObserverThread: reads the other system again and again on a thread of its own (a read blocks),
// and hands each observation over. The one thread a run starts for each observer. Threads: made,
// woken and stopped by the runner; `deliver` is called on the observer's thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "common/time/clock.h"
#include "scenarios/observe/observer.h"

namespace hubsim::scenarios {

class ObserverThread {
 public:
  using Deliver = std::function<void(Observation)>;
  ObserverThread(std::unique_ptr<Observer> observer, Duration every, Deliver deliver);
  ObserverThread(const ObserverThread&) = delete;
  ObserverThread& operator=(const ObserverThread&) = delete;
  /// Waits for the read at hand, which is bounded by the observer's own timeout.
  ~ObserverThread();

  /// The next read begins now instead of after the gap.
  void wake();

 private:
  void run(const std::stop_token& stop);

  std::unique_ptr<Observer> observer_;
  Duration every_;
  Deliver deliver_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool woken_ = false;
  std::jthread thread_;
};

}  // namespace hubsim::scenarios
