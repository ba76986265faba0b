// What the simulated HubSpot decides for one request: the answer, and what shall happen to it on
// the wire. `serve` (or the simulation's memory transport) carries it out and reports what truly
// went out.
// Threads: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/http/message.h"
#include "common/http/wire_plan.h"
#include "common/time/clock.h"

namespace hubsim::gateway {

using http::WireEnding;
using http::WirePlan;

struct Outcome {
  http::Response response;
  WirePlan wire;
  /// HTTP-level wish of the answer: close the connection after it (recorded on search 429s).
  bool close_connection = false;
  /// Number of the request in the request log, to be closed with Handler::sent().
  std::uint64_t request_number = 0;
};

/// What truly happened to an answer.
struct Sent {
  std::uint64_t request_number = 0;
  std::size_t bytes = 0;
  bool complete = false;
  /// From the end of the request to the last byte written, real time.
  Duration took{0};
};

/// The seam between `serve` and the machine. Called from several worker threads at once.
class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;
  /// The request's views die when this returns.
  [[nodiscard]] virtual Outcome handle(const http::RequestView& request) = 0;
  virtual void sent(const Sent& sent) = 0;
  /// What the body of such a request may have beyond the server's own limit; 0: nothing. Asked only
  /// when a body is larger than that; it is then spooled to disk.
  [[nodiscard]] virtual std::uint64_t body_limit(http::Method /*method*/,
                                                 std::string_view /*path*/) const {
    return 0;
  }
};

}  // namespace hubsim::gateway
