// Ten thousand connections. Client and server are separate processes, for a process may hold only
// so many descriptors: the server is a child, forked before this process has any thread.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/support/echo_server.h"
#include "tests/integration/support/raw_client.h"

namespace hubsim::testing {
namespace {

using std::chrono::milliseconds;

constexpr int crowd = 10'000;

bool may_hold(rlim_t descriptors) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_max >= descriptors;
}

gateway::Outcome answer(const http::RequestView& request) {
  const bool delayed = request.path == "/delayed";
  return outcome_of(std::string(request.path), {.delay = milliseconds(delayed ? 500 : 0)});
}

/// The server in a process of its own; it ends when this object does.
class ChildServer {
 public:
  ChildServer() {
    int to_parent[2] = {-1, -1};
    int to_child[2] = {-1, -1};
    if (::pipe(to_parent) != 0 || ::pipe(to_child) != 0) {
      return;
    }
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(to_child[1]);
      serve_until_closed(to_parent[1], to_child[0]);
    }
    ::close(to_parent[1]);
    ::close(to_child[0]);
    lifeline_ = to_child[1];
    if (::read(to_parent[0], &port_, sizeof port_) != sizeof port_) {
      port_ = 0;
    }
    ::close(to_parent[0]);
  }
  ChildServer(const ChildServer&) = delete;
  ChildServer& operator=(const ChildServer&) = delete;
  ~ChildServer() { end(); }

  int end() {
    int status = 0;
    if (pid_ > 0) {
      ::close(lifeline_);
      ::waitpid(pid_, &status, 0);
      pid_ = -1;
    }
    return status;
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::ptrdiff_t descriptors() const {
    const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid_) + "/fd");
    return std::distance(begin(all), end(all));
  }

 private:
  static std::filesystem::directory_iterator begin(const std::filesystem::directory_iterator& i) {
    return i;
  }
  static std::filesystem::directory_iterator end(const std::filesystem::directory_iterator&) {
    return {};
  }

  [[noreturn]] static void serve_until_closed(int to_parent, int from_parent) {
    {
      EchoServer server({.threads = 2}, answer);
      const std::uint16_t port = server.port();
      [[maybe_unused]] const ssize_t written = ::write(to_parent, &port, sizeof port);
      char byte = 0;
      while (::read(from_parent, &byte, 1) > 0) {
      }
    }
    ::_exit(0);
  }

  pid_t pid_ = -1;
  int lifeline_ = -1;
  std::uint16_t port_ = 0;
};

class WireCrowd : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!may_hold(crowd + 600)) {
      GTEST_SKIP() << "this process may hold too few descriptors; raise `ulimit -Hn`";
    }
    server = std::make_unique<ChildServer>();
    ASSERT_NE(server->port(), 0);
  }

  std::vector<std::unique_ptr<RawClient>> connect(int count) const {
    std::vector<std::unique_ptr<RawClient>> clients;
    clients.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      clients.push_back(std::make_unique<RawClient>(server->port()));
    }
    return clients;
  }

  std::unique_ptr<ChildServer> server;
};

TEST_F(WireCrowd, TenThousandIdleConnectionsAreHeldAndAnswered) {
  const auto base = server->descriptors();
  auto clients = connect(crowd);
  ASSERT_TRUE(becomes_true([&] { return server->descriptors() >= base + crowd; }));
  for (const std::size_t chosen : {std::size_t{0}, clients.size() / 2, clients.size() - 1}) {
    clients[chosen]->send(get_request("/one"));
    EXPECT_EQ(clients[chosen]->read_response().body, "/one");
  }
  for (auto& client : clients) {
    client->send(get_request("/all"));
  }
  int answered = 0;
  for (auto& client : clients) {
    answered += client->read_response().body == "/all" ? 1 : 0;
  }
  EXPECT_EQ(answered, crowd);
  clients.clear();
  EXPECT_TRUE(becomes_true([&] { return server->descriptors() <= base; }))
      << "descriptors leaked: " << server->descriptors() - base;
  EXPECT_EQ(server->end(), 0);
}

TEST_F(WireCrowd, TenThousandDelayedAnswersNeedNoMoreThreads) {
  auto clients = connect(crowd);
  for (auto& client : clients) {
    client->send(get_request("/delayed"));
  }
  int answered = 0;
  for (auto& client : clients) {
    answered += client->read_response().body == "/delayed" ? 1 : 0;
  }
  EXPECT_EQ(answered, crowd);
}

// Stock Pistache ignores the backlog asked for: 3,000 connects took 3.45 s.
TEST_F(WireCrowd, ThreeThousandConnectsAtOnceAreTakenInTime) {
  const auto limit = after(milliseconds(3'000));
  const auto clients = connect(3'000);
  EXPECT_FALSE(is_past(limit));
}

// A hand-over of Pistache's own could forget a connection until the next one came.
TEST_F(WireCrowd, EveryConnectionIsServedAtOnce) {
  for (int i = 0; i < 5'000; ++i) {
    RawClient client(server->port(), milliseconds(2'000));
    client.send(get_request("/now"));
    ASSERT_EQ(client.read_response().body, "/now") << "connection " << i << " was forgotten";
  }
}

TEST_F(WireCrowd, ResetsAndLeaversLeaveNoDescriptorBehind) {
  const auto base = server->descriptors();
  for (int i = 0; i < 2'000; ++i) {
    RawClient client(server->port());
    client.send(i % 3 == 0 ? get_request("/x") : i % 3 == 1 ? "GET /par" : "");
    if (i % 2 == 0) {
      client.reset();
    }
  }
  EXPECT_TRUE(becomes_true([&] { return server->descriptors() <= base; }))
      << "descriptors leaked: " << server->descriptors() - base;
}

}  // namespace
}  // namespace hubsim::testing
