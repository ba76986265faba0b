#include "common/net/socket.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace hubsim::net {

namespace {

Address make_address(const sockaddr* address, socklen_t length) {
  Address made;
  HUBSIM_ASSERT(length <= sizeof(made.storage));
  std::memcpy(&made.storage, address, length);
  made.length = length;
  return made;
}

const sockaddr* raw(const sockaddr_storage& storage) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&storage));
}

Result<std::vector<Address>> ask_resolver(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    return Failure{"cannot resolve '" + host + "': " + gai_strerror(error)};
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    addresses.push_back(make_address(one->ai_addr, one->ai_addrlen));
  }
  return addresses;
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void Fd::reset() noexcept {
  if (fd_ >= 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port) {
  if (host == "localhost") {
    auto both = ask_resolver("127.0.0.1", port, AI_NUMERICHOST);
    if (const auto six = ask_resolver("::1", port, AI_NUMERICHOST); both.ok() && six.ok()) {
      both->push_back(six->front());
    }
    return both;
  }
  auto literal = ask_resolver(host, port, AI_NUMERICHOST);
  return literal.ok() ? std::move(literal) : ask_resolver(host, port, AI_ADDRCONFIG);
}

Result<Fd, int> start_connect(const Address& address) {
  Fd fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) {
    return Failure{errno};
  }
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (::connect(fd.get(), raw(address.storage), address.length) != 0 && errno != EINPROGRESS) {
    return Failure{errno};
  }
  return fd;
}

int connect_error(int fd) noexcept {
  int error = 0;
  socklen_t length = sizeof(error);
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) {
    return errno;
  }
  return error;
}

Result<Fd> listen_on_loopback(std::uint16_t port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  sockaddr_storage storage{};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::memcpy(&storage, &address, sizeof(address));
  if (!fd.valid() || ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      ::bind(fd.get(), raw(storage), sizeof(address)) != 0 || ::listen(fd.get(), 4096) != 0) {
    return Failure{"cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                   describe_errno(errno)};
  }
  return fd;
}

std::uint16_t local_port(int fd) noexcept {
  sockaddr_in address{};
  socklen_t length = sizeof(address);
  void* place = &address;
  if (::getsockname(fd, static_cast<sockaddr*>(place), &length) != 0) {
    return 0;
  }
  return ntohs(address.sin_port);
}

Result<std::uint16_t> pick_free_port() {
  auto fd = listen_on_loopback(0);
  if (!fd) {
    return Failure{fd.error()};
  }
  return local_port(fd->get());
}

std::string describe_errno(int error) { return std::generic_category().message(error); }

}  // namespace hubsim::net
