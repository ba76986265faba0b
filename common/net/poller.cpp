#include "common/net/poller.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hubsim::net {

namespace {

constexpr std::uint64_t timer_token = ~std::uint64_t{0};

epoll_event make_event(std::uint64_t token, bool read, bool write) {
  epoll_event event{};
  event.events = (read ? std::uint32_t{EPOLLIN} : 0U) | (write ? std::uint32_t{EPOLLOUT} : 0U);
  event.data.u64 = token;
  return event;
}

}  // namespace

Poller::Poller()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  HUBSIM_ASSERT(epoll_.valid() && timer_.valid());
  add(timer_.get(), timer_token, true, false);
}

void Poller::add(int fd, std::uint64_t token, bool read, bool write) {
  epoll_event event = make_event(token, read, write);
  HUBSIM_ASSERT(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0);
}

void Poller::change(int fd, std::uint64_t token, bool read, bool write) {
  epoll_event event = make_event(token, read, write);
  HUBSIM_ASSERT(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0);
}

void Poller::remove(int fd) { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

// epoll_wait counts milliseconds, and epoll_pwait2 is not everywhere: whole milliseconds are waited
// with epoll alone, the last two with a timer descriptor, which knows nanoseconds.
std::span<const PollEvent> Poller::wait(std::optional<std::chrono::nanoseconds> timeout) {
  constexpr auto fine = std::chrono::milliseconds(2);
  int wait_ms = -1;
  if (timeout && timeout->count() <= 0) {
    wait_ms = 0;
  } else if (timeout && *timeout > fine) {
    const auto coarse = std::chrono::floor<std::chrono::milliseconds>(*timeout - fine);
    wait_ms = static_cast<int>(std::clamp<std::int64_t>(coarse.count(), 1, 3'600'000));
  } else if (timeout) {
    itimerspec spec{};
    spec.it_value.tv_nsec = timeout->count();
    ::timerfd_settime(timer_.get(), 0, &spec, nullptr);
  }
  std::array<epoll_event, 512> raw;  // NOLINT(*-member-init): filled by the kernel
  const int ready = ::epoll_wait(epoll_.get(), raw.data(), static_cast<int>(raw.size()), wait_ms);
  HUBSIM_ASSERT(ready >= 0 || errno == EINTR);
  events_.clear();
  for (int i = 0; i < ready; ++i) {
    const epoll_event& event = raw[static_cast<std::size_t>(i)];
    if (event.data.u64 == timer_token) {
      std::uint64_t expirations = 0;
      [[maybe_unused]] const auto got = ::read(timer_.get(), &expirations, sizeof(expirations));
      continue;
    }
    const std::uint32_t ended = EPOLLHUP | EPOLLERR;
    events_.push_back({event.data.u64, (event.events & (EPOLLIN | ended)) != 0,
                       (event.events & (EPOLLOUT | ended)) != 0});
  }
  return events_;
}

}  // namespace hubsim::net
