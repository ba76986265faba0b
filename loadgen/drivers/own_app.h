// An OAuth app of a driver's own, made and installed before the run: a neighbour that is another
// app than the integration has a burst limit of its own and shares only what the account shares.
// Its token lasts half an hour of the portal's clock, as OAuth tokens do.
// Threads: blocks; call it from prepare().
#pragma once

#include <string>

#include "common/base/result.h"

namespace hubsim::loadgen {

/// The access token. `control_url` is the mock's, `api` the address its API is served at.
[[nodiscard]] Result<std::string> install_own_app(const std::string& control_url,
                                                  const std::string& api, const std::string& name);

}  // namespace hubsim::loadgen
