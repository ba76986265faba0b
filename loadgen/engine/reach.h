// What is found out about the other side before any load: an address that takes connections, and
// the version of HTTP it speaks.
// Threads: blocks the caller's, for a few seconds at most.
#pragma once

#include "common/base/result.h"
#include "common/net/socket.h"
#include "common/net/stream.h"
#include "common/net/url.h"
#include "loadgen/engine/worker_plan.h"

namespace hubsim::loadgen {

enum class HttpChoice {
  http11,
  http2,     ///< by ALPN, which must agree; without TLS by prior knowledge
  automatic  ///< what ALPN agrees on; without TLS 1.1
};

/// The first address that takes a connection, so that "localhost" finds its server.
[[nodiscard]] Result<net::Address> reachable_address(const net::Url& url);

/// Of https one handshake asks the server. Where that fails the load itself will say why, so only
/// a server that shakes hands and offers no h2 fails here.
[[nodiscard]] Result<HttpVersion> agree_on_version(HttpChoice choice, const net::Address& address,
                                                   const net::TlsStart& tls);

}  // namespace hubsim::loadgen
