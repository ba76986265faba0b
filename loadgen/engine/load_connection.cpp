#include "loadgen/engine/load_connection.h"

#include <cerrno>

#include "common/time/clock.h"
#include "loadgen/metrics/driver_report.h"

namespace hubsim::loadgen {

namespace {

using StepKind = net::StreamStep::Kind;

constexpr auto connect_timeout = std::chrono::seconds(5);

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

void LoadConnection::open() {
  auto fd = net::start_connect(host_.plan.address);
  if (!fd.ok()) {
    state_ = State::closed;
    host_.on_open_failed(*this, connect_failure(fd.error()));
    return;
  }
  fd_ = std::move(*fd);
  state_ = State::connecting;
  connect_from_ = host_.now;
  wants_write_ = true;
  ++host_.connecting;
  ++host_.connects;
  host_.poller.add(fd_.get(), number_, false, true);
}

void LoadConnection::shut() {
  const bool opening = state_ == State::connecting || state_ == State::securing;
  host_.connecting -= opening ? 1U : 0U;
  on_shut();
  host_.poller.remove(fd_.get());
  fd_.reset();
  tls_.reset();
  state_ = State::closed;
}

void LoadConnection::want_write(bool wanted) {
  if (wants_write_ != wanted) {
    wants_write_ = wanted;
    host_.poller.change(fd_.get(), number_, true, wanted);
  }
}

void LoadConnection::on_event(const net::PollEvent& event) {
  switch (state_) {
    case State::open:
      on_ready(event);
      return;
    case State::connecting:
      on_connected();
      return;
    case State::securing:
      secure();
      return;
    case State::closed:
      return;
  }
}

void LoadConnection::on_connected() {
  if (const int error = net::connect_error(fd_.get()); error != 0) {
    end_connect(connect_failure(error));
    return;
  }
  want_write(false);
  if (host_.plan.tls.context) {
    state_ = State::securing;
    tls_ = net::make_tls_stream(fd_.get(), host_.plan.tls);
    secure();
    return;
  }
  enter();
}

void LoadConnection::secure() {
  const net::StreamStep step = tls_->establish();
  if (step.kind == StepKind::blocked) {
    want_write(tls_->has_unsent());
    return;
  }
  if (step.kind != StepKind::moved) {
    end_connect(std::string(net::name_of(step.error)));
    return;
  }
  want_write(false);
  enter();
}

void LoadConnection::enter() {
  host_.now = monotonic_now();
  --host_.connecting;
  state_ = State::open;
  on_open();
}

void LoadConnection::end_connect(const std::string& why) {
  shut();
  host_.on_connect_failed(*this, why);
}

void LoadConnection::sweep() {
  if (state_ == State::open) {
    end_late_requests();
  } else if (state_ != State::closed && host_.now - connect_from_ > connect_timeout) {
    end_connect("connect_timeout");
  }
}

}  // namespace hubsim::loadgen
