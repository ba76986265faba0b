#include "mock_server/serve/connection.h"

#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

namespace hubsim::serve {

namespace {

constexpr std::size_t max_kept_backlog_bytes = std::size_t{4} << 10;

}  // namespace

Connection::Connection(EventLoop& loop, int fd)
    : loop_(loop),
      fd_(fd),
      protocol_known_(loop.common.options.tls == nullptr),
      parser_({.head_bytes = loop.common.options.max_header_bytes,
               .body_bytes = loop.common.options.max_body_bytes,
               .handler = &loop.common.handler}) {}

void Connection::begin() {
  clock_ = EventLoop::now();
  settle();
}

void Connection::refuse() {
  refused_ = true;
  reject(503, loop_.common.draining ? "hubsim: the server is stopping"
                                    : "hubsim: too many connections; raise max_connections");
  run();
}

void Connection::on_readable() {
  const ssize_t got = ::recv(fd_, loop_.input.data(), loop_.input.size(), MSG_DONTWAIT);
  if (got > 0) {
    const auto size = static_cast<std::size_t>(got);
    count(loop_.counters.bytes_in, size);
    clock_ = EventLoop::now();
    receive({loop_.input.data(), size});
  } else if (got == 0) {
    on_end_of_input();
  } else if (errno != EAGAIN && errno != EINTR) {
    shut();
  }
}

void Connection::on_writable() {
  clock_ = EventLoop::now();
  run();
}

/// More bytes of the client; kept, served, or, when nothing more is answered, dropped.
void Connection::take(std::string_view bytes) {
  if (can_process() && backlog_.empty()) {
    bytes.remove_prefix(process(bytes));
  }
  if (state_ == State::open || state_ == State::waiting || state_ == State::dripping) {
    backlog_.append(bytes);
  }
  run();
}

bool Connection::can_process() const {
  return state_ == State::open &&
         out_.size() - out_position_ <= loop_.common.options.max_unsent_bytes;
}

std::size_t Connection::process(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && can_process()) {
    used += parser_.consume(bytes.substr(used));
    switch (parser_.state()) {
      case RequestParser::State::ready:
        answer_request();
        parser_.next();
        continue_sent_ = false;
        head_deadline_.reset();
        break;
      case RequestParser::State::bad:
        count(loop_.counters.malformed);
        reject(parser_.error().status, parser_.error().message);
        return bytes.size();
      case RequestParser::State::body:
        send_continue();
        break;
      case RequestParser::State::idle:
      case RequestParser::State::head:
        break;
    }
  }
  return used;
}

void Connection::send_continue() {
  if (!parser_.expects_continue() || continue_sent_) {
    return;
  }
  continue_sent_ = true;
  constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
  output().append(text);
  queued_ += text.size();
}

void Connection::answer_request() {
  const http::RequestView& request = parser_.request();
  count(loop_.counters.requests);
  Answer answer;
  answer.asked = clock_;
  answer.head_only = request.method == http::Method::head;
  answer.outcome = ask_handler(request);
  answer.keep_alive = parser_.keep_alive() && !answer.outcome.close_connection &&
                      !asks_to_close(answer.outcome.response) && !loop_.common.draining;
  if (answer.outcome.wire.delay <= Duration(0)) {
    carry_out(answer);
    return;
  }
  const Duration delay = answer.outcome.wire.delay;
  pending_ = std::make_unique<Answer>(std::move(answer));
  state_ = State::waiting;
  schedule(delay, &Connection::release_delayed);
}

gateway::Outcome Connection::ask_handler(const http::RequestView& request) {
  std::string problem = "an exception that is no std::exception";
  try {
    return loop_.common.handler.handle(request);
  } catch (const std::exception& error) {
    problem = error.what();
  } catch (...) {  // NOLINT(bugprone-empty-catch): `problem` says so already
  }
  count(loop_.counters.handler_failures);
  spdlog::error("serve: {} {} failed inside hubsim: {}", http::method_name(request.method),
                request.path, problem);
  gateway::Outcome outcome;
  outcome.response = error_response(500, "internal error");
  return outcome;
}

void Connection::reject(int status, std::string_view message) {
  const std::size_t before = output().size();
  append_response(out_, error_response(status, message),
                  {.keep_alive = false, .date = loop_.date.at(monotonic_now())});
  queued_ += out_.size() - before;
  close_after_output(Ending::fin);
}

void Connection::on_end_of_input() {
  peer_ended_ = true;
  const bool unfinished = !out_.empty() || (state_ == State::open && !backlog_.empty());
  if (unfinished && (state_ == State::open || state_ == State::closing)) {
    settle();  // it may only have closed its own direction: the answers still go out
    return;
  }
  // With an answer still held back, a client that closes has left: its answer is reported unsent.
  shut();
}

