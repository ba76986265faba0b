// series.csv: the timeline, a row a second and a column a series, for a spreadsheet or pandas.
#include <algorithm>
#include <string>
#include <vector>

#include "reports/formats/csv_text.h"
#include "reports/formats/format.h"

namespace hubsim::reports {
namespace {

/// "api_latency_p50" in "ms" -> "api_latency_p50_ms"; "1/s" is "per_s".
std::string column_of(const Series& series) {
  std::string name = series.name + "_" + (series.unit == "1/s" ? "per_s" : series.unit);
  for (char& c : name) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    c = kept ? c : '_';
  }
  return name;
}

std::string phase_at(const RunResult& result, std::int64_t at_ms) {
  for (const Phase& phase : result.phases) {
    if (at_ms >= phase.start_ms && at_ms < phase.end_ms) {
      return csv_field(phase.name);
    }
  }
  return "";
}

std::string render_series(const RunResult& result) {
  std::vector<std::string> fields{"second", "phase"};
  std::size_t seconds = 0;
  for (const Series& series : result.timeline) {
    fields.push_back(column_of(series));
    seconds = std::max(seconds, series.values.size());
  }
  std::string out = csv_row(fields);
  for (std::size_t second = 0; second < seconds; ++second) {
    fields = {std::to_string(second), phase_at(result, static_cast<std::int64_t>(second) * 1'000)};
    for (const Series& series : result.timeline) {
      fields.push_back(
          csv_number(second < series.values.size() ? series.values[second] : std::nullopt));
    }
    out += csv_row(fields);
  }
  return out;
}

}  // namespace

void register_format_csv_series(FormatRegistry& registry);
void register_format_csv_series(FormatRegistry& registry) {
  registry.add({"series", "series.csv", "the timeline, a row a second", &render_series});
}

}  // namespace hubsim::reports
