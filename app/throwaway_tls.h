// The throw-away certificate of a server of ours (`mock --tls`, `webhooks listen --tls`): made at
// start, by an authority made at start, whose certificate is written to a file for clients to
// trust. Threads: plain functions.
#pragma once

#include <string>

#include "common/base/result.h"
#include "common/net/tls.h"

namespace hubsim::app {

inline constexpr const char* default_ca_file = "hubsim-ca.pem";

struct ThrowawayTls {
  net::TlsContext::Ptr context;
  std::string ca_file;  ///< absolute
};
/// For localhost, the loopback addresses and `host`. The error names the file that cannot be
/// written.
[[nodiscard]] Result<ThrowawayTls> make_throwaway_tls(const std::string& host,
                                                      const std::string& ca_file);

}  // namespace hubsim::app
