// H1Connection: HTTP/1.1 over a LoadConnection, one request at a time; the hot path of `hubsim
// load`. Per request: one send, one recv, a clock read or two, a scan of the head, some histogram
// cells. Write first; the write interest is set only when the kernel's buffer is full.
#include <sys/socket.h>

#include <cerrno>

#include "common/net/response_parser.h"
#include "common/time/clock.h"
#include "loadgen/engine/head_scan.h"
#include "loadgen/engine/load_connection.h"

namespace hubsim::loadgen {

namespace {

using StepKind = net::StreamStep::Kind;

constexpr std::size_t max_head_bytes = std::size_t{64} * 1024;
/// Idle for longer, a connection is not trusted: Node closes its own after 5 s.
constexpr auto idle_limit = std::chrono::seconds(4);

class H1Connection final : public LoadConnection {
 public:
  using LoadConnection::LoadConnection;
  [[nodiscard]] bool can_take() const noexcept override { return state_ == State::open && !busy_; }
  [[nodiscard]] bool is_stale() const noexcept override {
    return host_.now - stamps_.done > idle_limit;
  }
  void send(const WaitingArrival& arrival) override;
  void give_up() override;

 private:
  /// What few connections need, and only for a moment.
  struct Aside {
    std::string head;    ///< of an answer that has come in part
    std::string unsent;  ///< of a request the kernel took in part
    net::ResponseParser parser{net::ParserLimits{}, false};
  };

  void on_open() override {
    stamps_.done = host_.now;
    host_.serve(*this);
  }
  void on_ready(const net::PollEvent& event) override;
  void on_shut() override;
  void end_late_requests() override {
    if (busy_ && host_.now - stamps_.sent > host_.plan.timeout) {
      on_broken("timeout");
    }
  }
  void send_bytes(std::string_view bytes);
  void send_rest();
  void on_readable();
  void on_readable_tls();
  void on_idle_readable();
  void on_end();
  void on_bytes(std::string_view bytes);
  void on_head(std::string_view bytes);
  void on_odd_bytes(std::string_view bytes);
  void on_answer();
  void on_broken(const std::string& why);
  [[nodiscard]] Aside& aside();

  bool busy_ = false;
  bool odd_ = false;  ///< the answer at hand is read by the real parser
  bool closes_ = false;
  int status_ = 0;
  std::uint64_t body_left_ = 0;
  RequestStamps stamps_;  ///< of the request at hand; done: also of the open
  std::unique_ptr<Aside> aside_;
};

H1Connection::Aside& H1Connection::aside() {
  if (!aside_) {
    aside_ = std::make_unique<Aside>();
  }
  return *aside_;
}

void H1Connection::on_shut() {
  host_.at_hand -= busy_ ? 1U : 0U;
  busy_ = false;
  aside_.reset();
  odd_ = false;
  body_left_ = 0;
}

void H1Connection::give_up() {
  if (busy_) {
    stamps_.done = host_.now;
    host_.books.broken(stamps_, "cancelled");
  }
}

void H1Connection::on_ready(const net::PollEvent& event) {
  if (!busy_) {
    on_idle_readable();
    return;
  }
  if (event.writable && wants_write_) {
    send_rest();
  }
  if (event.readable && busy_) {
    on_readable();
  }
}

void H1Connection::send(const WaitingArrival& arrival) {
  if (!host_.is_closed_loop()) {
    host_.now = monotonic_now();  // each for itself, or a burst would all have left at once
  }
  stamps_ = {arrival.intended, host_.now, std::chrono::nanoseconds(0), std::chrono::nanoseconds(0)};
  busy_ = true;
  ++host_.at_hand;
  send_bytes(host_.plan.request.bytes_for(arrival.index));
}

void H1Connection::send_bytes(std::string_view bytes) {
  if (!tls_) [[likely]] {
    const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(bytes.size())) [[likely]] {
      return;
    }
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
      on_broken("connection_reset");
      return;
    }
    bytes.remove_prefix(sent < 0 ? 0 : static_cast<std::size_t>(sent));
  } else {
    while (!bytes.empty()) {
      const net::StreamStep step = tls_->write(bytes);
      if (step.kind == StepKind::blocked) {
        break;
      }
      if (step.kind != StepKind::moved) {
        on_broken("connection_reset");
        return;
      }
      bytes.remove_prefix(step.bytes);
    }
    if (bytes.empty() && !tls_->has_unsent()) {
      return;
    }
  }
  aside().unsent = bytes;
  want_write(true);
}

void H1Connection::send_rest() {
  const std::string rest = std::move(aside().unsent);
  aside_->unsent.clear();
  if (tls_ && rest.empty()) {
    const net::StreamStep step = tls_->write({});
    if (step.kind == StepKind::failed) {
      on_broken("connection_reset");
      return;
    }
  } else {
    send_bytes(rest);
  }
  const bool more = busy_ && (!aside_->unsent.empty() || (tls_ && tls_->has_unsent()));
  if (busy_) {
    want_write(more);
  }
}

