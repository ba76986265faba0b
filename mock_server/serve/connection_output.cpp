// The writing half of Connection: answers, their wire plans, and how a connection ends.
#include <linux/sockios.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

#include "mock_server/serve/connection.h"

namespace hubsim::serve {

namespace {

constexpr std::size_t max_kept_output_bytes = std::size_t{1} << 20;
/// A drip or a wait for delivery never spins the loop.
constexpr Duration shortest_step = std::chrono::milliseconds(1);
constexpr Duration longest_brief_linger = std::chrono::milliseconds(200);
constexpr int max_delivery_checks = 2'000;

/// Bytes the kernel still holds for the client.
bool all_delivered(int fd) {
  int unsent = 0;
  return ::ioctl(fd, SIOCOUTQ, &unsent) != 0 || unsent == 0;
}

}  // namespace

void Connection::release_delayed() {
  const auto answer = std::move(pending_);
  clock_ = EventLoop::now();
  state_ = State::open;
  carry_out(*answer);
  run();
}

void Connection::carry_out(Answer& answer) {
  using gateway::WireEnding;
  const gateway::WirePlan& wire = answer.outcome.wire;
  const bool resets = wire.ending == WireEnding::reset || wire.ending == WireEnding::reset_mid;
  switch (wire.ending) {
    case WireEnding::complete:
      write_answer(answer, answer.outcome.response.body.size());
      if (!answer.keep_alive) {
        close_after_output(Ending::fin);
      }
      return;
    case WireEnding::truncate:
    case WireEnding::reset_mid:
      write_answer(answer, wire.cut_after_bytes);
      close_after_output(resets ? Ending::reset : Ending::fin);
      return;
    case WireEnding::close:
    case WireEnding::reset:
      report({.request_number = answer.outcome.request_number, .asked = answer.asked}, 0, false);
      close_after_output(resets ? Ending::reset : Ending::fin);
      return;
    case WireEnding::hang:
      pending_ = std::make_unique<Answer>(std::move(answer));
      state_ = State::hanging;
      return;
    case WireEnding::drip:
      start_drip(answer);
      return;
  }
}

void Connection::write_answer(const Answer& answer, std::size_t body_limit) {
  const std::size_t before = output().size();
  const http::Response& response = answer.outcome.response;
  append_response(out_, response,
                  {.head_only = answer.head_only,
                   .keep_alive = answer.keep_alive,
                   .date = loop_.date.at(answer.asked.time_since_epoch()),
                   .body_limit = body_limit});
  const std::uint64_t begin = queued_;
  queued_ += out_.size() - before;
  marks_.push_back({.request_number = answer.outcome.request_number,
                    .begin = begin,
                    .end = queued_,
                    .complete = body_limit >= response.body.size(),
                    .asked = answer.asked});
}

void Connection::start_drip(Answer& answer) {
  drip_.clear();
  drip_position_ = 0;
  append_response(drip_, answer.outcome.response,
                  {.head_only = answer.head_only,
                   .keep_alive = answer.keep_alive,
                   .date = loop_.date.at(answer.asked.time_since_epoch())});
  marks_.push_back({.request_number = answer.outcome.request_number,
                    .begin = queued_,
                    .end = queued_ + drip_.size(),
                    .asked = answer.asked});
  drip_plan_ = {.bytes = std::max<std::size_t>(answer.outcome.wire.drip_bytes, 1),
                .interval = std::max(answer.outcome.wire.drip_interval, shortest_step),
                .keep_alive = answer.keep_alive};
  state_ = State::dripping;
  schedule(Duration(0), &Connection::drip_piece);
}

void Connection::drip_piece() {
  flush();
  if (state_ == State::closed) {
    return;
  }
  if (out_.empty() && drip_position_ == drip_.size()) {
    drip_ = std::string();
    clock_ = EventLoop::now();
    state_ = State::open;
    if (!drip_plan_.keep_alive) {
      close_after_output(Ending::fin);
    }
    run();
    return;
  }
  if (out_.empty()) {  // else the client is slower than the drip
    const std::size_t piece = std::min(drip_plan_.bytes, drip_.size() - drip_position_);
    output().append(drip_, drip_position_, piece);
    queued_ += piece;
    drip_position_ += piece;
    flush();
  }
  if (state_ != State::closed) {
    settle();
    const bool last = drip_position_ == drip_.size() && out_.empty();
    schedule(last ? Duration(0) : drip_plan_.interval, &Connection::drip_piece);
  }
}

void Connection::close_after_output(Ending ending) {
  state_ = State::closing;
  ending_ = ending;
  backlog_.clear();
}

/// The buffer to append to. An idle connection has none; it borrows the worker's.
std::string& Connection::output() {
  if (out_.empty()) {
    out_.swap(loop_.spare_output);
    out_.clear();
  }
  return out_;
}

void Connection::return_output() {
  out_.clear();
  if (out_.capacity() <= max_kept_output_bytes && out_.capacity() > loop_.spare_output.capacity()) {
    out_.swap(loop_.spare_output);
  }
  out_ = std::string();
}

void Connection::flush() {
  for (auto bytes = next_to_send(); !bytes.empty(); bytes = next_to_send()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) {
      continue;
    }
    if (sent < 0 && errno != EAGAIN) {
      shut();
      return;
    }
    const bool blocked = sent < 0;
    if (!blocked) {
      account_sent(static_cast<std::size_t>(sent));
      count(loop_.counters.bytes_out, static_cast<std::size_t>(sent));
    }
    if (out_position_ < out_.size() && (!blocked || write_deadline_ == Instant::max())) {
      write_deadline_ = EventLoop::now() + loop_.common.options.write_idle_timeout;
    }
    if (blocked) {
      break;
    }
  }
  if (out_position_ == out_.size() && !out_.empty()) {
    out_position_ = 0;
    write_deadline_ = Instant::max();
    return_output();
  }
  report_written();
}

