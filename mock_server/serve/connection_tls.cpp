// The TLS half of Connection: a client that begins with a handshake is decrypted before anything
// else looks at its bytes, and what it is answered is encrypted last. The engine has no socket, so
// delays, drips, truncations and resets work as they do without TLS.
#include <sys/socket.h>

#include <algorithm>

#include "mock_server/serve/connection.h"

namespace hubsim::serve {

namespace {

constexpr char handshake_record = 0x16;
/// A record each: as much as one may hold.
constexpr std::size_t tls_piece_bytes = std::size_t{16} << 10;

}  // namespace

void Connection::receive(std::string_view bytes) {
  if (!protocol_known_) {
    choose_protocol(bytes);
  }
  if (tls_) {
    decrypt(bytes);
  } else {
    take(bytes);
  }
}

void Connection::choose_protocol(std::string_view first) {
  protocol_known_ = true;
  if (first.front() == handshake_record) {
    tls_ = std::make_unique<net::TlsEngine>(loop_.common.options.tls);
    parser_.set_secure(true);
  } else if (loop_.common.options.tls_only) {
    reject(400, "this port speaks https only");
  }
}

void Connection::decrypt(std::string_view ciphertext) {
  tls_->receive(ciphertext);
  // The ciphertext has been copied: its buffer is free for the plaintext.
  while (state_ != State::closed) {
    const std::size_t got = tls_->read(loop_.input.data(), loop_.input.size());
    if (got == 0) {
      break;
    }
    take({loop_.input.data(), got});
  }
  if (state_ == State::closed) {
    return;
  }
  if (tls_->state() == net::TlsEngine::State::failed) {
    flush();  // the alert that says why
    shut();
  } else if (tls_->state() == net::TlsEngine::State::ended && !peer_ended_) {
    on_end_of_input();
  } else {
    run();
  }
}

std::string_view Connection::next_to_send() {
  const auto plain = std::string_view(out_).substr(out_position_);
  if (!tls_) {
    return plain;
  }
  if (tls_->output().empty() && !plain.empty()) {
    const auto piece = plain.substr(0, tls_piece_bytes);
    tls_->write(piece);
    encrypted_ = tls_->output().empty() ? 0 : piece.size();
  }
  return tls_->output();
}

void Connection::account_sent(std::size_t bytes) {
  if (!tls_) {
    out_position_ += bytes;
    written_ += bytes;
    return;
  }
  tls_->consume_output(bytes);
  if (tls_->output().empty()) {
    out_position_ += encrypted_;
    written_ += encrypted_;
    encrypted_ = 0;
  }
}

/// Says goodbye as TLS wants it, so that the client can tell the end from a cut. It is small, and
/// nobody waits for it.
void Connection::end_tls() {
  if (!tls_) {
    return;
  }
  tls_->close();
  const auto goodbye = tls_->output();
  [[maybe_unused]] const auto sent =
      ::send(fd_, goodbye.data(), goodbye.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  tls_->consume_output(goodbye.size());
}

}  // namespace hubsim::serve
