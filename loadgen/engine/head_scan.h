// scan_head: reads just enough of an answer's head for the closed loop: status, length, whether the
// connection stays. Whatever is not plain (chunked, no length, 1xx) is `odd` and goes to the real
// parser (common/net/response_parser.h).
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubsim::loadgen {

struct HeadScan {
  enum class State { more, plain, odd };
  State state = State::more;
  int status = 0;
  std::size_t head_bytes = 0;
  std::uint64_t body_bytes = 0;
  bool closes = false;
};

[[nodiscard]] HeadScan scan_head(std::string_view bytes, bool answer_to_head) noexcept;

}  // namespace hubsim::loadgen
