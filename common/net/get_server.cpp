#include "common/net/get_server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>

#include "common/base/text.h"
#include "common/time/clock.h"

namespace hubsim::net {

namespace {

constexpr std::size_t most_head_bytes = 8 * 1024;
constexpr auto patience = std::chrono::seconds(2);

Result<Fd> listen_on(const Address& address) {
  Fd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const void* storage = &address.storage;
  if (!fd.valid() || ::bind(fd.get(), static_cast<const sockaddr*>(storage), address.length) != 0 ||
      ::listen(fd.get(), 16) != 0) {
    return Failure{describe_errno(errno)};
  }
  return fd;
}

std::string_view reason_of(int status) {
  return status == 200   ? "OK"
         : status == 404 ? "Not Found"
         : status == 405 ? "Method Not Allowed"
                         : "Bad Request";
}

std::string wire_text(const GetAnswer& answer) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}Connection: close\r\n\r\n{}",
      answer.status, reason_of(answer.status), answer.content_type, answer.body.size(),
      answer.status == 405 ? "Allow: GET\r\n" : "", answer.body);
}

/// Up to the blank line; what came until then where there is none.
std::string read_head(int fd) {
  std::string head;
  std::array<char, 1024> piece{};
  const auto limit = monotonic_now() + patience;
  while (head.find("\r\n\r\n") == std::string::npos && head.size() < most_head_bytes &&
         monotonic_now() < limit) {
    const auto got = ::recv(fd, piece.data(), piece.size(), 0);
    if (got <= 0) {
      break;
    }
    head.append(piece.data(), static_cast<std::size_t>(got));
  }
  return head;
}

void write_all(int fd, std::string_view text) {
  const auto limit = monotonic_now() + patience;
  while (!text.empty() && monotonic_now() < limit) {
    const auto sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

Result<std::unique_ptr<GetServer>> GetServer::start(const std::string& listen, Handler handler) {
  const auto colon = listen.rfind(':');
  const auto port =
      colon == std::string::npos ? std::nullopt : parse_uint(listen.substr(colon + 1));
  if (!port || *port > 65'535 || colon == 0) {
    return Failure{"'" + listen + "' is no address to listen on, such as 127.0.0.1:9400"};
  }
  const auto addresses = resolve(listen.substr(0, colon), static_cast<std::uint16_t>(*port));
  if (!addresses || addresses->empty()) {
    return Failure{addresses ? "'" + listen + "' has no address" : addresses.error()};
  }
  auto fd = listen_on(addresses->front());
  if (!fd) {
    return Failure{"cannot listen on " + listen + ": " + fd.error()};
  }
  return std::unique_ptr<GetServer>(new GetServer(std::move(*fd), std::move(handler)));
}

GetServer::GetServer(Fd listening, Handler handler)
    : listening_(std::move(listening)),
      handler_(std::move(handler)),
      port_(local_port(listening_.get())) {
  thread_ = std::thread([this] { run(); });
}

GetServer::~GetServer() {
  ::shutdown(listening_.get(), SHUT_RDWR);  // wakes the accept below
  thread_.join();
}

void GetServer::run() {
  while (true) {
    const Fd fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (fd.valid()) {
      serve(fd.get());
    } else if (errno == EMFILE || errno == ENFILE) {
      ::poll(nullptr, 0, 100);  // the load has taken all descriptors: some come back
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

void GetServer::serve(int fd) const {
  const timeval wait{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  const std::string head = read_head(fd);
  if (!head.empty()) {
    write_all(fd, wire_text(answer_to(head)));
    ::shutdown(fd, SHUT_WR);
  }
}

GetAnswer GetServer::answer_to(std::string_view head) const {
  const auto words = split(head.substr(0, head.find("\r\n")), ' ');
  if (head.find("\r\n\r\n") == std::string_view::npos || words.size() != 3 ||
      !words[2].starts_with("HTTP/1.") || !words[1].starts_with('/')) {
    return {400, "text/plain; charset=utf-8", "not an HTTP request this can read\n"};
  }
  if (words[0] != "GET") {
    return {405, "text/plain; charset=utf-8", "only GET is answered here\n"};
  }
  return handler_(words[1].substr(0, words[1].find('?')));
}

}  // namespace hubsim::net
