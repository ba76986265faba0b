// Webhooks over real sockets: events a second and CPU an event, from the committed change to the
// acknowledged delivery, to a receiver that keeps up; http and https. The receiver is a process of
// its own, so that the CPU counted is the sender's alone. Prints one JSON line for each.
//
//   delivery_bench [EVENTS]
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "common/base/assert.h"
#include "common/crypto/throwaway_ca.h"
#include "common/net/testing/test_server.h"
#include "common/time/clock.h"
#include "mock_server/webhooks/emitter.h"
#include "mock_server/webhooks/http_transport.h"

namespace hubsim {
namespace {

constexpr std::size_t most_queued = 20'000;
constexpr std::uint64_t app_id = 19635961;

/// Answers 204 to everything until the sender's end of a pipe is closed.
[[noreturn]] void receive(bool tls, int address_pipe, int life_pipe) {
  net::TlsContext::Ptr context;
  if (tls) {
    const crypto::ThrowawayCa authority;
    const auto issued = authority.issue({});
    context = *net::TlsContext::for_server({issued.certificate, issued.private_key});
  }
  const std::string answer = net::testing::http_answer(204, "");
  net::testing::TestServer server(
      [&](const net::testing::TestRequest&) { return net::testing::TestAnswer{answer}; }, context);
  const std::uint16_t port = server.port();
  HUBSIM_ASSERT(::write(address_pipe, &port, sizeof(port)) == sizeof(port));
  char byte = 0;
  [[maybe_unused]] const auto ended = ::read(life_pipe, &byte, 1);
  std::_Exit(0);
}

struct Receiver {
  explicit Receiver(bool tls) {
    std::array<int, 2> address{};
    std::array<int, 2> life{};
    HUBSIM_ASSERT(::pipe(address.data()) == 0 && ::pipe(life.data()) == 0);
    process = ::fork();
    HUBSIM_ASSERT(process >= 0);
    if (process == 0) {
      ::close(life[1]);
      receive(tls, address[1], life[0]);
    }
    ::close(life[0]);
    std::uint16_t port = 0;
    HUBSIM_ASSERT(::read(address[0], &port, sizeof(port)) == sizeof(port));
    url = fmt::format("{}://127.0.0.1:{}/webhooks", tls ? "https" : "http", port);
    life_pipe = life[1];
  }
  ~Receiver() {
    ::close(life_pipe);
    ::waitpid(process, nullptr, 0);
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  pid_t process = 0;
  int life_pipe = 0;
  std::string url;
};

struct Sender {
  explicit Sender(const std::string& url) {
    webhooks::AppSettings settings{.app_id = app_id,
                                   .client_secret = "00000000-0000-4000-8000-0000005ec2e7",
                                   .target_url = url,
                                   .batch_window = std::chrono::milliseconds(0)};
    settings.tls.verify = false;
    settings.subscriptions = {*webhooks::parse_subscription("contact.propertyChange")};
    emitter.configure(std::move(settings));
  }
  void deliver(std::size_t events) {
    while (emitter.state().delivered < events) {
      while (born < events && emitter.state().queued_events < most_queued) {
        change.sequence = ++born;
        change.object_id = 100 + born;
        change.at = clock.now();
        emitter.on_change(change);
      }
      timers.run_due(clock.now());
      loop.run_once(std::chrono::milliseconds(1));
    }
  }

  std::uint64_t born = 0;
  RealClock clock;
  TimerQueue timers;
  net::EventLoop loop;
  webhooks::HttpTransport transport{loop};
  webhooks::Emitter emitter{{.portal_id = 242711451, .types = {{"0-1", "contact"}}},
                            {.clock = clock,
                             .timers = timers,
                             .transport = transport,
                             .signature_clock = clock,
                             .rules = {}}};
  portal::Change change{.lineage = "people/1234",
                        .source = {.change_source = "CRM_UI", .source_id = "userId:52530071"},
                        .properties = {{"phone", "+1 555 123 4567"}}};
};

void measure(const char* name, bool tls, std::size_t events) {
  const Receiver receiver(tls);
  Sender sender(receiver.url);
  sender.deliver(1000);  // connections are open then
  const auto wall = monotonic_now();
  const auto cpu = process_cpu_time();
  sender.deliver(1000 + events);
  const std::chrono::duration<double> cpu_s = process_cpu_time() - cpu;
  const std::chrono::duration<double> wall_s = monotonic_now() - wall;
  const auto state = sender.emitter.state();
  const auto count = static_cast<double>(events);
  fmt::print(
      "{{\"name\":\"{}\",\"events\":{},\"events_per_s\":{:.0f},\"events_per_cpu_s\":{:.0f},"
      "\"cpu_us_per_event\":{:.3f},\"requests\":{},\"failed\":{},\"overflowed\":{}}}\n",
      name, events, count / wall_s.count(), count / cpu_s.count(), cpu_s.count() * 1e6 / count,
      state.requests, state.failed, state.overflowed);
  std::fflush(stdout);
}

}  // namespace
}  // namespace hubsim

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const std::size_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300'000;
  hubsim::measure("webhook delivery, http", false, events);
  hubsim::measure("webhook delivery, https", true, events);
}
