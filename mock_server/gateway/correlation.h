// Correlation ids: UUID version 7, time-ordered, as HubSpot's are since 2026 (behaviour reference
// 0, recorded). Random bits come from the caller's generator. Threads: pure.
#pragma once

#include <array>
#include <string_view>

#include "common/random/prng.h"
#include "common/time/clock.h"

namespace hubsim::gateway {

/// In place: every request makes one.
struct CorrelationId {
  std::array<char, 36> text{};

  [[nodiscard]] std::string_view view() const noexcept { return {text.data(), text.size()}; }
};

[[nodiscard]] CorrelationId make_correlation_id(Instant now, Prng& random);

}  // namespace hubsim::gateway
