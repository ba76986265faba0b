// Poller: epoll with tokens. The one place that includes <sys/epoll.h> for clients; EventLoop and
// the load generator's hot loop stand on it.
// Threads: one thread at a time. Level-triggered. The token is the caller's own; a descriptor must
// be removed before it is closed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/net/socket.h"

namespace hubsim::net {

struct PollEvent {
  std::uint64_t token = 0;
  bool readable = false;  ///< also on hang-up and error: the read says which
  bool writable = false;
};

class Poller {
 public:
  Poller();
  void add(int fd, std::uint64_t token, bool read, bool write);
  void change(int fd, std::uint64_t token, bool read, bool write);
  void remove(int fd);
  /// Blocks until something happens or the time is over (nothing = for ever). Returns early, with
  /// nothing, where that saves a system call: the caller looks at its clock and waits for the rest.
  /// Never returns late by a rounding. The span lives until the next call.
  std::span<const PollEvent> wait(std::optional<std::chrono::nanoseconds> timeout);

 private:
  Fd epoll_;
  Fd timer_;
  std::vector<PollEvent> events_;
};

}  // namespace hubsim::net
