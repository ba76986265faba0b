#include "tests/integration/support/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <utility>

#include "common/base/text.h"
#include "common/time/clock.h"

namespace hubsim::testing {

namespace {

void set_receive_timeout(int fd, std::chrono::milliseconds time) {
  timeval limit{};
  limit.tv_sec = time.count() / 1000;
  limit.tv_usec = (time.count() % 1000) * 1000;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

RawResponse parse_head(std::string head) {
  RawResponse response;
  response.head = std::move(head);
  bool first = true;
  for (const std::string_view raw : split(response.head, '\n')) {
    const std::string_view line = trim(raw);
    if (std::exchange(first, false)) {
      response.status = static_cast<int>(parse_uint(line.substr(9, 3)).value_or(0));
      response.reason = line.size() > 13 ? line.substr(13) : "";
      continue;
    }
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) {
      response.headers[to_lower(line.substr(0, colon))] = trim(line.substr(colon + 1));
    }
  }
  return response;
}

}  // namespace

std::string RawResponse::header(const std::string& lower_case_name) const {
  const auto it = headers.find(lower_case_name);
  return it == headers.end() ? "" : it->second;
}

RawClient::RawClient(std::uint16_t port, std::chrono::milliseconds patience)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int one = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  set_receive_timeout(fd_, patience);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int problem = errno;
    ::close(fd_);
    throw std::runtime_error(std::string("connect: ") + std::strerror(problem));
  }
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)), end_(other.end_) {}

RawClient::~RawClient() { close(); }

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::fill() {
  std::array<char, 65536> piece{};
  const ssize_t got = ::recv(fd_, piece.data(), piece.size(), 0);
  if (got > 0) {
    buffer_.append(piece.data(), static_cast<std::size_t>(got));
    return true;
  }
  if (got == 0) {
    end_ = StreamEnd::fin;
  } else {
    end_ = errno == ECONNRESET ? StreamEnd::reset : StreamEnd::timeout;
  }
  return false;
}

RawResponse RawClient::read_response(bool body_follows) {
  auto end = buffer_.find("\r\n\r\n");
  while (end == std::string::npos) {
    if (!fill()) {
      return {};
    }
    end = buffer_.find("\r\n\r\n");
  }
  RawResponse response = parse_head(buffer_.substr(0, end + 4));
  buffer_.erase(0, end + 4);
  if (body_follows) {
    response.body = read_bytes(parse_uint(response.header("content-length")).value_or(0));
  }
  return response;
}

std::string RawClient::read_bytes(std::size_t count) {
  while (buffer_.size() < count && fill()) {
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string RawClient::read_to_end() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

std::string RawClient::read_within(std::chrono::milliseconds time) {
  set_receive_timeout(fd_, time);
  if (buffer_.empty() && !fill() && end_ == StreamEnd::timeout) {
    end_ = StreamEnd::open;
  }
  set_receive_timeout(fd_, std::chrono::milliseconds(8'000));
  return std::exchange(buffer_, {});
}

void RawClient::close_sending() { ::shutdown(fd_, SHUT_WR); }

void RawClient::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void RawClient::close() {
  if (fd_ >= 0) {
    ::close(std::exchange(fd_, -1));
  }
}

void RawClient::shrink_receive_buffer() {
  const int size = 128 << 10;  // less than a loopback segment would crawl
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

std::uint16_t RawClient::local_port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

std::string get_request(std::string_view target, std::string_view more_headers) {
  return std::string("GET ").append(target).append(" HTTP/1.1\r\nHost: test\r\n") +
         std::string(more_headers) + "\r\n";
}

std::string post_request(std::string_view target, std::string_view body,
                         std::string_view more_headers) {
  return std::string("POST ").append(target).append(" HTTP/1.1\r\nHost: test\r\nContent-Length: ") +
         std::to_string(body.size()) + "\r\n" + std::string(more_headers) + "\r\n" +
         std::string(body);
}

void yield_thread() { std::this_thread::yield(); }

bool is_past(std::chrono::nanoseconds monotonic) { return monotonic_now() > monotonic; }

std::chrono::nanoseconds after(std::chrono::milliseconds time) { return monotonic_now() + time; }

}  // namespace hubsim::testing
