// FileFetcher: reads the addresses that portals want (portal/fetches.h) over real sockets and
// brings the answers back. Why here: it needs accounts and the network at once.
// Threads: collect() and answers on the background thread; takes one portal's lock at a time, never
// over I/O. Destroy it after that thread has ended. Limits: 64 MB and 10 s of real time an address;
// redirects are not followed.
#pragma once

#include "common/net/http_client.h"
#include "mock_server/gateway/world.h"

namespace hubsim::control {

class FileFetcher {
 public:
  FileFetcher(gateway::World& world, net::EventLoop& loop) : world_(world), client_(loop) {}

  /// Begins every read that waits. Whoever works off the portals' agendas calls it after that.
  void collect();
  [[nodiscard]] std::size_t in_flight() const noexcept { return client_.open_requests(); }

 private:
  gateway::World& world_;
  net::HttpClient client_;
};

}  // namespace hubsim::control
