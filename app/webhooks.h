// `hubsim webhooks listen | send | replay`: what they share. One file per command
// (webhooks_<command>.cpp); webhooks.cpp tells them apart.
// Threads: plain values and pure functions but for Sender, which belongs to one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/flags.h"
#include "common/base/result.h"
#include "common/json/json.h"
#include "common/net/blocking_client.h"
#include "common/time/clock.h"
#include "mock_server/webhooks/transport.h"

namespace hubsim::app {

// Each gets argv with argv[0] = its own name and answers the exit code.
int webhooks_listen_main(int argc, char** argv);
int webhooks_send_main(int argc, char** argv);
int webhooks_replay_main(int argc, char** argv);

/// One delivery as it came in: a line of `listen --save`, and what `replay` sends again.
struct Delivery {
  Instant at{};
  std::string url;  ///< whole, as the sender addressed it
  net::Headers headers;
  std::string body;

  /// First header of that name, case-insensitive; empty when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};
/// {"at_ms","url","headers":[["name","value"]],"body"}. Bytes of the body that are no UTF-8 are
/// replaced; then "body_exact" is false.
[[nodiscard]] Json to_json(const Delivery& delivery);
[[nodiscard]] Result<Delivery> delivery_from_json(const Json& line);

/// What a receiver that knows the secret finds, one text for each signature: "ok", or why not.
struct SignatureCheck {
  std::string v1;
  std::string v3;
};
[[nodiscard]] SignatureCheck check_signatures(const Delivery& delivery, std::string_view secret,
                                              Instant now);

/// The app and the portal of `hubsim mock`: what the flags default to.
struct MockIdentity {
  std::uint64_t portal_id = 0;
  std::uint64_t app_id = 0;
  std::string client_secret;
};
[[nodiscard]] MockIdentity mock_identity();

/// Posts deliveries one after the other and keeps the exit code: 0 when every answer was 2xx, 1
/// when one was not, 2 when the URL cannot be spoken to, 4 when nobody answers there.
class Sender {
 public:
  Sender(std::string command, net::TlsOptions tls)
      : command_(std::move(command)), tls_(std::move(tls)) {}
  /// Prints the answer on one line. False: there is no use in going on.
  [[nodiscard]] bool post(const webhooks::DeliveryRequest& request);
  [[nodiscard]] int exit_code() const noexcept { return exit_code_; }
  /// Requests that had an answer or may have been seen.
  [[nodiscard]] std::size_t sent() const noexcept { return sent_; }

 private:
  [[nodiscard]] bool fail(const net::ClientResult& result, const std::string& url);

  std::string command_;
  net::TlsOptions tls_;
  net::BlockingHttpClient client_;
  int exit_code_ = 0;
  std::size_t sent_ = 0;
};

/// What --ca-file and --insecure say.
void add_tls_flags(cxxopts::Options& options);
[[nodiscard]] net::TlsOptions read_tls_flags(const cxxopts::ParseResult& values);

/// "hubsim webhooks send: MESSAGE" on stderr; answers exit_usage.
int webhooks_mistake(std::string_view command, std::string_view message);

}  // namespace hubsim::app
