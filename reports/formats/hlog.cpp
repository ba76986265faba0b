// latency.hlog: the histograms of all drivers in one log, which HdrHistogram's tools open. Tags are
// DRIVER/PHASE/LATENCY; values are nanoseconds; response times have a line for each second.
#include "common/base/text.h"
#include "common/stats/histogram.h"
#include "reports/formats/format.h"

namespace hubsim::reports {
namespace {

std::string render_hlog(const RunResult& result) {
  std::string out = stats::log_head(static_cast<double>(result.started_at_ms) / 1'000);
  for (const Driver& driver : result.drivers) {
    for (const std::string_view line : split(driver.hdr_log, '\n')) {
      if (!line.empty() && line.front() != '#' && line.front() != '"') {
        out += line;
        out += '\n';
      }
    }
  }
  return out;
}

}  // namespace

void register_format_hlog(FormatRegistry& registry);
void register_format_hlog(FormatRegistry& registry) {
  registry.add(
      {"hlog", "latency.hlog", "HdrHistogram log of every driver, by second", &render_hlog});
}

}  // namespace hubsim::reports
