#include "scenarios/run/observers.h"

namespace hubsim::scenarios {

ObserverThread::ObserverThread(std::unique_ptr<Observer> observer, Duration every, Deliver deliver)
    : observer_(std::move(observer)),
      every_(every),
      deliver_(std::move(deliver)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ObserverThread::~ObserverThread() {
  thread_.request_stop();
  thread_.join();
}

void ObserverThread::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void ObserverThread::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    deliver_(observer_->observe());
    std::unique_lock lock(mutex_);
    (void)changed_.wait_for(lock, stop, every_, [this] { return woken_; });
    woken_ = false;
  }
}

}  // namespace hubsim::scenarios
