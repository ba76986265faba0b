#include "common/net/http_connection.h"

#include <sys/socket.h>

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
    give_up(ErrorKind::connect_timeout, "no connection within the connect timeout");
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

bool HttpConnection::stale() const noexcept {
  char byte = 0;
  const auto got = ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EINTR);
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
  if (!connected_) {
    on_connect(connect_error(fd_.get()));
    return;
  }
  if (exchange_ == nullptr) {
    pool_.on_idle_over(*this);
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
  pool_.loop().cancel(connect_timer_);
  connected_ = true;
  pool_.loop().change_watch(fd_.get(), true, false);
  wants_write_ = false;
  begin();
}

// Writes at once: the write interest stays only while the kernel's buffer is full.
void HttpConnection::begin() {
  parser_.reset(exchange_->method == "HEAD");
  if (write_some()) {
    want_write(exchange_->written < exchange_->wire.size());
  }
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
  while (exchange.written < exchange.wire.size()) {
    const auto sent = ::send(fd_.get(), exchange.wire.data() + exchange.written,
                             exchange.wire.size() - exchange.written, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) {
      continue;
    }
    if (sent < 0) {
      return errno == EAGAIN || on_write_error(errno);
    }
    const auto now = monotonic_now();
    if (exchange.written == 0) {
      exchange.stamps.sent = now;
    }
    exchange.written += static_cast<std::size_t>(sent);
    exchange.stamps.sent_last = now;
  }
  want_write(false);
  return true;
}

bool HttpConnection::on_write_error(int error) {
  if (exchange_->written == 0 && exchange_->reused) {
    pool_.on_not_written(*this, std::move(exchange_));
    return false;
  }
  // The other side may have answered before it stopped reading (a 413, say).
  read_some();
  if (exchange_ != nullptr) {
    give_up(ErrorKind::connection_reset, "while writing: " + describe_errno(error));
  }
  return false;
}

void HttpConnection::read_some() {
  std::vector<char>& buffer = pool_.read_buffer();
  while (true) {
    const auto got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0 && errno == EAGAIN) {
      return;
    }
    if (got < 0) {
      give_up(ErrorKind::connection_reset, "while reading: " + describe_errno(errno));
      return;
    }
    if (got == 0) {
      on_end();
      return;
    }
    on_bytes({buffer.data(), static_cast<std::size_t>(got)});
    if (exchange_ == nullptr || static_cast<std::size_t>(got) < buffer.size()) {
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
  reusable = reusable && exchange_->written == exchange_->wire.size();
  if (reusable) {
    idle_timer_ =
        pool_.loop().run_after(pool_.options().idle_timeout, [this] { pool_.on_idle_over(*this); });
  }
  pool_.on_ended(*this, std::move(exchange_), result_so_far(), reusable);
}

void HttpConnection::give_up(ErrorKind kind, std::string text) {
  ClientResult result = connected_ ? result_so_far() : ClientResult{};
  result.error = kind;
  result.error_text = std::move(text);
  pool_.on_ended(*this, std::move(exchange_), std::move(result), false);
}

}  // namespace hubsim::net
