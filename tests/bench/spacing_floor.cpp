// The least a sender can do: wakes when a request is due, sends the same bytes, reads the answer.
// What the arrival recorder says of it is the machine's own floor for spacing, and how late it was
// itself the floor for schedule lag: the machine's wake-up noise.
//   spacing_floor PORT RATE SECONDS   prints its lag's p99 in microseconds
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <string_view>

#include "common/base/text.h"
#include "common/net/poller.h"
#include "common/net/socket.h"
#include "common/stats/histogram.h"
#include "common/time/clock.h"

namespace {

using std::chrono::nanoseconds;
constexpr std::string_view request = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

double number(const char* text) { return hubsim::parse_double(text).value_or(1); }

hubsim::net::Fd connect_to(std::uint16_t port) {
  const auto addresses = hubsim::net::resolve("127.0.0.1", port);
  auto fd = hubsim::net::start_connect(addresses->front());
  hubsim::net::Poller poller;
  poller.add(fd->get(), 0, false, true);
  (void)poller.wait(std::chrono::seconds(5));
  return std::move(*fd);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: spacing_floor PORT RATE SECONDS\n", stderr);
    return 2;
  }
  const auto fd = connect_to(static_cast<std::uint16_t>(number(argv[1])));
  const double rate = number(argv[2]);
  const double total = rate * number(argv[3]);
  hubsim::net::Poller poller;
  poller.add(fd.get(), 0, true, false);
  std::array<char, 4096> in;  // NOLINT(*-member-init): filled by recv
  hubsim::stats::Histogram late;
  const auto start = hubsim::monotonic_now();
  for (double sent = 0; sent < total;) {
    const auto due = start + nanoseconds(static_cast<std::int64_t>((sent + 0.5) / rate * 1e9));
    auto now = hubsim::monotonic_now();
    if (now >= due) {
      late.record(now - due);
      (void)::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL);
      ++sent;
      continue;
    }
    if (!poller.wait(due - now).empty()) {
      (void)::recv(fd.get(), in.data(), in.size(), 0);
    }
  }
  std::printf("%.1f\n", static_cast<double>(late.quantile(0.99).count()) / 1e3);
}
