#include "mock_server/control/runtime.h"

#include <algorithm>
#include <future>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::control {

using namespace std::chrono_literals;

/// One advance() under way; lives until its caller has been answered or has given up.
struct Runtime::Advance {
  Instant target;
  std::size_t fired = 0;
  bool abandoned = false;
  std::promise<Advanced> done;
};

namespace {

constexpr std::string_view manual_from = "manual@";

}  // namespace

Result<ClockConfig> parse_clock(std::string_view text) {
  if (text == "real") {
    return ClockConfig{};
  }
  if (text == "manual") {
    return ClockConfig{.mode = ClockMode::manual};
  }
  if (text.starts_with(manual_from)) {
    const auto start = parse_iso8601(text.substr(manual_from.size()));
    return start ? Result<ClockConfig>(ClockConfig{.mode = ClockMode::manual, .start = start})
                 : Failure{"'" + std::string(text.substr(manual_from.size())) +
                           "' is no time to start at: write manual@2026-03-20T09:46:40Z"};
  }
  const auto factor =
      text.starts_with('x') ? parse_double(text.substr(1)) : std::optional<double>();
  if (factor && *factor > 0 && *factor <= 1e6) {
    return ClockConfig{.mode = ClockMode::scaled, .factor = *factor};
  }
  return Failure{
      "unknown clock '" + std::string(text) + "': write real, manual, " +
      "manual@2026-03-20T09:46:40Z, or x60 for sixty times real time (at most x1000000)"};
}

Runtime::Runtime(ClockConfig config) : config_(config) {
  switch (config.mode) {
    case ClockMode::real:
      clock_ = std::make_unique<RealClock>();
      break;
    case ClockMode::scaled:
      clock_ = std::make_unique<ScaledClock>(real_, config.factor);
      break;
    case ClockMode::manual: {
      // Whole milliseconds, so that what a client reads is what the clock holds.
      manual_start_ =
          std::chrono::floor<std::chrono::milliseconds>(config.start.value_or(real_.now()));
      auto manual = std::make_unique<ManualClock>(manual_start_);
      manual_ = manual.get();
      clock_ = std::move(manual);
      break;
    }
  }
  if (manual_ == nullptr) {
    timers_.on_earlier([this] {
      // A full mailbox only delays the timer to the next arming; arm() runs after every timer.
      (void)loop_.post([this] { arm(); });
    });
  }
}

Runtime::~Runtime() { stop(); }

void Runtime::start() {
  thread_ = std::jthread([this] {
    arm();
    loop_.run();
  });
}

void Runtime::stop() {
  if (thread_.joinable()) {
    loop_.stop();
    thread_.join();
  }
}

void Runtime::arm() {
  loop_.cancel(armed_);
  const auto due = timers_.next_due();
  if (!due || manual_ != nullptr) {
    return;
  }
  const auto wait = std::max<Duration>(*due - clock_->now(), 0us);
  const auto real_wait =
      std::chrono::duration_cast<std::chrono::nanoseconds>(wait / config_.factor);
  armed_ = loop_.run_after(real_wait, [this] {
    timers_.run_due(clock_->now());
    arm();
  });
}

void Runtime::restart() {
  timers_.clear();
  if (manual_ != nullptr) {
    manual_->restart(manual_start_);
  }
}

bool Runtime::run_there(std::function<void()> task) {
  auto done = std::make_shared<std::promise<void>>();
  auto future = done->get_future();
  const bool posted = loop_.post([task = std::move(task), done] {
    task();
    done->set_value();
  });
  return posted && future.wait_for(advance_limit) == std::future_status::ready;
}

void Runtime::step(const std::shared_ptr<Advance>& advance) {
  if (advance->abandoned) {
    return;
  }
  if (busy_ && busy_()) {
    // Deliveries are on real sockets: look again soon, without blocking their thread.
    loop_.run_after(500us, [this, advance] { step(advance); });
    return;
  }
  const auto due = timers_.next_due();
  if (due && *due <= advance->target) {
    manual_->set(std::max(*due, manual_->now()));
    advance->fired += timers_.run_due(manual_->now());
    (void)loop_.run_after(0us, [this, advance] { step(advance); });
    return;
  }
  manual_->set(std::max(advance->target, manual_->now()));
  advance->done.set_value({manual_->now(), advance->fired});
}

Result<Runtime::Advanced> Runtime::advance(Duration by) {
  if (manual_ == nullptr) {
    return Failure{std::string("the clock is not manual: start the mock with --clock manual")};
  }
  if (by < 0us) {
    return Failure{std::string("the clock cannot go back")};
  }
  auto advance = std::make_shared<Advance>();
  auto answer = advance->done.get_future();
  const bool posted = loop_.post([this, advance, by] {
    advance->target = manual_->now() + by;
    step(advance);
  });
  if (!posted) {
    return Failure{std::string("the background thread's mailbox is full")};
  }
  if (answer.wait_for(advance_limit) != std::future_status::ready) {
    (void)loop_.post([advance] { advance->abandoned = true; });
    return Failure{std::string("deliveries were still in flight after 30 s of real time")};
  }
  return answer.get();
}

}  // namespace hubsim::control
