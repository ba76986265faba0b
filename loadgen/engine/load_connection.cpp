// LoadWorker's connections: connect, TLS, write, read, and how each of them ends.
#include <sys/socket.h>

#include <cerrno>

#include "common/time/clock.h"
#include "loadgen/engine/head_scan.h"
#include "loadgen/engine/load_worker.h"
#include "loadgen/metrics/driver_report.h"

namespace hubsim::loadgen {

namespace {

using StepKind = net::StreamStep::Kind;

constexpr std::size_t max_head_bytes = std::size_t{64} * 1024;

std::string connect_failure(int error) {
  switch (error) {
    case ECONNREFUSED:
      return "connection_refused";
    case ETIMEDOUT:
      return "connect_timeout";
    case EMFILE:
    case ENFILE:
      return out_of_descriptors;
    case EADDRNOTAVAIL:
      return out_of_ports;
    default:
      return "connect: " + net::describe_errno(error);
  }
}

}  // namespace

std::uint64_t LoadWorker::number_of(const Connection& connection) const noexcept {
  return static_cast<std::uint64_t>(&connection - connections_.data());
}

LoadWorker::Aside& LoadWorker::aside_of(Connection& connection) {
  if (!connection.aside) {
    connection.aside = std::make_unique<Aside>();
  }
  return *connection.aside;
}

void LoadWorker::open(Connection& connection) {
  auto fd = net::start_connect(plan_.address);
  if (!fd.ok()) {
    connection.state = State::closed;
    if (!is_closed_loop() && plan_.policy != ConnectionPolicy::per_user) {
      unopened_.push_back(static_cast<std::uint32_t>(number_of(connection)));
    }
    fail_one_waiting(connection, connect_failure(fd.error()));
    return;  // of a closed loop the sweep tries again
  }
  connection.fd = std::move(*fd);
  connection.state = State::connecting;
  connection.stamps.sent = now_;
  connection.wants_write = true;
  ++connecting_;
  ++connects_;
  poller_.add(connection.fd.get(), number_of(connection), false, true);
}

void LoadWorker::shut(Connection& connection) {
  const bool opening = connection.state == State::connecting || connection.state == State::securing;
  connecting_ -= opening ? 1U : 0U;
  busy_ -= connection.state == State::busy ? 1U : 0U;
  poller_.remove(connection.fd.get());
  connection.fd.reset();
  connection.tls.reset();
  connection.aside.reset();
  connection.odd = false;
  connection.body_left = 0;
  connection.state = State::closed;
}

void LoadWorker::want_write(Connection& connection, bool wanted) {
  if (connection.wants_write != wanted) {
    connection.wants_write = wanted;
    poller_.change(connection.fd.get(), number_of(connection), true, wanted);
  }
}

void LoadWorker::on_event(const net::PollEvent& event) {
  Connection& connection = connections_[event.token];
  switch (connection.state) {
    case State::closed:
      return;
    case State::connecting:
      on_connected(connection);
      return;
    case State::securing:
      secure(connection);
      return;
    case State::idle:
      on_idle_readable(connection);
      return;
    case State::busy:
      break;
  }
  if (event.writable && connection.wants_write) {
    send_rest(connection);
  }
  if (event.readable && connection.state == State::busy) {
    on_readable(connection);
  }
}

void LoadWorker::on_connected(Connection& connection) {
  if (const int error = net::connect_error(connection.fd.get()); error != 0) {
    on_connect_failed(connection, connect_failure(error));
    return;
  }
  want_write(connection, false);
  now_ = monotonic_now();
  if (plan_.tls.context) {
    connection.state = State::securing;
    connection.tls = net::make_tls_stream(connection.fd.get(), plan_.tls);
    secure(connection);
    return;
  }
  --connecting_;
  connection.state = State::idle;
  serve(connection);
}

void LoadWorker::secure(Connection& connection) {
  const net::StreamStep step = connection.tls->establish();
  if (step.kind == StepKind::blocked) {
    want_write(connection, connection.tls->has_unsent());
    return;
  }
  if (step.kind != StepKind::moved) {
    on_connect_failed(connection, std::string(net::name_of(step.error)));
    return;
  }
  want_write(connection, false);
  now_ = monotonic_now();
  --connecting_;
  connection.state = State::idle;
  serve(connection);
}

// Fails what waited for it; of a closed loop the sweep tries again.
void LoadWorker::on_connect_failed(Connection& connection, const std::string& why) {
  shut(connection);
  fail_one_waiting(connection, why);
  if (!is_closed_loop()) {
    after_close(connection);
  }
}

void LoadWorker::send(Connection& connection, const WaitingArrival& arrival) {
  if (!is_closed_loop()) {
    now_ = monotonic_now();  // each for itself, or a burst would all have left at once
  }
  connection.stamps = {arrival.intended, now_, std::chrono::nanoseconds(0),
                       std::chrono::nanoseconds(0)};
  connection.state = State::busy;
  ++busy_;
  send_bytes(connection, plan_.request.bytes_for(arrival.index));
}

void LoadWorker::send_bytes(Connection& connection, std::string_view bytes) {
  if (!connection.tls) [[likely]] {
    const auto sent = ::send(connection.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(bytes.size())) [[likely]] {
      return;
    }
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
      on_broken(connection, "connection_reset");
      return;
    }
    bytes.remove_prefix(sent < 0 ? 0 : static_cast<std::size_t>(sent));
  } else {
    while (!bytes.empty()) {
      const net::StreamStep step = connection.tls->write(bytes);
      if (step.kind == StepKind::blocked) {
        break;
      }
      if (step.kind != StepKind::moved) {
        on_broken(connection, "connection_reset");
        return;
      }
      bytes.remove_prefix(step.bytes);
    }
    if (bytes.empty() && !connection.tls->has_unsent()) {
      return;
    }
  }
  aside_of(connection).unsent = bytes;
  want_write(connection, true);
}

