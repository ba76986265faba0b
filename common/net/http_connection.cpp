#include "common/net/http_connection.h"

#include <cerrno>

#include "common/time/clock.h"

namespace hubsim::net {

namespace {

ErrorKind kind_of_connect_error(int error) {
  return error == ECONNREFUSED ? ErrorKind::connection_refused
         : error == ETIMEDOUT  ? ErrorKind::connect_timeout
                               : ErrorKind::connect_failed;
}

}  // namespace

HttpConnection::HttpConnection(HttpPool& pool, HttpOrigin& origin,
                               const std::vector<Address>& addresses)
    : pool_(pool),
      origin_(origin),
      addresses_(addresses),
      parser_({pool.options().max_head_bytes, pool.options().max_body_bytes}) {}

void HttpConnection::open(HttpExchangePtr exchange) {
  exchange_ = std::move(exchange);
  exchange_->connection = this;
  connect_timer_ = pool_.loop().run_after(exchange_->connect_timeout, [this] {
    give_up(ErrorKind::connect_timeout, phase_ == Phase::securing
                                            ? "no TLS handshake within the connect timeout"
                                            : "no connection within the connect timeout");
  });
  connect_next(0);
}

void HttpConnection::use(HttpExchangePtr exchange) {
  pool_.loop().cancel(idle_timer_);
  exchange_ = std::move(exchange);
  exchange_->connection = this;
  exchange_->reused = true;
  begin();
}

HttpExchangePtr HttpConnection::abandon() {
  shut();
  return std::move(exchange_);
}

void HttpConnection::shut() {
  pool_.loop().cancel(idle_timer_);
  pool_.loop().cancel(connect_timer_);
  if (fd_.valid()) {
    pool_.loop().unwatch(fd_.get());
    fd_.reset();
  }
}

void HttpConnection::on_io(bool readable, bool writable) {
  if (phase_ == Phase::connecting) {
    on_connect(connect_error(fd_.get()));
    return;
  }
  if (phase_ == Phase::securing) {
    secure();
    return;
  }
  if (exchange_ == nullptr) {
    if (stale()) {
      pool_.on_idle_over(*this);
    }
    return;
  }
  if (writable && !write_some()) {
    return;
  }
  if (readable) {
    read_some();
  }
}

void HttpConnection::connect_next(int error) {
  while (next_address_ < addresses_.size()) {
    auto fd = start_connect(addresses_[next_address_++]);
    if (fd.ok()) {
      fd_ = std::move(*fd);
      pool_.loop().watch(fd_.get(), *this, false, true);
      return;
    }
    error = fd.error();
  }
  give_up(kind_of_connect_error(error), "cannot connect: " + describe_errno(error));
}

void HttpConnection::on_connect(int error) {
  if (error != 0) {
    pool_.loop().unwatch(fd_.get());
    fd_.reset();
    connect_next(error);
    return;
  }
  phase_ = Phase::securing;
  pool_.loop().change_watch(fd_.get(), true, false);
  wants_write_ = false;
  stream_ = pool_.make_stream(origin_, fd_.get());
  secure();
}

/// What lies between TCP and HTTP: nothing, or TLS's handshake.
void HttpConnection::secure() {
  StreamStep step = stream_->establish();
  if (step.kind == StreamStep::Kind::blocked) {
    want_write(stream_->has_unsent());
    return;
  }
  if (step.kind != StreamStep::Kind::moved) {
    give_up(step.error, std::move(step.text));
    return;
  }
  pool_.loop().cancel(connect_timer_);
  phase_ = Phase::ready;
  begin();
}

// Writes at once: the write interest stays only while the kernel's buffer is full.
void HttpConnection::begin() {
  parser_.reset(exchange_->method == "HEAD");
  if (write_some()) {
    want_write(!all_written());
  }
}

bool HttpConnection::all_written() const noexcept {
  return exchange_->written == exchange_->wire.size() && !stream_->has_unsent();
}

void HttpConnection::want_write(bool wanted) {
  if (wants_write_ != wanted) {
    pool_.loop().change_watch(fd_.get(), true, wanted);
    wants_write_ = wanted;
  }
}

/// False when the request has ended because of it.
bool HttpConnection::write_some() {
  HttpExchange& exchange = *exchange_;
  while (!all_written()) {
    StreamStep step = stream_->write(std::string_view(exchange.wire).substr(exchange.written));
    if (step.kind == StreamStep::Kind::blocked) {
      return true;
    }
    if (step.kind == StreamStep::Kind::failed) {
      return on_write_failed(std::move(step));
    }
    const auto now = monotonic_now();
    if (exchange.written == 0) {
      exchange.stamps.sent = now;
    }
    exchange.written += step.bytes;
    exchange.stamps.sent_last = now;
  }
  want_write(false);
  return true;
}

bool HttpConnection::on_write_failed(StreamStep step) {
  if (exchange_->written == 0 && exchange_->reused) {
    pool_.on_not_written(*this, std::move(exchange_));
    return false;
  }
  // The other side may have answered before it stopped reading (a 413, say).
  read_some();
  if (exchange_ != nullptr) {
    give_up(step.error, std::move(step.text));
  }
  return false;
}

void HttpConnection::read_some() {
  std::vector<char>& buffer = pool_.read_buffer();
  while (exchange_ != nullptr) {
    StreamStep step = stream_->read(buffer);
    switch (step.kind) {
      case StreamStep::Kind::blocked:
        return;
      case StreamStep::Kind::failed:
        give_up(step.error, std::move(step.text));
        return;
      case StreamStep::Kind::ended:
        on_end();
        return;
      case StreamStep::Kind::moved:
        on_bytes({buffer.data(), step.bytes});
        break;
    }
    if (exchange_ == nullptr || (step.bytes < buffer.size() && !stream_->reads_ahead())) {
      return;
    }
  }
}

void HttpConnection::on_bytes(std::string_view bytes) {
  if (exchange_->stamps.first_byte.count() == 0) {
    exchange_->stamps.first_byte = monotonic_now();
  }
  std::size_t consumed = 0;
  switch (parser_.feed(bytes, consumed)) {
    case ResponseParser::State::more:
      return;
    case ResponseParser::State::done:
      finish(parser_.keep_alive() && consumed == bytes.size());
      return;
    case ResponseParser::State::malformed:
      give_up(ErrorKind::malformed, "the answer is not HTTP/1.1: " + parser_.error());
      return;
    case ResponseParser::State::too_large:
      give_up(ErrorKind::too_large, "the answer is over the client's limit");
      return;
  }
}

void HttpConnection::on_end() {
  if (parser_.finish() == ResponseParser::State::done) {
    finish(false);
    return;
  }
  give_up(ErrorKind::connection_reset,
          parser_.started() ? "closed before the answer was complete" : "closed without an answer");
}

ClientResult HttpConnection::result_so_far() {
  ClientResult result;
  result.status = parser_.status();
  result.headers = std::move(parser_.headers());
  result.body = std::move(parser_.body());
  return result;
}

void HttpConnection::finish(bool reusable) {
  reusable = reusable && all_written();
  if (reusable) {
    idle_timer_ =
        pool_.loop().run_after(pool_.options().idle_timeout, [this] { pool_.on_idle_over(*this); });
  }
  pool_.on_ended(*this, std::move(exchange_), result_so_far(), reusable);
}

void HttpConnection::give_up(ErrorKind kind, std::string text) {
  ClientResult result = phase_ == Phase::ready ? result_so_far() : ClientResult{};
  result.error = kind;
  result.error_text = std::move(text);
  pool_.on_ended(*this, std::move(exchange_), std::move(result), false);
}

}  // namespace hubsim::net
