// Server: bytes in, bytes out. Accepts HTTP/1.1 connections, hands requests to the machine's
// gateway::Handler and carries out its answers. HTTP's own rules (framing, limits, timeouts) live
// in this folder; HubSpot's do not.
// Threads: start() and stop() from one thread; the handler is called from Options::threads workers
// at once; counters() from any. Lifetime: the handler must outlive the server.
#pragma once

#include <cstdint>
#include <memory>

#include "common/base/result.h"
#include "mock_server/gateway/outcome.h"
#include "mock_server/serve/counters.h"
#include "mock_server/serve/options.h"

namespace hubsim::serve {

class Server {
 public:
  Server(Options options, gateway::Handler& handler);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Listens and serves; says why it cannot, naming the address and the remedy.
  /// Ignores SIGPIPE and raises the soft descriptor limit of the process. Once per Server.
  [[nodiscard]] Status<> start();
  /// Where it listens, after start().
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// Refuses new connections, waits up to Options::stop_timeout for answers on their way, then
  /// closes everything. Harmless when not running.
  void stop();

  [[nodiscard]] Counters counters() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hubsim::serve