void H1Connection::on_readable() {
  if (tls_) {
    on_readable_tls();
    return;
  }
  const auto got = ::recv(fd_.get(), host_.buffer.data(), host_.buffer.size(), 0);
  if (got > 0) [[likely]] {
    host_.now = monotonic_now();
    on_bytes({host_.buffer.data(), static_cast<std::size_t>(got)});
    return;
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  host_.now = monotonic_now();
  if (got == 0) {
    on_end();
  } else {
    on_broken("connection_reset");
  }
}

/// What TLS holds back no event will tell of: read until it blocks.
void H1Connection::on_readable_tls() {
  while (busy_ && tls_) {
    const net::StreamStep step = tls_->read(host_.buffer);
    host_.now = monotonic_now();
    switch (step.kind) {
      case StepKind::blocked:
        return;
      case StepKind::ended:
        on_end();
        return;
      case StepKind::failed:
        on_broken("connection_reset");
        return;
      case StepKind::moved:
        on_bytes({host_.buffer.data(), step.bytes});
        break;
    }
  }
}

/// The end, most likely; of TLS perhaps only a session ticket.
void H1Connection::on_idle_readable() {
  char byte = 0;
  const bool quiet =
      tls_ ? tls_->quiet()
           : ::recv(fd_.get(), &byte, 1, MSG_PEEK) < 0 && (errno == EAGAIN || errno == EINTR);
  if (!quiet) {
    shut();
    host_.after_close(*this);
  }
}

void H1Connection::on_end() {
  if (odd_ && aside_->parser.finish() == net::ResponseParser::State::done) {
    status_ = aside_->parser.status();
    closes_ = true;
    on_answer();
    return;
  }
  on_broken("connection_reset");
}

void H1Connection::on_bytes(std::string_view bytes) {
  if (stamps_.first_byte.count() == 0) {
    stamps_.first_byte = host_.now;
  }
  if (body_left_ > 0) {
    if (bytes.size() > body_left_) {
      on_broken("malformed");
      return;
    }
    body_left_ -= bytes.size();
    if (body_left_ == 0) {
      on_answer();
    }
  } else if (odd_) {
    on_odd_bytes(bytes);
  } else if (!aside_ || aside_->head.empty()) [[likely]] {
    on_head(bytes);
  } else {
    const std::string whole = std::move(aside_->head.append(bytes));
    aside_->head.clear();
    on_head(whole);
  }
}

void H1Connection::on_head(std::string_view bytes) {
  const HeadScan scan = scan_head(bytes, host_.plan.request.answer_has_no_body());
  if (scan.state == HeadScan::State::more) {
    if (bytes.size() > max_head_bytes) {
      on_broken("too_large");
      return;
    }
    aside().head = bytes;
    return;
  }
  if (scan.state == HeadScan::State::odd) {
    odd_ = true;
    aside().parser.reset(host_.plan.request.answer_has_no_body());
    on_odd_bytes(bytes);
    return;
  }
  status_ = scan.status;
  closes_ = scan.closes;
  const std::uint64_t have = bytes.size() - scan.head_bytes;
  if (have > scan.body_bytes) {
    on_broken("malformed");
    return;
  }
  body_left_ = scan.body_bytes - have;
  if (body_left_ == 0) [[likely]] {
    on_answer();
  }
}

void H1Connection::on_odd_bytes(std::string_view bytes) {
  net::ResponseParser& parser = aside_->parser;
  std::size_t consumed = 0;
  const auto state = parser.feed(bytes, consumed);
  if (state == net::ResponseParser::State::more) {
    return;
  }
  if (state != net::ResponseParser::State::done || consumed != bytes.size()) {
    on_broken(state == net::ResponseParser::State::too_large ? "too_large" : "malformed");
    return;
  }
  status_ = parser.status();
  closes_ = !parser.keep_alive();
  on_answer();
}

void H1Connection::on_answer() {
  stamps_.done = host_.now;
  host_.books.answered(stamps_, status_, host_.is_expected(status_));
  odd_ = false;
  // An answer before the request was out leaves a connection nobody can trust.
  if (closes_ || wants_write_ || host_.plan.policy == ConnectionPolicy::fresh) {
    shut();
    host_.after_close(*this);
    return;
  }
  busy_ = false;
  --host_.at_hand;
  host_.serve(*this);
}

void H1Connection::on_broken(const std::string& why) {
  if (!host_.is_closed_loop() || why == "timeout") {
    host_.now = monotonic_now();
  }
  stamps_.done = host_.now;
  host_.books.broken(stamps_, why);
  shut();
  host_.after_close(*this);
}

}  // namespace

std::unique_ptr<LoadConnection> make_h1_connection(ConnectionHost& host, std::uint32_t number) {
  return std::make_unique<H1Connection>(host, number);
}

}  // namespace hubsim::loadgen
