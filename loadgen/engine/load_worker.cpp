// LoadWorker: the loop, and which arrival goes over which connection. The connections themselves
// are in load_connection.cpp.
#include "loadgen/engine/load_worker.h"

#include <algorithm>

#include "common/time/clock.h"

namespace hubsim::loadgen {

namespace {
constexpr auto sweep_interval = std::chrono::milliseconds(50);
/// Awake so long before the first arrival may be due.
constexpr std::chrono::nanoseconds early = std::chrono::milliseconds(2);
constexpr auto connect_timeout = std::chrono::seconds(5);
/// Idle for longer, a connection is not trusted: Node closes its own after 5 s.
constexpr auto idle_limit = std::chrono::seconds(4);
/// Arrivals that leave in one turn, so that answers are read in between.
constexpr int max_turn = 256;
}  // namespace

LoadWorker::LoadWorker(WorkerPlan plan)
    : plan_(std::move(plan)),
      books_(plan_.start, plan_.main_from, plan_.arrivals != nullptr),
      connections_(plan_.connections),
      waiting_(plan_.max_waiting),
      next_index_(plan_.slice.first) {
  for (std::size_t i = connections_.size(); i-- > 0;) {
    unopened_.push_back(static_cast<std::uint32_t>(i));
  }
}

/// The moment may have been agreed on with other machines. Arrivals have times of their own.
void LoadWorker::wait_for_start() {
  const auto until = plan_.start - (is_closed_loop() ? std::chrono::nanoseconds(0) : early);
  now_ = monotonic_now();
  while (now_ < until && !is_interrupted()) {
    (void)poller_.wait(std::min<std::chrono::nanoseconds>(sweep_interval, until - now_));
    now_ = monotonic_now();
  }
}

void LoadWorker::run() {
  wait_for_start();
  cpu_from_ = thread_cpu_time();
  main_start_ = now_;
  if (is_closed_loop()) {
    for (Connection& connection : connections_) {
      open(connection);
    }
  } else {
    next_arrival();
  }
  auto next_sweep = plan_.start;
  while (true) {
    const auto events = poller_.wait(wait_limit(now_));
    now_ = monotonic_now();
    watch_phase(now_);
    take_due();
    if (is_over(now_)) {
      break;
    }
    for (const net::PollEvent& event : events) {
      on_event(event);
      if (now_ >= next_due_) {
        take_due();
      }
    }
    if (now_ >= next_sweep) {
      sweep(now_);
      next_sweep = now_ + sweep_interval;
    }
  }
  main_cpu_ = thread_cpu_time() - cpu_from_;
  main_wall_ = now_ - main_start_;
  give_up_rest();
}

std::chrono::nanoseconds LoadWorker::wait_limit(std::chrono::nanoseconds now) const noexcept {
  return is_closed_loop() ? sweep_interval
                          : std::min<std::chrono::nanoseconds>(sweep_interval, next_due_ - now);
}

bool LoadWorker::is_interrupted() const noexcept {
  return plan_.interrupted != nullptr && plan_.interrupted->load(std::memory_order_relaxed);
}

bool LoadWorker::is_over(std::chrono::nanoseconds now) const noexcept {
  if (is_interrupted()) {
    return true;
  }
  if (is_closed_loop()) {
    return now >= plan_.end;
  }
  const bool planned = next_due_ != std::chrono::nanoseconds::max();
  return !planned && ((busy_ == 0 && waiting_.size() == 0) || now >= plan_.end + plan_.timeout);
}

void LoadWorker::watch_phase(std::chrono::nanoseconds now) {
  if (!in_main_ && now >= plan_.main_from) {
    in_main_ = true;
    cpu_from_ = thread_cpu_time();
    main_start_ = now;
  }
}

/// The next of this worker's share.
void LoadWorker::next_arrival() {
  const auto offset = plan_.arrivals->next();
  next_index_ = plan_.arrivals->index();
  next_due_ = offset ? plan_.start + *offset : std::chrono::nanoseconds::max();
}

void LoadWorker::take_due() {
  for (int i = 0; i < max_turn && next_due_ <= now_; ++i) {
    const WaitingArrival arrival{next_index_, next_due_};
    books_.plan(arrival.intended);
    next_arrival();
    dispatch(arrival);
  }
}

void LoadWorker::dispatch(const WaitingArrival& arrival) {
  if (plan_.policy == ConnectionPolicy::per_user) {
    Connection& user = connections_[arrival.index / plan_.slice.step % connections_.size()];
    if (user.state == State::idle) {
      send(user, arrival);
    } else {
      wait_in_line(arrival, user);
    }
    return;
  }
  if (Connection* free = take_idle(now_)) {
    send(*free, arrival);
  } else {
    wait_in_line(arrival, connections_.front());
  }
}

void LoadWorker::wait_in_line(const WaitingArrival& arrival, Connection& user) {
  if (!waiting_.push(line_of(user), arrival)) {
    books_.overflowed(arrival.intended, now_);
    return;
  }
  if (plan_.policy != ConnectionPolicy::per_user) {
    open_for_waiting();
  } else if (user.state == State::closed) {
    open(user);
  }
}

void LoadWorker::open_for_waiting() {
  while (connecting_ < waiting_.size() && !unopened_.empty()) {
    Connection& connection = connections_[unopened_.back()];
    unopened_.pop_back();
    open(connection);
  }
}

LoadWorker::Connection* LoadWorker::take_idle(std::chrono::nanoseconds now) {
  while (!idle_.empty()) {
    Connection& connection = connections_[idle_.back()];
    idle_.pop_back();
    connection.listed_idle = false;
    if (connection.state != State::idle) {
      continue;
    }
    if (now - connection.stamps.done <= idle_limit) {
      return &connection;
    }
    shut(connection);
    unopened_.push_back(static_cast<std::uint32_t>(number_of(connection)));
  }
  return nullptr;
}

ArrivalQueue::Line& LoadWorker::line_of(Connection& connection) noexcept {
  return plan_.policy == ConnectionPolicy::per_user ? connection.line : line_;
}

/// A connection is free: the next request goes over it.
void LoadWorker::serve(Connection& connection) {
  if (is_closed_loop()) {
    const WaitingArrival next{next_index_, now_};
    next_index_ += plan_.slice.step;
    send(connection, next);
    return;
  }
  ArrivalQueue::Line& line = line_of(connection);
  if (!line.empty()) {
    send(connection, waiting_.pop(line));
    return;
  }
  connection.state = State::idle;
  connection.stamps.done = now_;
  if (!connection.listed_idle && plan_.policy != ConnectionPolicy::per_user) {
    connection.listed_idle = true;
    idle_.push_back(static_cast<std::uint32_t>(number_of(connection)));
  }
}

void LoadWorker::after_close(Connection& connection) {
  if (is_closed_loop()) {
    open(connection);
  } else if (plan_.policy == ConnectionPolicy::per_user) {
    if (!connection.line.empty()) {
      open(connection);
    }
  } else {
    unopened_.push_back(static_cast<std::uint32_t>(number_of(connection)));
    open_for_waiting();
  }
}

/// The other side cannot be reached: whoever waited for this connection goes without.
void LoadWorker::fail_one_waiting(Connection& connection, const std::string& why) {
  ArrivalQueue::Line& line = line_of(connection);
  if (line.empty()) {
    books_.note(why);
  } else {
    books_.never_sent(waiting_.pop(line).intended, now_, why);
  }
}

/// Reopens what failed to connect, and ends what has waited too long; now and then.
void LoadWorker::sweep(std::chrono::nanoseconds now) {
  for (Connection& connection : connections_) {
    const auto waited = now - connection.stamps.sent;
    switch (connection.state) {
      case State::closed:
        if (is_closed_loop()) {
          open(connection);
        }
        break;
      case State::connecting:
      case State::securing:
        if (waited > connect_timeout) {
          on_connect_failed(connection, "connect_timeout");
        }
        break;
      case State::busy:
        if (waited > plan_.timeout) {
          on_broken(connection, "timeout");
        }
        break;
      case State::idle:
        break;
    }
    sweep_line(connection.line, now);
  }
  sweep_line(line_, now);
  books_.series().close_before(now);
  const auto closed = books_.series().closed();
  for (; plan_.board != nullptr && posted_ < closed.size(); ++posted_) {
    plan_.board->post(closed[posted_]);
  }
}

void LoadWorker::sweep_line(ArrivalQueue::Line& line, std::chrono::nanoseconds now) {
  while (!line.empty() && now - waiting_.front(line).intended > plan_.timeout) {
    books_.never_sent(waiting_.pop(line).intended, now, "timeout before a connection was free");
  }
}

/// An open plan owes an account of every arrival; a closed one counts only what ended in time.
void LoadWorker::give_up_rest() {
  if (is_closed_loop()) {
    return;
  }
  for (Connection& connection : connections_) {
    if (connection.state == State::busy) {
      connection.stamps.done = now_;
      books_.broken(connection.stamps, "cancelled");
    }
    while (!connection.line.empty()) {
      books_.never_sent(waiting_.pop(connection.line).intended, now_, "cancelled");
    }
  }
  while (!line_.empty()) {
    books_.never_sent(waiting_.pop(line_).intended, now_, "cancelled");
  }
}

}  // namespace hubsim::loadgen
