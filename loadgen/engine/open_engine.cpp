#include "loadgen/engine/open_engine.h"

#include <algorithm>

#include "common/time/clock.h"

namespace hubsim::loadgen {

OpenEngine::OpenEngine(net::ClientOptions options) : options_(options) {}

OpenEngine::~OpenEngine() {
  if (thread_.joinable()) {
    stop(std::chrono::nanoseconds(0));
  }
}

std::size_t OpenEngine::add(DriverSetup setup, std::chrono::nanoseconds t0) {
  runs_.push_back(std::make_unique<DriverRun>(std::move(setup), t0));
  return runs_.size() - 1;
}

void OpenEngine::start() {
  thread_ = std::thread([this] { run_thread(); });
}

void OpenEngine::run_thread() {
  const auto began = monotonic_now();
  client_ = std::make_unique<net::HttpClient>(loop_, options_);
  if (metrics_ != nullptr) {
    publish_each_second();
  }
  loop_.run();
  // Books what is still open as cancelled, which judges to unknown where it had left.
  client_.reset();
  update_drained();
  if (metrics_ != nullptr) {
    publish();
  }
  cpu_ = thread_cpu_time();
  busy_ = static_cast<double>(cpu_.count()) /
          static_cast<double>(std::max<std::int64_t>((monotonic_now() - began).count(), 1));
}

void OpenEngine::command(net::EventLoop::Task task) {
  pending_.fetch_add(1);
  const bool posted = loop_.post([this, task = std::move(task)]() mutable {
    task();
    pump();
    pending_.fetch_sub(1);
  });
  HUBSIM_ASSERT(posted);  // commands are a handful a run
}

void OpenEngine::begin_phase(std::string name, std::chrono::nanoseconds start, PhasePlan plan) {
  command([this, name = std::move(name), start, plan = std::move(plan)]() mutable {
    for (auto& [driver, share] : plan) {
      runs_[driver]->add_phase(name, start, std::move(share));
    }
  });
}

void OpenEngine::end_phase(std::chrono::nanoseconds at) {
  command([this, at] {
    for (const auto& run : runs_) {
      run->cut(at);
    }
  });
}

bool OpenEngine::drained() const noexcept { return pending_.load() == 0 && runs_drained_.load(); }

void OpenEngine::stop(std::chrono::nanoseconds grace) {
  const auto now = monotonic_now();
  command([this, now, grace] {
    for (const auto& run : runs_) {
      run->cut(now);
    }
    stop_by_ = now + grace;
    loop_.run_at(*stop_by_, [this] { loop_.stop(); });
  });
  thread_.join();
}

void OpenEngine::pump() {
  const auto now = monotonic_now();
  for (const auto& run : runs_) {
    for (Call& call : run->take_due(now)) {
      send(*run, std::move(call));
    }
  }
  update_drained();
  check_stop();
  wake_at_next();
}

void OpenEngine::wake_at_next() {
  std::optional<std::chrono::nanoseconds> next;
  for (const auto& run : runs_) {
    if (const auto due = run->next_due(); due && (!next || *due < *next)) {
      next = due;
    }
  }
  if (next && wake_.first == *next && wake_.second != 0) {
    return;
  }
  loop_.cancel(wake_);
  wake_ = {};
  if (next) {
    wake_ = loop_.run_at(*next, [this] {
      wake_ = {};
      pump();
    });
  }
}

void OpenEngine::send(DriverRun& run, Call call) {
  net::ClientRequest request = std::move(call.request);
  client_->send(std::move(request),
                [this, &run, call = std::move(call)](const net::ClientResult& result) {
                  if (auto next = run.on_result(call, result)) {
                    send_when_due(run, std::move(*next));
                  }
                  update_drained();
                  check_stop();
                  wake_at_next();
                });
}

void OpenEngine::send_when_due(DriverRun& run, Call call) {
  const auto due = call.arrivals.front().intended;
  loop_.run_at(due, [this, &run, call = std::move(call)]() mutable {
    if (run.start_follow_up(call)) {
      send(run, std::move(call));
    }
    update_drained();
    check_stop();
  });
}

void OpenEngine::publish() const {
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    metrics_->publish(i, {.driver = runs_[i]->id(),
                          .in_flight = runs_[i]->counters().in_flight.load(),
                          .phases = runs_[i]->metrics()});
  }
}

void OpenEngine::publish_each_second() {
  publish();
  loop_.run_at(monotonic_now() + std::chrono::seconds(1), [this] { publish_each_second(); });
}

void OpenEngine::update_drained() {
  runs_drained_.store(
      std::all_of(runs_.begin(), runs_.end(), [](const auto& run) { return run->drained(); }));
}

void OpenEngine::check_stop() {
  if (stop_by_ && runs_drained_.load()) {
    loop_.stop();
  }
}

}  // namespace hubsim::loadgen
