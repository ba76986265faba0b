// The reference arrival recorder: a server that writes down when each request reached it and
// answers at once. It knows nothing of the generator: what it says of rate and spacing is what
// came.
//   arrival_recorder   prints its port; at SIGTERM a line of JSON: arrivals, rate_per_s, gap_cv
// gap_cv: standard deviation over mean of the gaps between arrivals; 0 is a metronome. The first
// tenth is left out.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "common/time/clock.h"

namespace {

std::atomic<bool> stop{false};
constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

int listen_somewhere() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  void* place = &address;
  auto* generic = static_cast<sockaddr*>(place);
  if (fd < 0 || ::bind(fd, generic, length) != 0 || ::listen(fd, 1024) != 0 ||
      ::getsockname(fd, generic, &length) != 0) {
    std::perror("arrival_recorder: listen");
    std::exit(1);
  }
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return fd;
}

void watch(int epoll_fd, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  ::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

void accept_one(int listen_fd, int epoll_fd) {
  const int fd = ::accept4(listen_fd, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd >= 0) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    watch(epoll_fd, fd);
  }
}

void serve(int fd, std::vector<double>& arrivals) {
  std::array<char, 4096> in;  // NOLINT(*-member-init): filled by recv
  const auto got = ::recv(fd, in.data(), in.size(), 0);
  const auto now = hubsim::monotonic_now();
  if (got <= 0) {
    ::close(fd);
    return;
  }
  const std::string_view text(in.data(), static_cast<std::size_t>(got));
  for (auto at = text.find("\r\n\r\n"); at != std::string_view::npos;
       at = text.find("\r\n\r\n", at + 4)) {
    arrivals.push_back(static_cast<double>(now.count()) / 1e9);
    (void)::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
}

void report(const std::vector<double>& all) {
  const std::size_t first = all.size() / 10;
  if (all.size() < first + 3) {
    std::printf("{\"arrivals\":%zu,\"rate_per_s\":0,\"gap_cv\":0}\n", all.size());
    return;
  }
  const auto gaps = static_cast<double>(all.size() - first - 1);
  const double mean = (all.back() - all[first]) / gaps;
  double squares = 0;
  for (std::size_t i = first + 1; i < all.size(); ++i) {
    const double off = all[i] - all[i - 1] - mean;
    squares += off * off;
  }
  std::printf("{\"arrivals\":%zu,\"rate_per_s\":%.4f,\"gap_cv\":%.5f}\n", all.size(), 1 / mean,
              std::sqrt(squares / gaps) / mean);
}

}  // namespace

int main() {
  std::signal(SIGTERM, [](int) { stop.store(true); });
  const int listen_fd = listen_somewhere();
  const int epoll_fd = ::epoll_create1(EPOLL_CLOEXEC);
  watch(epoll_fd, listen_fd);
  std::vector<double> arrivals;
  arrivals.reserve(1'000'000);
  std::array<epoll_event, 64> events;  // NOLINT(*-member-init): filled by epoll_wait
  while (!stop.load()) {
    const int ready = ::epoll_wait(epoll_fd, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < ready; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == listen_fd) {
        accept_one(listen_fd, epoll_fd);
      } else {
        serve(fd, arrivals);
      }
    }
  }
  report(arrivals);
}
