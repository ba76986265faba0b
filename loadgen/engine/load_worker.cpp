#include "loadgen/engine/load_worker.h"

#include <algorithm>

#include "common/time/clock.h"

namespace hubsim::loadgen {

namespace {
constexpr auto sweep_interval = std::chrono::milliseconds(50);
/// Awake so long before the first arrival may be due.
constexpr std::chrono::nanoseconds early = std::chrono::milliseconds(2);
/// Arrivals that leave in one turn, so that answers are read in between.
constexpr int max_turn = 256;
}  // namespace

LoadWorker::LoadWorker(WorkerPlan given)
    : ConnectionHost(std::move(given)), waiting_(plan.max_waiting), next_index_(plan.slice.first) {
  for (std::size_t i = 0; i < plan.connections; ++i) {
    const auto number = static_cast<std::uint32_t>(i);
    connections_.push_back(plan.version == HttpVersion::http2 ? make_h2_connection(*this, number)
                                                              : make_h1_connection(*this, number));
  }
  for (std::size_t i = plan.connections; !is_closed_loop() && i-- > 0;) {
    unopened_.push_back(static_cast<std::uint32_t>(i));
  }
  if (plan.board != nullptr) {
    books.series().on_close([board = plan.board](const auto& point, const auto& latency) {
      board->post(point, latency);
    });
  }
}

/// The moment may have been agreed on with other machines. Arrivals have times of their own.
void LoadWorker::wait_for_start() {
  const auto until = plan.start - (is_closed_loop() ? std::chrono::nanoseconds(0) : early);
  now = monotonic_now();
  while (now < until && !is_interrupted()) {
    (void)poller.wait(std::min<std::chrono::nanoseconds>(sweep_interval, until - now));
    now = monotonic_now();
  }
}

void LoadWorker::run() {
  wait_for_start();
  cpu_from_ = thread_cpu_time();
  main_start_ = now;
  if (is_closed_loop()) {
    for (const auto& connection : connections_) {
      connection->open();
    }
  } else {
    next_arrival();
  }
  auto next_sweep = plan.start;
  while (true) {
    const auto events = poller.wait(wait_limit());
    now = monotonic_now();
    watch_phase();
    take_due();
    settle();
    if (is_over()) {
      break;
    }
    for (const net::PollEvent& event : events) {
      connections_[event.token]->on_event(event);
      if (now >= next_due_) {
        take_due();
      }
      settle();
    }
    if (now >= next_sweep) {
      sweep();
      settle();
      next_sweep = now + sweep_interval;
    }
  }
  main_cpu_ = thread_cpu_time() - cpu_from_;
  main_wall_ = now - main_start_;
  give_up_rest();
  if (plan.metrics != nullptr) {
    publish(0);
  }
}

std::chrono::nanoseconds LoadWorker::wait_limit() const noexcept {
  return is_closed_loop() ? sweep_interval
                          : std::min<std::chrono::nanoseconds>(sweep_interval, next_due_ - now);
}

bool LoadWorker::is_interrupted() const noexcept {
  return plan.interrupted != nullptr && plan.interrupted->load(std::memory_order_relaxed);
}

bool LoadWorker::is_over() const noexcept {
  if (is_interrupted()) {
    return true;
  }
  if (is_closed_loop()) {
    return now >= plan.end;
  }
  const bool planned = next_due_ != std::chrono::nanoseconds::max();
  return !planned && ((at_hand == 0 && waiting_.size() == 0) || now >= plan.end + plan.timeout);
}

void LoadWorker::watch_phase() {
  if (!in_main_ && now >= plan.main_from) {
    in_main_ = true;
    cpu_from_ = thread_cpu_time();
    main_start_ = now;
  }
}

/// The next of this worker's share.
void LoadWorker::next_arrival() {
  const auto offset = plan.arrivals->next();
  next_index_ = plan.arrivals->index();
  next_due_ = offset ? plan.start + *offset : std::chrono::nanoseconds::max();
}

void LoadWorker::take_due() {
  for (int i = 0; i < max_turn && next_due_ <= now; ++i) {
    const WaitingArrival arrival{next_index_, next_due_};
    books.plan(arrival.intended);
    next_arrival();
    dispatch(arrival);
  }
}

void LoadWorker::dispatch(const WaitingArrival& arrival) {
  if (plan.policy == ConnectionPolicy::per_user) {
    LoadConnection& user = *connections_[arrival.index / plan.slice.step % connections_.size()];
    if (user.can_take()) {
      user.send(arrival);
    } else {
      wait_in_line(arrival, user);
    }
    return;
  }
  if (LoadConnection* free = find_free()) {
    free->send(arrival);
  } else {
    wait_in_line(arrival, *connections_.front());
  }
}

void LoadWorker::wait_in_line(const WaitingArrival& arrival, LoadConnection& user) {
  if (!waiting_.push(line_of(user), arrival)) {
    books.overflowed(arrival.intended, now);
    return;
  }
  if (plan.policy != ConnectionPolicy::per_user) {
    open_for_waiting();
  } else if (user.state() == LoadConnection::State::closed) {
    user.open();
  }
}

void LoadWorker::open_for_waiting() {
  const std::size_t takes = plan.version == HttpVersion::http2 ? plan.streams : 1;
  while (connecting * takes < waiting_.size() && !unopened_.empty()) {
    LoadConnection& connection = *connections_[unopened_.back()];
    unopened_.pop_back();
    connection.open();
  }
}

/// The newest idle one; it stays in the list for as long as it can take more.
LoadConnection* LoadWorker::find_free() {
  while (!idle_.empty()) {
    LoadConnection& connection = *connections_[idle_.back()];
    const bool free = connection.can_take();
    if (free && !connection.is_stale()) {
      return &connection;
    }
    idle_.pop_back();
    connection.listed_idle = false;
    if (free) {
      connection.shut();
      unopened_.push_back(connection.number());
    }
  }
  return nullptr;
}

ArrivalQueue::Line& LoadWorker::line_of(LoadConnection& connection) noexcept {
  return plan.policy == ConnectionPolicy::per_user ? connection.line : line_;
}

void LoadWorker::serve(LoadConnection& connection) {
  ArrivalQueue::Line& line = line_of(connection);
  while (connection.can_take()) {
    if (!line.empty()) {
      connection.send(waiting_.pop(line));
    } else if (is_closed_loop()) {
      const WaitingArrival next{next_index_, now};
      next_index_ += plan.slice.step;
      connection.send(next);
    } else {
      list_idle(connection);
      return;
    }
  }
  if (!line_.empty()) {
    open_for_waiting();  // of many streams at once fewer were allowed than hoped for
  }
}

void LoadWorker::list_idle(LoadConnection& connection) {
  if (!connection.listed_idle && plan.policy != ConnectionPolicy::per_user) {
    connection.listed_idle = true;
    idle_.push_back(connection.number());
  }
}

void LoadWorker::after_close(LoadConnection& connection) {
  if (is_closed_loop()) {
    connection.open();
  } else if (plan.policy == ConnectionPolicy::per_user) {
    if (!connection.line.empty()) {
      connection.open();
    }
  } else {
    unopened_.push_back(connection.number());
    open_for_waiting();
  }
}

void LoadWorker::flush_later(LoadConnection& connection) {
  if (!connection.listed_flush) {
    connection.listed_flush = true;
    to_flush_.push_back(connection.number());
  }
}

void LoadWorker::send_again(const WaitingArrival& arrival) {
  books.note("goaway: sent again");
  again_.push_back(arrival);
}

/// Does what connections have left for after their event.
void LoadWorker::settle() {
  while (!to_flush_.empty() || !again_.empty()) {
    while (!again_.empty()) {
      const WaitingArrival arrival = again_.back();
      again_.pop_back();
      dispatch(arrival);
    }
    for (std::size_t i = 0; i < to_flush_.size(); ++i) {
      LoadConnection& connection = *connections_[to_flush_[i]];
      connection.listed_flush = false;
      connection.flush();
    }
    to_flush_.clear();
  }
}

// Of a closed loop the sweep tries again.
void LoadWorker::on_open_failed(LoadConnection& connection, const std::string& why) {
  if (!is_closed_loop() && plan.policy != ConnectionPolicy::per_user) {
    unopened_.push_back(connection.number());
  }
  fail_one_waiting(connection, why);
}

// Fails what waited for it; of a closed loop the sweep tries again.
void LoadWorker::on_connect_failed(LoadConnection& connection, const std::string& why) {
  fail_one_waiting(connection, why);
  if (!is_closed_loop()) {
    after_close(connection);
  }
}

/// The other side cannot be reached: whoever waited for this connection goes without.
void LoadWorker::fail_one_waiting(LoadConnection& connection, const std::string& why) {
  ArrivalQueue::Line& line = line_of(connection);
  if (line.empty()) {
    books.note(why);
  } else {
    books.never_sent(waiting_.pop(line).intended, now, why);
  }
}

/// Reopens what failed to connect, and ends what has waited too long; now and then.
void LoadWorker::sweep() {
  for (const auto& connection : connections_) {
    if (connection->state() != LoadConnection::State::closed) {
      connection->sweep();
    } else if (is_closed_loop()) {
      connection->open();
    }
    sweep_line(connection->line);
  }
  sweep_line(line_);
  books.series().close_before(now);
  if (plan.metrics != nullptr && now >= next_publish_) {
    next_publish_ = now + std::chrono::seconds(1);
    publish(at_hand + waiting_.size());
  }
}

void LoadWorker::publish(std::uint64_t in_flight) const {
  plan.metrics->publish(
      plan.slice.first,
      {.driver = "load", .in_flight = in_flight, .phases = books.metrics("load")});
}

void LoadWorker::sweep_line(ArrivalQueue::Line& line) {
  while (!line.empty() && now - waiting_.front(line).intended > plan.timeout) {
    books.never_sent(waiting_.pop(line).intended, now, "timeout before a connection was free");
  }
}

/// An open plan owes an account of every arrival; a closed one counts only what ended in time.
void LoadWorker::give_up_rest() {
  if (is_closed_loop()) {
    return;
  }
  for (const auto& connection : connections_) {
    connection->give_up();
    while (!connection->line.empty()) {
      books.never_sent(waiting_.pop(connection->line).intended, now, "cancelled");
    }
  }
  while (!line_.empty()) {
    books.never_sent(waiting_.pop(line_).intended, now, "cancelled");
  }
}

}  // namespace hubsim::loadgen
