#include "common/net/testing/test_server.h"

#include <poll.h>
#include <sys/socket.h>

#include <optional>
#include <vector>

#include "common/base/text.h"

namespace hubsim::net::testing {

std::string TestRequest::target() const {
  const auto start = head.find(' ') + 1;
  return head.substr(start, head.find(' ', start) - start);
}

std::string http_answer(int status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Reason\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class TestServer::Listener final : public IoHandler {
 public:
  explicit Listener(TestServer& server) : server_(server) {}
  void on_io(bool /*readable*/, bool /*writable*/) override { server_.accept_all(); }

 private:
  TestServer& server_;
};

class TestServer::Peer final : public IoHandler {
 public:
  Peer(TestServer& server, Fd fd) : server_(server), fd_(std::move(fd)) {
    server_.loop_.watch(fd_.get(), *this, true, false);
    if (server_.tls_) {
      tls_.emplace(server_.tls_);
    }
  }
  ~Peer() override {
    server_.loop_.cancel(timer_);
    server_.loop_.unwatch(fd_.get());
    fd_.reset();
    server_.open_.fetch_sub(1);
  }

  void on_io(bool /*readable*/, bool /*writable*/) override {
    std::vector<char> buffer(std::size_t{64} * 1024);
    const auto got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) {
      server_.drop(*this);
      return;
    }
    if (tls_ && !decrypt({buffer.data(), static_cast<std::size_t>(got)})) {
      server_.drop(*this);
      return;
    }
    if (!tls_) {
      in_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    serve_next();
  }

 private:
  bool decrypt(std::string_view ciphertext) {
    const bool fresh = tls_->state() == TlsEngine::State::handshake;
    tls_->receive(ciphertext);
    if (fresh && tls_->state() == TlsEngine::State::open && tls_->resumed()) {
      server_.resumed_.fetch_add(1);
    }
    std::vector<char> plain(std::size_t{16} * 1024);
    while (const std::size_t got = tls_->read(plain.data(), plain.size())) {
      in_.append(plain.data(), got);
    }
    send_output();
    return tls_->state() == TlsEngine::State::handshake || tls_->state() == TlsEngine::State::open;
  }

  void send_output() {
    send_all(std::string(tls_->output()));
    tls_->consume_output(tls_->output().size());
  }

  bool take_request(TestRequest& request) {
    const auto head_end = in_.find("\r\n\r\n");
    if (head_end == std::string::npos) {
      return false;
    }
    request.head = in_.substr(0, head_end + 4);
    std::uint64_t length = 0;
    for (const std::string_view line : split(request.head, '\n')) {
      if (equals_ignoring_case(line.substr(0, 15), "content-length:")) {
        length = parse_uint(trim(line.substr(15))).value_or(0);
      }
    }
    if (in_.size() < request.head.size() + length) {
      return false;
    }
    request.body = in_.substr(request.head.size(), length);
    in_.erase(0, request.head.size() + length);
    return true;
  }

  void serve_next() {
    TestRequest request;
    while (!answering_ && take_request(request)) {
      server_.requests_.fetch_add(1);
      TestAnswer answer = server_.handler_(request);
      if (answer.delay.count() == 0) {
        if (!give(answer)) {
          return;
        }
        continue;
      }
      answering_ = true;
      timer_ = server_.loop_.run_after(answer.delay, [this, answer] {
        answering_ = false;
        if (give(answer)) {
          serve_next();
        }
      });
    }
  }

  void send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) {
        pollfd wait{fd_.get(), POLLOUT, 0};
        ::poll(&wait, 1, 1000);
        continue;
      }
      if (sent < 0) {
        return;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// False when this peer is gone.
  bool give(const TestAnswer& answer) {
    if (tls_) {
      tls_->write(answer.bytes);
      if (answer.after == TestAnswer::After::close) {
        tls_->close();
      }
      send_output();
    } else {
      send_all(answer.bytes);
    }
    if (answer.after == TestAnswer::After::keep) {
      return true;
    }
    if (answer.after == TestAnswer::After::reset) {
      const linger hard{1, 0};
      ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    }
    server_.drop(*this);
    return false;
  }

  TestServer& server_;
  Fd fd_;
  std::optional<TlsEngine> tls_;
  std::string in_;
  bool answering_ = false;
  EventLoop::TimerId timer_{};
};

TestServer::TestServer(Handler handler) : TestServer(std::move(handler), nullptr) {}

TestServer::TestServer(Handler handler, TlsContext::Ptr tls)
    : handler_(std::move(handler)), tls_(std::move(tls)) {
  auto fd = listen_on_loopback(0);
  HUBSIM_ASSERT(fd.ok());
  listen_ = std::move(*fd);
  port_ = local_port(listen_.get());
  listener_ = std::make_unique<Listener>(*this);
  loop_.watch(listen_.get(), *listener_, true, false);
  thread_ = std::thread([this] { loop_.run(); });
}

TestServer::~TestServer() {
  stop();
  peers_.clear();
}

void TestServer::stop() {
  if (thread_.joinable()) {
    loop_.stop();
    thread_.join();
  }
}

std::string TestServer::url() const {
  return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

void TestServer::accept_all() {
  while (true) {
    Fd fd(::accept4(listen_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd.valid()) {
      return;
    }
    accepted_.fetch_add(1);
    open_.fetch_add(1);
    auto peer = std::make_unique<Peer>(*this, std::move(fd));
    Peer* key = peer.get();
    peers_.emplace(key, std::move(peer));
  }
}

void TestServer::drop(Peer& peer) { peers_.erase(&peer); }

void TestServer::freeze(std::chrono::milliseconds length) {
  const bool posted =
      loop_.post([length] { ::poll(nullptr, 0, static_cast<int>(length.count())); });
  HUBSIM_ASSERT(posted);
}

void TestServer::close_all() {
  const bool posted = loop_.post([this] { peers_.clear(); });
  HUBSIM_ASSERT(posted);
}

}  // namespace hubsim::net::testing
