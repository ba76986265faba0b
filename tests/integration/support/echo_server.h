// A running serve::Server whose handler tells the client what it was asked, and which a test can
// give any other behaviour. Remembers what was reported sent.
// Threads: the handler runs on the server's workers; `answer` is set before start().
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "mock_server/gateway/outcome.h"
#include "mock_server/serve/server.h"

namespace hubsim::testing {

/// "POST /path?query\nName: value\n...\n\nbody"
std::string describe(const http::RequestView& request);

class EchoServer final : public gateway::Handler {
 public:
  using Answer = std::function<gateway::Outcome(const http::RequestView&)>;

  /// Starts at once, on a free port; throws when it cannot.
  explicit EchoServer(serve::Options options = {}, Answer answer = {});
  ~EchoServer() override { server.stop(); }

  [[nodiscard]] gateway::Outcome handle(const http::RequestView& request) override;
  void sent(const gateway::Sent& sent) override;

  /// Blocks until this many were reported, then gives all; fewer after 8 s.
  std::vector<gateway::Sent> wait_for_sent(std::size_t count);
  [[nodiscard]] std::size_t handled() const;
  [[nodiscard]] std::uint16_t port() const { return server.port(); }

 private:
  Answer answer_;
  mutable std::mutex mutex_;
  std::condition_variable reported_;
  std::vector<gateway::Sent> sent_;
  std::size_t handled_ = 0;

 public:
  serve::Server server;
};

/// 200 with this body and this wire plan.
gateway::Outcome outcome_of(std::string body, gateway::WirePlan wire = {});

}  // namespace hubsim::testing
