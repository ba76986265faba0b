#include "loadgen/freezing_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "common/time/clock.h"

namespace hubsim::loadgen {

namespace {
using std::chrono::nanoseconds;
constexpr std::uint64_t listen_token = 0;
constexpr std::string_view whole_answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
}  // namespace

FreezingServer::FreezingServer(nanoseconds freeze) : freeze_(freeze) {
  auto listening = net::listen_on_loopback(0);
  HUBSIM_ASSERT(listening.ok());
  listen_ = std::move(*listening);
  poller_.add(listen_.get(), listen_token, true, false);
  thread_ = std::thread([this] { run(); });
}

FreezingServer::~FreezingServer() {
  stop_.store(true);
  thread_.join();
}

std::string FreezingServer::url() const {
  return "http://127.0.0.1:" + std::to_string(net::local_port(listen_.get())) + "/";
}

FreezingServer::Span FreezingServer::frozen() const {
  return {nanoseconds(from_.load()), nanoseconds(until_.load())};
}

void FreezingServer::run() {
  while (!stop_.load(std::memory_order_relaxed)) {
    const nanoseconds due(freeze_at_.load(std::memory_order_relaxed));
    const auto now = monotonic_now();
    nanoseconds wait = std::chrono::milliseconds(20);
    if (due.count() != 0 && from_.load() == 0) {
      if (now >= due) {
        stand_still();
      } else {
        wait = std::min(wait, due - now);
      }
    }
    for (const net::PollEvent& event : poller_.wait(wait)) {
      if (event.token == listen_token) {
        accept_all();
      } else {
        answer(static_cast<int>(event.token));
      }
    }
  }
}

void FreezingServer::stand_still() {
  net::Poller alarm;  // with nothing to watch, it is an alarm clock
  from_.store(monotonic_now().count());
  const auto end = nanoseconds(from_.load()) + freeze_;
  while (monotonic_now() < end) {
    (void)alarm.wait(end - monotonic_now());
  }
  until_.store(monotonic_now().count());
}

void FreezingServer::accept_all() {
  while (true) {
    net::Fd peer(::accept4(listen_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!peer.valid()) {
      return;
    }
    const int number = peer.get();
    poller_.add(number, static_cast<std::uint64_t>(number), true, false);
    peers_[number] = std::move(peer);
  }
}

/// Requests are small and come whole: one answer for each end of a head.
void FreezingServer::answer(int fd) {
  std::array<char, 16 * 1024> buffer;  // NOLINT(*-member-init): filled by recv
  const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (got <= 0) {
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      poller_.remove(fd);
      peers_.erase(fd);
    }
    return;
  }
  const std::string_view text(buffer.data(), static_cast<std::size_t>(got));
  for (auto at = text.find("\r\n\r\n"); at != std::string_view::npos;
       at = text.find("\r\n\r\n", at + 4)) {
    (void)::send(fd, whole_answer.data(), whole_answer.size(), MSG_NOSIGNAL);
  }
}

}  // namespace hubsim::loadgen
