#include "mock_server/gateway/correlation.h"

#include "common/time/format.h"

namespace hubsim::gateway {

CorrelationId make_correlation_id(Instant now, Prng& random) {
  static constexpr std::string_view hex = "0123456789abcdef";
  const auto ms = static_cast<std::uint64_t>(to_unix_ms(now));
  std::uint64_t high = (ms << 16U) | 0x7000U | (random.next() & 0x0fffU);
  std::uint64_t low = (random.next() & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
  CorrelationId id;
  // Backwards: the lowest digit of a word is the last of its half.
  for (std::size_t at = id.text.size(); at-- > 0;) {
    if (at == 8 || at == 13 || at == 18 || at == 23) {
      id.text[at] = '-';
      continue;
    }
    std::uint64_t& word = at > 18 ? low : high;
    id.text[at] = hex[word & 15U];
    word >>= 4U;
  }
  return id;
}

}  // namespace hubsim::gateway
