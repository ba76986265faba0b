#include "loadgen/engine/closed_worker.h"

#include <sys/socket.h>

#include <cerrno>

#include "common/time/clock.h"
#include "loadgen/engine/head_scan.h"

namespace hubsim::loadgen {

namespace {
constexpr auto sweep_interval = std::chrono::milliseconds(50);
constexpr std::size_t max_head_bytes = std::size_t{64} * 1024;
}  // namespace

ClosedWorker::ClosedWorker(WorkerPlan plan)
    : plan_(std::move(plan)),
      connections_(plan_.connections),
      next_index_(plan_.first_index),
      series_(plan_.start) {}

void ClosedWorker::run() {
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    open(i);
  }
  auto cpu_from = thread_cpu_time();
  auto next_sweep = plan_.start;
  while (true) {
    const auto events = poller_.wait(sweep_interval);
    const auto now = monotonic_now();
    if (now >= plan_.end) {
      break;
    }
    if (phase_ == &warmup_ && now >= plan_.main_from) {
      phase_ = &main_;
      cpu_from = thread_cpu_time();
    }
    for (const net::PollEvent& event : events) {
      on_event(event);
    }
    if (now >= next_sweep) {
      sweep(now);
      next_sweep = now + sweep_interval;
    }
  }
  main_cpu_ = thread_cpu_time() - cpu_from;
}

void ClosedWorker::open(std::size_t number) {
  Connection& connection = connections_[number];
  if (connection.fd.valid()) {
    poller_.remove(connection.fd.get());
  }
  connection = Connection{};
  auto fd = net::start_connect(plan_.address);
  if (!fd.ok()) {
    ++failures_["connect: " + net::describe_errno(fd.error())];
    return;  // the sweep tries again
  }
  connection.fd = std::move(*fd);
  poller_.add(connection.fd.get(), number, false, true);
}

void ClosedWorker::on_event(const net::PollEvent& event) {
  const std::size_t number = event.token;
  Connection& connection = connections_[number];
  if (!connection.fd.valid()) {
    return;
  }
  if (!connection.connected) {
    on_connected(number);
    return;
  }
  if (event.writable && !connection.unsent.empty()) {
    send_rest(number);
    return;
  }
  if (event.readable) {
    on_readable(number);
  }
}

void ClosedWorker::on_connected(std::size_t number) {
  Connection& connection = connections_[number];
  if (const int error = net::connect_error(connection.fd.get()); error != 0) {
    ++failures_["connect: " + net::describe_errno(error)];
    poller_.remove(connection.fd.get());
    connection = Connection{};
    return;
  }
  connection.connected = true;
  poller_.change(connection.fd.get(), number, true, false);
  send_next(number, monotonic_now());
}

void ClosedWorker::send_next(std::size_t number, std::chrono::nanoseconds now) {
  Connection& connection = connections_[number];
  const std::string_view bytes = plan_.request.bytes_for(next_index_);
  next_index_ += plan_.index_step;
  connection.sent = now;
  connection.waiting = true;
  const auto sent = ::send(connection.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(bytes.size())) [[likely]] {
    return;
  }
  if (sent < 0 && errno != EAGAIN) {
    on_broken(number, "connection_reset");
    return;
  }
  connection.unsent = bytes.substr(sent < 0 ? 0 : static_cast<std::size_t>(sent));
  poller_.change(connection.fd.get(), number, true, true);
}

void ClosedWorker::send_rest(std::size_t number) {
  Connection& connection = connections_[number];
  const auto sent =
      ::send(connection.fd.get(), connection.unsent.data(), connection.unsent.size(), MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno != EAGAIN) {
      on_broken(number, "connection_reset");
    }
    return;
  }
  connection.unsent.erase(0, static_cast<std::size_t>(sent));
  if (connection.unsent.empty()) {
    poller_.change(connection.fd.get(), number, true, false);
  }
}

