// WirePlan: what shall happen to an answer on its way out: when it starts, and how it ends. The
// machine decides it, `serve` or the memory transport carries it out.
// Threads: plain values.
#pragma once

#include <cstddef>

#include "common/time/clock.h"

namespace hubsim::http {

enum class WireEnding {
  complete,   ///< the whole answer is written
  close,      ///< the connection is closed (FIN) without an answer
  reset,      ///< the connection is reset (RST) without an answer
  truncate,   ///< `cut_after_bytes` of the body go out under the full Content-Length, then FIN
  reset_mid,  ///< as truncate, but ended by RST
  hang,       ///< nothing is ever written; the connection stays open until the client leaves
  drip,       ///< the answer goes out in pieces of `drip_bytes` every `drip_interval`
};

struct WirePlan {
  /// Real time between the end of the request and the first byte of the answer.
  Duration delay{0};
  WireEnding ending = WireEnding::complete;
  std::size_t cut_after_bytes = 0;
  std::size_t drip_bytes = 1;
  Duration drip_interval{0};
};

}  // namespace hubsim::http
