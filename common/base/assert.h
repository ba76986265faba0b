// HUBSIM_ASSERT: programmer errors only, on in every build. Input must never reach it; the fuzz
// targets prove that. Prints the condition and the place, then aborts.
#pragma once

namespace hubsim {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace hubsim

#define HUBSIM_ASSERT(condition)                                  \
  do {                                                            \
    if (!(condition)) [[unlikely]] {                              \
      ::hubsim::assertion_failed(#condition, __FILE__, __LINE__); \
    }                                                             \
  } while (false)
