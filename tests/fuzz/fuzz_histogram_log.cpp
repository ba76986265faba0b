// Histogram logs: any text is read or refused with a line number, and what is read is written and
// read again as the same.
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/base/assert.h"
#include "common/stats/log_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace stats = hubsim::stats;
  const std::string text(data, data + size);
  const auto lines = stats::read_log(text);
  if (!lines) {
    HUBSIM_ASSERT(lines.error().starts_with("line "));
    return 0;
  }
  for (const stats::LogLine& line : *lines) {
    const stats::Histogram histogram = line.histogram();
    HUBSIM_ASSERT(histogram.count() == line.count);
    const auto again =
        stats::read_log(stats::log_line(line.tag, line.start_s, line.length_s, histogram));
    HUBSIM_ASSERT(again.ok() && again->size() == 1);
    HUBSIM_ASSERT(again->front().histogram() == histogram);
  }
  return 0;
}