void Connection::shut() {
  if (state_ == State::closed) {
    return;
  }
  state_ = State::closed;
  for (const auto& timer : {step_timer_, deadline_timer_}) {
    if (timer) {
      loop_.timers.cancel(*timer);
    }
  }
  for (const Mark& mark : marks_) {
    report(mark, written_ > mark.begin ? written_ - mark.begin : 0, false);
  }
  marks_.clear();
  if (pending_) {
    report({.request_number = pending_->outcome.request_number, .asked = pending_->asked}, 0,
           false);
  }
  loop_.close(*this);
}

void Connection::drain() {
  if (state_ == State::hanging) {
    shut();
  } else if (state_ == State::lingering) {
    set_deadline(std::min(deadline_, EventLoop::now() + linger_time()));
  } else {
    run();
  }
}

/// Goes on until the client, a timer or the socket has to act.
void Connection::run() {
  flush();
  while (can_process() && !backlog_.empty()) {
    backlog_.erase(0, process(backlog_));
    flush();
  }
  if (backlog_.empty() && backlog_.capacity() > max_kept_backlog_bytes) {
    backlog_ = std::string();
  }
  settle();
}

bool Connection::wants_input() const {
  if (peer_ended_) {
    return false;
  }
  const bool drops_input =
      state_ == State::hanging || state_ == State::closing || state_ == State::lingering;
  return drops_input || (backlog_.size() < loop_.common.options.max_pipelined_bytes &&
                         (state_ != State::open || can_process()));
}

/// Sets what the loop watches from now on, or ends the connection when all is said.
void Connection::settle() {
  if (state_ == State::closed) {
    return;
  }
  const bool all_written = out_.empty();
  if (state_ == State::closing && all_written) {
    finish();
    return;
  }
  const bool at_rest = state_ == State::open && all_written && backlog_.empty();
  const bool stopping = loop_.common.draining && parser_.state() == RequestParser::State::idle;
  if (at_rest && (peer_ended_ || stopping)) {
    end_tls();
    shut();
    return;
  }
  const bool tls_unsent = tls_ && !tls_->output().empty();
  loop_.watch(*this, wants_input(), !all_written || tls_unsent);
  set_deadline(next_deadline());
}

void Connection::schedule(Duration delay, void (Connection::*step)()) {
  step_timer_ = loop_.timers.schedule(EventLoop::now() + delay, [weak = weak_from_this(), step] {
    const auto self = weak.lock();
    if (self != nullptr && self->state_ != State::closed) {
      self->step_timer_.reset();
      ((*self).*step)();
    }
  });
}

Instant Connection::next_deadline() {
  const Options& options = loop_.common.options;
  if (state_ == State::lingering) {
    return deadline_;
  }
  if (!out_.empty()) {
    return write_deadline_;
  }
  if (state_ != State::open) {
    return Instant::max();
  }
  switch (parser_.state()) {
    case RequestParser::State::head:
      if (!head_deadline_) {
        head_deadline_ = clock_ + options.header_timeout;
      }
      return *head_deadline_;
    case RequestParser::State::body:
      return clock_ + options.body_idle_timeout;
    default:
      return clock_ + options.keep_alive_timeout;
  }
}

/// Most deadlines move later with every request: the timer is left alone and looks again when it
/// fires, so a busy connection costs no timer work.
void Connection::set_deadline(Instant deadline) {
  deadline_ = deadline;
  if (deadline == Instant::max() || (deadline_timer_ && deadline_timer_->first <= deadline)) {
    return;
  }
  if (deadline_timer_) {
    loop_.timers.cancel(*deadline_timer_);
  }
  deadline_timer_ = loop_.timers.schedule(deadline, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self != nullptr && self->state_ != State::closed) {
      self->on_deadline();
    }
  });
}

void Connection::on_deadline() {
  deadline_timer_.reset();
  if (EventLoop::now() >= deadline_) {
    expire();
  } else {
    set_deadline(deadline_);
  }
}

void Connection::expire() {
  if (state_ == State::lingering) {
    shut();
    return;
  }
  count(loop_.counters.timeouts);
  const bool idle = state_ == State::open && parser_.state() == RequestParser::State::idle;
  if (!out_.empty()) {
    reset_now();
    return;
  }
  if (idle) {
    end_tls();
    shut();
    return;
  }
  reject(408, parser_.state() == RequestParser::State::head
                  ? "the request head did not arrive in time"
                  : "the request body did not arrive in time");
  run();
}

}  // namespace hubsim::serve
