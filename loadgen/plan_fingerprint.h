// What defines a load's plan, as one short text: two shards with the same text drive parts of one
// plan and may be merged. How many threads drive a part and what is shown meanwhile is each
// machine's own business.
// Threads: pure.
#pragma once

#include <string>

#include "loadgen/cli_load.h"

namespace hubsim::loadgen {

/// Every option that changes what is sent, when, or how the whole is judged must be in here.
/// `replay` is of a replay: the recording's content, speed, and so on; null otherwise.
[[nodiscard]] std::string plan_fingerprint(const LoadOptions& options, const Json& replay);

}  // namespace hubsim::loadgen
