// The generic engine, fed with bytes: the first four choose the operation and the ids in its path,
// the rest is its body. Whatever they were: a known status, well-formed answers, no crash.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/generic_harness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t head = 4;
  if (size < head) {
    return 0;
  }
  static hubsim::fuzz::GenericHarness harness;
  if (harness.empty()) {
    return 0;
  }
  const std::size_t chosen = data[0] + 256U * data[1];
  const auto& row = *harness.rows()[chosen % harness.rows().size()];
  (void)harness.call(row, std::string(data + head, data + size), data[2] + 256U * data[3]);
  return 0;
}
