#include "common/net/testing/test_server.h"

#include <poll.h>
#include <sys/socket.h>

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
    in_.append(buffer.data(), static_cast<std::size_t>(got));
    serve_next();
  }

 private:
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

  /// False when this peer is gone.
  bool give(const TestAnswer& answer) {
    std::size_t written = 0;
    while (written < answer.bytes.size()) {
      const auto sent = ::send(fd_.get(), answer.bytes.data() + written,
                               answer.bytes.size() - written, MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) {
        pollfd wait{fd_.get(), POLLOUT, 0};
        ::poll(&wait, 1, 1000);
        continue;
      }
      if (sent < 0) {
        break;
      }
      written += static_cast<std::size_t>(sent);
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
  std::string in_;
  bool answering_ = false;
  EventLoop::TimerId timer_{};
};

TestServer::TestServer(Handler handler) : handler_(std::move(handler)) {
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

std::string TestServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

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
