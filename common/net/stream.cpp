#include "common/net/stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "common/net/socket.h"

namespace hubsim::net {

namespace {

using Kind = StreamStep::Kind;

/// Encrypted at once; more would only wait in memory.
constexpr std::size_t tls_piece_bytes = std::size_t{128} << 10;
constexpr std::size_t tls_read_bytes = std::size_t{32} << 10;

StreamStep socket_failure(const char* doing, int error) {
  return {.kind = Kind::failed,
          .error = ErrorKind::connection_reset,
          .text = std::string(doing) + describe_errno(error)};
}

StreamStep send_some(int fd, std::string_view bytes) {
  while (true) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      return {.kind = Kind::moved, .bytes = static_cast<std::size_t>(sent)};
    }
    if (errno == EAGAIN) {
      return {};
    }
    if (errno != EINTR) {
      return socket_failure("while writing: ", errno);
    }
  }
}

StreamStep receive_some(int fd, std::span<char> into) {
  while (true) {
    const auto got = ::recv(fd, into.data(), into.size(), 0);
    if (got > 0) {
      return {.kind = Kind::moved, .bytes = static_cast<std::size_t>(got)};
    }
    if (got == 0) {
      return {.kind = Kind::ended};
    }
    if (errno == EAGAIN) {
      return {};
    }
    if (errno != EINTR) {
      return socket_failure("while reading: ", errno);
    }
  }
}

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int fd) noexcept : fd_(fd) {}
  StreamStep establish() override { return {.kind = Kind::moved}; }
  StreamStep read(std::span<char> into) override { return receive_some(fd_, into); }
  StreamStep write(std::string_view bytes) override { return send_some(fd_, bytes); }
  [[nodiscard]] bool has_unsent() const noexcept override { return false; }
  [[nodiscard]] bool reads_ahead() const noexcept override { return false; }
  [[nodiscard]] bool quiet() override {
    char byte = 0;
    const auto got = ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EINTR);
  }

 private:
  int fd_;
};

class TlsStream final : public Stream {
 public:
  TlsStream(int fd, const TlsStart& start)
      : fd_(fd), engine_(start.context, start.host, start.session) {}
  // OpenSSL takes a session whose connection was not shut down for a bad one, and forgets it.
  ~TlsStream() override { engine_.close(); }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  StreamStep establish() override {
    engine_.advance();
    while (true) {
      const StreamStep flushed = flush();
      if (engine_.state() == TlsEngine::State::failed) {
        return engine_failure();  // its alert has been sent
      }
      if (flushed.kind != Kind::moved) {
        return flushed;
      }
      if (engine_.state() != TlsEngine::State::handshake) {
        return {.kind = Kind::moved};
      }
      StreamStep fed = feed();
      if (fed.kind == Kind::ended) {
        return {.kind = Kind::failed,
                .error = ErrorKind::connection_reset,
                .text = "closed during the TLS handshake"};
      }
      if (fed.kind == Kind::failed) {
        fed.text = "during the TLS handshake, " + fed.text;
      }
      if (fed.kind != Kind::moved) {
        return fed;
      }
    }
  }

  StreamStep read(std::span<char> into) override {
    while (true) {
      const std::size_t got = engine_.read(into.data(), into.size());
      if (got > 0) {
        return {.kind = Kind::moved, .bytes = got};
      }
      if (engine_.state() == TlsEngine::State::ended) {
        return {.kind = Kind::ended};
      }
      if (engine_.state() == TlsEngine::State::failed) {
        return engine_failure();
      }
      StreamStep fed = feed();
      if (fed.kind == Kind::blocked || fed.kind == Kind::failed) {
        return fed;
      }
    }
  }

  StreamStep write(std::string_view bytes) override {
    StreamStep flushed = flush();
    if (flushed.kind != Kind::moved) {
      return flushed;
    }
    const auto piece = bytes.substr(0, tls_piece_bytes);
    engine_.write(piece);
    if (engine_.state() == TlsEngine::State::failed) {
      return engine_failure();
    }
    const std::size_t encrypted = engine_.output().size();
    flushed = flush();
    const bool untouched = engine_.output().size() == encrypted;
    if (flushed.kind == Kind::failed && untouched) {
      return flushed;
    }
    return {.kind = Kind::moved, .bytes = piece.size()};
  }

  [[nodiscard]] bool has_unsent() const noexcept override { return !engine_.output().empty(); }
  [[nodiscard]] bool reads_ahead() const noexcept override { return true; }

  [[nodiscard]] bool quiet() override {
    char byte = 0;  // session tickets may come at any time, and are no reason to leave
    return read({&byte, 1}).kind == Kind::blocked;
  }

  [[nodiscard]] std::string_view protocol() const noexcept override { return engine_.protocol(); }

 private:
  /// Moved: all is with the kernel.
  StreamStep flush() {
    while (has_unsent()) {
      StreamStep sent = send_some(fd_, engine_.output());
      if (sent.kind != Kind::moved) {
        return sent;
      }
      engine_.consume_output(sent.bytes);
    }
    return {.kind = Kind::moved};
  }

  StreamStep feed() {
    StreamStep got = receive_some(fd_, buffer_);
    if (got.kind == Kind::moved) {
      engine_.receive({buffer_.data(), got.bytes});
    } else if (got.kind == Kind::ended) {
      engine_.receive_end();
    }
    return got;
  }

  [[nodiscard]] StreamStep engine_failure() const {
    const ErrorKind error = engine_.certificate_refused() ? ErrorKind::certificate_refused
                            : engine_.cut_off()           ? ErrorKind::connection_reset
                                                          : ErrorKind::tls_failed;
    return {.kind = Kind::failed, .error = error, .text = engine_.error()};
  }

  int fd_;
  TlsEngine engine_;
  std::vector<char> buffer_ = std::vector<char>(tls_read_bytes);
};

}  // namespace

std::unique_ptr<Stream> make_plain_stream(int fd) { return std::make_unique<PlainStream>(fd); }

std::unique_ptr<Stream> make_tls_stream(int fd, const TlsStart& start) {
  return std::make_unique<TlsStream>(fd, start);
}

}  // namespace hubsim::net
