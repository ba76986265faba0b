// MockInstance: one simulated HubSpot, complete: world, gateway, control API, webhooks and the
// server in front. `hubsim mock` runs one until interrupted; `hubsim run` starts one beside its
// scenario; integration tests start their own on port 0. Threads: the server's workers and one
// background thread, all ended by stop() or the destructor.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "app/throwaway_tls.h"
#include "common/base/result.h"
#include "mock_server/control/runtime.h"
#include "mock_server/gateway/world.h"

namespace hubsim::app {

struct MockOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8400;
  int threads = 2;
  /// Without a context: http only.
  ThrowawayTls tls{};
  gateway::WorldConfig world;
  control::ClockConfig clock;
};

/// What a client needs to know; the ready file holds exactly this.
struct MockInfo {
  std::string url;
  std::string control_url;
  std::uint64_t portal_id = 0;
  std::string access_token;
  std::uint64_t app_id = 0;
  std::string client_id;
  std::string client_secret;
  std::string developer_api_key;
  std::string tls_url{};  ///< the same port; empty without TLS, as is ca_file
  std::string ca_file{};
};
[[nodiscard]] std::string to_json_text(const MockInfo& info);

class MockInstance {
 public:
  explicit MockInstance(MockOptions options);
  ~MockInstance();
  MockInstance(const MockInstance&) = delete;
  MockInstance& operator=(const MockInstance&) = delete;

  /// Listens and answers from then on; the error names the address and the remedy.
  [[nodiscard]] Status<> start();
  void stop();
  [[nodiscard]] MockInfo info() const;

 private:
  struct Parts;
  MockOptions options_;
  std::unique_ptr<Parts> parts_;
};

/// "127.0.0.1:8400" or "8400"; the host defaults to loopback.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};
[[nodiscard]] Result<ListenAddress> parse_listen(std::string_view text);

}  // namespace hubsim::app
