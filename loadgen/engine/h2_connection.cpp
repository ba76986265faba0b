// H2Connection: HTTP/2 over a LoadConnection, many requests at a time. One recv may bring the
// answers of many, and what follows them leaves with one send; the worker calls flush() for that.
#include <sys/socket.h>

#include <cerrno>

#include "common/time/clock.h"
#include "loadgen/engine/h2_session.h"
#include "loadgen/engine/load_connection.h"

namespace hubsim::loadgen {

namespace {

using StepKind = net::StreamStep::Kind;

class H2Connection final : public LoadConnection, public H2Events {
 public:
  using LoadConnection::LoadConnection;
  [[nodiscard]] bool can_take() const noexcept override {
    return state_ == State::open && !spent_ && session_->can_take();
  }
  /// A server that closes an idle connection says GOAWAY first.
  [[nodiscard]] bool is_stale() const noexcept override { return false; }
  void send(const WaitingArrival& arrival) override;
  void flush() override;
  void give_up() override;

 private:
  void on_open() override;
  void on_ready(const net::PollEvent& event) override;
  void on_shut() override;
  void end_late_requests() override;
  void on_outcome(const H2Outcome& outcome) override;
  void on_readable();
  void on_readable_tls();
  void write_out();
  [[nodiscard]] net::StreamStep write(std::string_view bytes);
  void lose(const std::string& why);

  std::unique_ptr<H2Session> session_;
  bool spent_ = false;     ///< it was for one request, which has ended
  bool greeting_ = false;  ///< how much it can take is not known: it counts as connecting
  bool flushing_ = false;  ///< what is sent now leaves anyway
  bool giving_up_ = false;
};

void H2Connection::on_shut() {
  host_.connecting -= greeting_ ? 1U : 0U;
  greeting_ = false;
  session_.reset();
}

void H2Connection::on_open() {
  if (tls_ && tls_->protocol() != "h2") {
    end_connect("no_h2");
    return;
  }
  const bool fresh = host_.plan.policy == ConnectionPolicy::fresh;
  spent_ = false;
  greeting_ = true;
  ++host_.connecting;
  session_ = std::make_unique<H2Session>(host_.plan.fields, fresh ? 1 : host_.plan.streams, *this);
  host_.flush_later(*this);
}

void H2Connection::send(const WaitingArrival& arrival) {
  ++host_.at_hand;
  session_->submit(arrival, host_.now);
  if (!flushing_) {
    host_.flush_later(*this);
  }
}

/// Gives it what there is to send, writes, and ends the connection where it is at its end.
void H2Connection::flush() {
  if (state_ != State::open) {
    return;
  }
  flushing_ = true;
  host_.serve(*this);
  const std::size_t used = session_->used();
  if (!wants_write_) {
    write_out();
  }
  flushing_ = false;
  if (state_ != State::open) {
    return;
  }
  if (session_->is_done() || (spent_ && session_->at_hand() == 0)) {
    lose(session_->broken_by());
  } else if (session_->used() < used) {
    host_.flush_later(*this);  // what was cancelled made room
  }
}

void H2Connection::write_out() {
  while (true) {
    const std::string_view bytes = session_->output();
    if (bytes.empty()) {
      break;
    }
    const net::StreamStep step = write(bytes);
    if (step.kind == StepKind::failed) {
      lose("connection_reset");
      return;
    }
    if (step.kind == StepKind::blocked) {
      want_write(true);
      return;
    }
    session_->took(step.bytes, host_.now);
  }
  want_write(tls_ && tls_->has_unsent());
}

net::StreamStep H2Connection::write(std::string_view bytes) {
  host_.now = monotonic_now();
  if (tls_) {
    return tls_->write(bytes);
  }
  const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) {
    return {.kind = StepKind::moved, .bytes = static_cast<std::size_t>(sent)};
  }
  const bool blocked = errno == EAGAIN || errno == EINTR;
  return {.kind = blocked ? StepKind::blocked : StepKind::failed};
}

void H2Connection::on_ready(const net::PollEvent& event) {
  if (event.writable && wants_write_) {
    if (tls_ && tls_->has_unsent() && tls_->write({}).kind == StepKind::failed) {
      lose("connection_reset");
      return;
    }
    want_write(tls_ && tls_->has_unsent());
  }
  if (event.readable) {
    if (tls_) {
      on_readable_tls();
    } else {
      on_readable();
    }
  }
  if (state_ != State::open) {
    return;
  }
  if (greeting_ && session_->is_greeted()) {
    greeting_ = false;
    --host_.connecting;
  }
  host_.flush_later(*this);
}

void H2Connection::on_readable() {
  const auto got = ::recv(fd_.get(), host_.buffer.data(), host_.buffer.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  host_.now = monotonic_now();
  if (got <= 0) {
    lose("connection_reset");
    return;
  }
  session_->receive({host_.buffer.data(), static_cast<std::size_t>(got)}, host_.now);
}

/// What TLS holds back no event will tell of: read until it blocks.
void H2Connection::on_readable_tls() {
  while (true) {
    const net::StreamStep step = tls_->read(host_.buffer);
    if (step.kind == StepKind::blocked) {
      return;
    }
    host_.now = monotonic_now();
    if (step.kind != StepKind::moved) {
      lose("connection_reset");
      return;
    }
    session_->receive({host_.buffer.data(), step.bytes}, host_.now);
  }
}

void H2Connection::end_late_requests() {
  const std::size_t before = session_->at_hand();
  session_->expire(host_.now, host_.plan.timeout);
  if (session_->at_hand() != before) {
    host_.flush_later(*this);
  }
}

void H2Connection::on_outcome(const H2Outcome& outcome) {
  --host_.at_hand;
  spent_ = spent_ || host_.plan.policy == ConnectionPolicy::fresh;
  switch (outcome.fate) {
    case H2Fate::answered:
      host_.books.answered(outcome.stamps, outcome.status, host_.is_expected(outcome.status));
      return;
    case H2Fate::unknown:
      host_.books.broken(outcome.stamps, outcome.why);
      return;
    case H2Fate::refused:
      host_.books.refused(outcome.stamps, outcome.why);
      return;
    case H2Fate::unprocessed:
      if (!giving_up_) {
        host_.send_again(outcome.arrival);
        return;
      }
      break;
    case H2Fate::unsent:
      break;
  }
  host_.books.never_sent(outcome.arrival.intended, outcome.stamps.done, outcome.why);
}

void H2Connection::give_up() {
  if (session_) {
    giving_up_ = true;
    session_->end(host_.now, "cancelled");
  }
}

void H2Connection::lose(const std::string& why) {
  session_->end(host_.now, why);
  shut();
  host_.after_close(*this);
}

}  // namespace

std::unique_ptr<LoadConnection> make_h2_connection(ConnectionHost& host, std::uint32_t number) {
  return std::make_unique<H2Connection>(host, number);
}

}  // namespace hubsim::loadgen
