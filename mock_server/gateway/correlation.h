// Correlation ids: UUID version 7, time-ordered, as HubSpot's are since 2026 (behaviour reference
// 0, recorded). Random bits come from the caller's generator. Threads: pure.
#pragma once

#include <string>

#include "common/random/prng.h"
#include "common/time/clock.h"

namespace hubsim::gateway {

[[nodiscard]] std::string make_correlation_id(Instant now, Prng& random);

}  // namespace hubsim::gateway
