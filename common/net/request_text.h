// The bytes of an HTTP/1.1 request, written once: by HttpClient for each, by the load generator
// for its templates. Pure.
#pragma once

#include <string>

#include "common/base/result.h"
#include "common/net/http_client.h"
#include "common/net/url.h"

namespace hubsim::net {

/// Head and body. Adds Host and, where there is a body or the method usually has one,
/// Content-Length, unless the request brings its own. Refuses what would break the head.
[[nodiscard]] Result<std::string> render_request(const ClientRequest& request, const Url& url);

}  // namespace hubsim::net
