// Urls of http and https, taken apart for a client: what to connect to and what to ask for.
// Pure values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace hubsim::net {

struct Url {
  std::string scheme;        ///< "http" or "https", lower case
  std::string host;          ///< without the brackets of an IPv6 address
  std::uint16_t port = 80;   ///< the scheme's own when the text has none
  std::string target = "/";  ///< path and query as written; never empty

  /// As the Host header wants it: "[::1]:8080"; the port is left out when it is the scheme's own.
  [[nodiscard]] std::string authority() const;
  /// "http://[::1]:8080"
  [[nodiscard]] std::string origin() const;
};

/// Reads "http://host[:port][/path][?query]"; a fragment is dropped. User info is refused.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

/// `relative` against `base`: a whole URL stays, "/x" replaces path and query, "x" is appended
/// to the base's path.
[[nodiscard]] Result<Url> resolve_url(std::string_view base, std::string_view relative);

}  // namespace hubsim::net