void Connection::report_written() {
  const auto unwritten = std::find_if(marks_.begin(), marks_.end(),
                                      [this](const Mark& mark) { return mark.end > written_; });
  for (auto mark = marks_.begin(); mark != unwritten; ++mark) {
    report(*mark, mark->end - mark->begin, mark->complete);
  }
  marks_.erase(marks_.begin(), unwritten);
}

void Connection::report(const Mark& mark, std::uint64_t bytes, bool complete) {
  try {
    loop_.common.handler.sent({.request_number = mark.request_number,
                               .bytes = bytes,
                               .complete = complete,
                               .took = EventLoop::now() - mark.asked});
  } catch (const std::exception& error) {
    count(loop_.counters.handler_failures);
    spdlog::error("serve: the report of request {} failed inside hubsim: {}", mark.request_number,
                  error.what());
  }
}

/// All is written: ends the connection as decided.
void Connection::finish() {
  if (ending_ == Ending::reset) {
    reset_when_delivered();
    return;
  }
  end_tls();
  ::shutdown(fd_, SHUT_WR);
  if (peer_ended_) {
    shut();
    return;
  }
  // Closing now, with bytes of the client unread, would send a reset that may destroy the answer.
  state_ = State::lingering;
  loop_.watch(*this, true, false);
  set_deadline(EventLoop::now() + linger_time());
}

/// A server that stops, or has no room, does not wait long for clients to take note.
Duration Connection::linger_time() const {
  const Duration usual = loop_.common.options.linger_timeout;
  const bool brief = refused_ || loop_.common.draining;
  return brief ? std::min(usual, longest_brief_linger) : usual;
}

/// A reset throws away what the kernel has not delivered: first let the client have what the plan
/// gives it.
void Connection::reset_when_delivered() {
  if (step_timer_) {
    return;  // looks again by itself
  }
  if (!all_delivered(fd_) && ++delivery_checks_ < max_delivery_checks) {
    loop_.watch(*this, wants_input(), false);
    schedule(shortest_step, &Connection::reset_when_delivered);
    return;
  }
  reset_now();
}

void Connection::reset_now() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  shut();
}

}  // namespace hubsim::serve
