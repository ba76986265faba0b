#include "mock_server/gateway/correlation.h"

#include <string_view>

#include "common/time/format.h"

namespace hubsim::gateway {

std::string make_correlation_id(Instant now, Prng& random) {
  static constexpr std::string_view hex = "0123456789abcdef";
  const auto ms = static_cast<std::uint64_t>(to_unix_ms(now));
  const std::uint64_t high = (ms << 16U) | 0x7000U | (random.next() & 0x0fffU);
  const std::uint64_t low = (random.next() & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
  std::string id;
  id.reserve(36);
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) {
      id += '-';
    }
    const std::uint64_t word = i < 16 ? high : low;
    id += hex[(word >> static_cast<unsigned>(60 - 4 * (i % 16))) & 15U];
  }
  return id;
}

}  // namespace hubsim::gateway