void ClosedWorker::on_readable(std::size_t number) {
  Connection& connection = connections_[number];
  const auto got = ::recv(connection.fd.get(), buffer_.data(), buffer_.size(), 0);
  if (got > 0) [[likely]] {
    on_bytes(number, {buffer_.data(), static_cast<std::size_t>(got)}, monotonic_now());
    return;
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  if (got == 0 && connection.odd &&
      connection.parser->finish() == net::ResponseParser::State::done) {
    connection.status = connection.parser->status();
    connection.closes = true;
    on_answer(number, monotonic_now());
    return;
  }
  on_broken(number, "connection_reset");
}

void ClosedWorker::on_bytes(std::size_t number, std::string_view bytes,
                            std::chrono::nanoseconds now) {
  Connection& connection = connections_[number];
  if (!connection.waiting) {
    on_broken(number, "malformed");
  } else if (connection.odd) {
    on_odd_bytes(number, bytes, now);
  } else if (connection.body_left > 0) {
    if (bytes.size() > connection.body_left) {
      on_broken(number, "malformed");
      return;
    }
    connection.body_left -= bytes.size();
    if (connection.body_left == 0) {
      on_answer(number, now);
    }
  } else if (connection.head.empty()) {
    on_head(number, bytes, now);
  } else {
    const std::string whole = connection.head.append(bytes);
    on_head(number, whole, now);
  }
}

void ClosedWorker::on_head(std::size_t number, std::string_view bytes,
                           std::chrono::nanoseconds now) {
  Connection& connection = connections_[number];
  const HeadScan scan = scan_head(bytes, plan_.request.answer_has_no_body());
  if (scan.state == HeadScan::State::more) {
    connection.head = bytes;
    if (bytes.size() > max_head_bytes) {
      on_broken(number, "too_large");
    }
    return;
  }
  connection.head.clear();
  if (scan.state == HeadScan::State::odd) {
    connection.odd = true;
    if (!connection.parser) {
      connection.parser = std::make_unique<net::ResponseParser>(net::ParserLimits{}, false);
    }
    connection.parser->reset(plan_.request.answer_has_no_body());
    on_odd_bytes(number, bytes, now);
    return;
  }
  connection.status = scan.status;
  connection.closes = scan.closes;
  const std::uint64_t have = bytes.size() - scan.head_bytes;
  if (have > scan.body_bytes) {
    on_broken(number, "malformed");
    return;
  }
  connection.body_left = scan.body_bytes - have;
  if (connection.body_left == 0) [[likely]] {
    on_answer(number, now);
  }
}

void ClosedWorker::on_odd_bytes(std::size_t number, std::string_view bytes,
                                std::chrono::nanoseconds now) {
  Connection& connection = connections_[number];
  std::size_t consumed = 0;
  const auto state = connection.parser->feed(bytes, consumed);
  if (state == net::ResponseParser::State::more) {
    return;
  }
  if (state != net::ResponseParser::State::done || consumed != bytes.size()) {
    on_broken(number, state == net::ResponseParser::State::too_large ? "too_large" : "malformed");
    return;
  }
  connection.status = connection.parser->status();
  connection.closes = !connection.parser->keep_alive();
  on_answer(number, now);
}

void ClosedWorker::on_answer(std::size_t number, std::chrono::nanoseconds now) {
  Connection& connection = connections_[number];
  book(connection, now);
  connection.odd = false;
  connection.waiting = false;
  if (connection.closes || !connection.unsent.empty()) {
    open(number);
    return;
  }
  send_next(number, now);
}

void ClosedWorker::book(const Connection& connection, std::chrono::nanoseconds now) {
  const auto status = static_cast<std::size_t>(connection.status);
  const bool good = status < plan_.expect.size() && plan_.expect[status];
  const auto took = now - connection.sent;
  ++(good ? phase_->ok : phase_->failed);
  phase_->service.record(took);
  ++statuses_[status];
  series_.record(now, good ? stats::TimeSeries::Result::ok : stats::TimeSeries::Result::failed,
                 connection.status, took);
}

void ClosedWorker::on_broken(std::size_t number, const char* why) {
  const Connection& connection = connections_[number];
  if (connection.waiting) {
    const auto now = monotonic_now();
    ++phase_->unknown;
    ++statuses_[0];
    ++failures_[why];
    phase_->service.record(now - connection.sent);
    series_.record(now, stats::TimeSeries::Result::unknown, 0, now - connection.sent);
  }
  open(number);
}

void ClosedWorker::sweep(std::chrono::nanoseconds now) {
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    const Connection& connection = connections_[i];
    if (!connection.fd.valid()) {
      open(i);
    } else if (connection.waiting && now - connection.sent > plan_.timeout) {
      on_broken(i, "timeout");
    }
  }
}

}  // namespace hubsim::loadgen
