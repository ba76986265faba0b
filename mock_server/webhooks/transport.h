// Transport: how a webhook request leaves: over sockets (http_transport.h), or into memory for
// tests and simulation (memory_transport.h). Threads: post() and the callback on the emitter's
// background thread. The callback is called exactly once, possibly from inside post().
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/base/unique_function.h"
#include "common/net/tls.h"
#include "common/time/clock.h"

namespace hubsim::webhooks {

struct DeliveryRequest {
  std::string url;
  /// Without Host and Content-Length.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Duration timeout{0};    ///< real time, from the start to the end of the answer
  net::TlsOptions tls{};  ///< of an https URL
  std::string method = "POST";
  Duration connect_timeout{0};  ///< real time; 0: the client's own
};

struct DeliveryResult {
  enum class Kind { answered, timeout, connection_failed };
  Kind kind = Kind::answered;
  int status = 0;
  /// Real time from the last byte of the request to the end of the answer.
  Duration ack{0};
  /// Why nobody answered, for people: "the certificate of 'x' has expired".
  std::string error{};
  std::string body{};         ///< of the answer; empty where nobody reads it
  std::string retry_after{};  ///< the header
};

class Transport {
 public:
  using Callback = UniqueFunction<void(DeliveryResult)>;
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;
  virtual void post(DeliveryRequest request, Callback done) = 0;
};

}  // namespace hubsim::webhooks
