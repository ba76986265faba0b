// Fd and the few socket calls a client needs: resolve a host, start a connect without blocking.
// Threads: plain values. resolve() blocks on names that are neither literal addresses nor
// localhost (the system resolver), so callers cache its answer.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace hubsim::net {

/// Owns one descriptor; closes it.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool valid() const noexcept { return fd_ >= 0; }
  void reset() noexcept;

 private:
  int fd_ = -1;
};

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
  [[nodiscard]] int family() const noexcept { return storage.ss_family; }
};

/// The addresses of a host in the order to try them. "localhost" is 127.0.0.1, then ::1, without
/// asking anyone.
[[nodiscard]] Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port);

/// A non-blocking TCP socket that is connecting (or connected), with Nagle off. The error is errno.
[[nodiscard]] Result<Fd, int> start_connect(const Address& address);
/// The error a non-blocking connect ended with; 0 when it is connected.
[[nodiscard]] int connect_error(int fd) noexcept;

/// A listening socket on 127.0.0.1; port 0 picks a free one. For tests and small servers.
[[nodiscard]] Result<Fd> listen_on_loopback(std::uint16_t port);
[[nodiscard]] std::uint16_t local_port(int fd) noexcept;
/// A port that was free a moment ago, for a child process that must be told one.
[[nodiscard]] Result<std::uint16_t> pick_free_port();

/// "Connection refused"
[[nodiscard]] std::string describe_errno(int error);

}  // namespace hubsim::net