void LoadWorker::send_rest(Connection& connection) {
  const std::string rest = std::move(aside_of(connection).unsent);
  connection.aside->unsent.clear();
  if (connection.tls && rest.empty()) {
    const net::StreamStep step = connection.tls->write({});
    if (step.kind == StepKind::failed) {
      on_broken(connection, "connection_reset");
      return;
    }
  } else {
    send_bytes(connection, rest);
  }
  const bool more =
      connection.state == State::busy &&
      (!connection.aside->unsent.empty() || (connection.tls && connection.tls->has_unsent()));
  if (connection.state == State::busy) {
    want_write(connection, more);
  }
}

void LoadWorker::on_readable(Connection& connection) {
  if (connection.tls) {
    on_readable_tls(connection);
    return;
  }
  const auto got = ::recv(connection.fd.get(), buffer_.data(), buffer_.size(), 0);
  if (got > 0) [[likely]] {
    now_ = monotonic_now();
    on_bytes(connection, {buffer_.data(), static_cast<std::size_t>(got)});
    return;
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  now_ = monotonic_now();
  if (got == 0) {
    on_end(connection);
  } else {
    on_broken(connection, "connection_reset");
  }
}

/// What TLS holds back no event will tell of: read until it blocks.
void LoadWorker::on_readable_tls(Connection& connection) {
  while (connection.state == State::busy && connection.tls) {
    const net::StreamStep step = connection.tls->read(buffer_);
    now_ = monotonic_now();
    switch (step.kind) {
      case StepKind::blocked:
        return;
      case StepKind::ended:
        on_end(connection);
        return;
      case StepKind::failed:
        on_broken(connection, "connection_reset");
        return;
      case StepKind::moved:
        on_bytes(connection, {buffer_.data(), step.bytes});
        break;
    }
  }
}

/// The end, most likely; of TLS perhaps only a session ticket.
void LoadWorker::on_idle_readable(Connection& connection) {
  char byte = 0;
  const bool quiet = connection.tls ? connection.tls->quiet()
                                    : ::recv(connection.fd.get(), &byte, 1, MSG_PEEK) < 0 &&
                                          (errno == EAGAIN || errno == EINTR);
  if (!quiet) {
    shut(connection);
    after_close(connection);
  }
}

void LoadWorker::on_end(Connection& connection) {
  if (connection.odd && connection.aside->parser.finish() == net::ResponseParser::State::done) {
    connection.status = connection.aside->parser.status();
    connection.closes = true;
    on_answer(connection);
    return;
  }
  on_broken(connection, "connection_reset");
}

void LoadWorker::on_bytes(Connection& connection, std::string_view bytes) {
  if (connection.stamps.first_byte.count() == 0) {
    connection.stamps.first_byte = now_;
  }
  if (connection.body_left > 0) {
    if (bytes.size() > connection.body_left) {
      on_broken(connection, "malformed");
      return;
    }
    connection.body_left -= bytes.size();
    if (connection.body_left == 0) {
      on_answer(connection);
    }
  } else if (connection.odd) {
    on_odd_bytes(connection, bytes);
  } else if (!connection.aside || connection.aside->head.empty()) [[likely]] {
    on_head(connection, bytes);
  } else {
    const std::string whole = std::move(connection.aside->head.append(bytes));
    connection.aside->head.clear();
    on_head(connection, whole);
  }
}

void LoadWorker::on_head(Connection& connection, std::string_view bytes) {
  const HeadScan scan = scan_head(bytes, plan_.request.answer_has_no_body());
  if (scan.state == HeadScan::State::more) {
    if (bytes.size() > max_head_bytes) {
      on_broken(connection, "too_large");
      return;
    }
    aside_of(connection).head = bytes;
    return;
  }
  if (scan.state == HeadScan::State::odd) {
    connection.odd = true;
    aside_of(connection).parser.reset(plan_.request.answer_has_no_body());
    on_odd_bytes(connection, bytes);
    return;
  }
  connection.status = scan.status;
  connection.closes = scan.closes;
  const std::uint64_t have = bytes.size() - scan.head_bytes;
  if (have > scan.body_bytes) {
    on_broken(connection, "malformed");
    return;
  }
  connection.body_left = scan.body_bytes - have;
  if (connection.body_left == 0) [[likely]] {
    on_answer(connection);
  }
}

void LoadWorker::on_odd_bytes(Connection& connection, std::string_view bytes) {
  net::ResponseParser& parser = connection.aside->parser;
  std::size_t consumed = 0;
  const auto state = parser.feed(bytes, consumed);
  if (state == net::ResponseParser::State::more) {
    return;
  }
  if (state != net::ResponseParser::State::done || consumed != bytes.size()) {
    on_broken(connection,
              state == net::ResponseParser::State::too_large ? "too_large" : "malformed");
    return;
  }
  connection.status = parser.status();
  connection.closes = !parser.keep_alive();
  on_answer(connection);
}

void LoadWorker::on_answer(Connection& connection) {
  connection.stamps.done = now_;
  const auto status = static_cast<std::size_t>(connection.status);
  books_.answered(connection.stamps, connection.status,
                  status < plan_.expect.size() && plan_.expect[status]);
  connection.odd = false;
  // An answer before the request was out leaves a connection nobody can trust.
  if (connection.closes || connection.wants_write || plan_.policy == ConnectionPolicy::fresh) {
    shut(connection);
    after_close(connection);
    return;
  }
  --busy_;
  connection.state = State::idle;
  serve(connection);
}

void LoadWorker::on_broken(Connection& connection, const std::string& why) {
  if (!is_closed_loop() || why == "timeout") {
    now_ = monotonic_now();
  }
  connection.stamps.done = now_;
  books_.broken(connection.stamps, why);
  shut(connection);
  after_close(connection);
}

}  // namespace hubsim::loadgen
