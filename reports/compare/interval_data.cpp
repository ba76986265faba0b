#include "reports/compare/interval_data.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace hubsim::reports {

namespace {

using stats::LogLine;

constexpr std::string_view response_suffix = "/response";

std::uint64_t second_of(const LogLine& line) {
  return static_cast<std::uint64_t>(std::clamp(std::floor(line.start_s + 1e-6), 0.0, 1e9));
}

struct Span {
  double low = std::numeric_limits<double>::max();
  double high = 0;
};

double middle(std::chrono::nanoseconds low, std::chrono::nanoseconds high) {
  return (static_cast<double>(low.count()) + static_cast<double>(high.count())) / 2;
}

void widen(Span& span, const std::vector<LogLine>& lines) {
  for (const LogLine& line : lines) {
    stats::visit_packed(line.cells, [&](const stats::PackedCell& cell) {
      const double at = middle(cell.lowest, cell.highest);
      span.low = std::min(span.low, at);
      span.high = std::max(span.high, at);
    });
  }
}

IntervalSide side_of(const BucketGrid& grid, const std::vector<LogLine>& lines) {
  std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t last = 0;
  for (const LogLine& line : lines) {
    first = std::min(first, second_of(line));
    last = std::max(last, second_of(line));
  }
  IntervalSide side;
  const std::uint64_t seconds = last - first + 1;
  side.interval_s = (seconds + max_intervals - 1) / max_intervals;
  side.counts = IntervalCounts((seconds + side.interval_s - 1) / side.interval_s);
  side.seconds = lines.size();
  for (const LogLine& line : lines) {
    const std::uint64_t interval = (second_of(line) - first) / side.interval_s;
    stats::visit_packed(line.cells, [&](const stats::PackedCell& cell) {
      side.counts.add(interval, grid.index_of(middle(cell.lowest, cell.highest)), cell.times);
    });
  }
  side.counts.close();
  side.total = side.counts.total();
  for (std::size_t i = 0; i < side.counts.intervals(); ++i) {
    const BucketCounts interval = side.counts.block(i, 1);
    const bool is_whole = i > 0 && i + 1 < side.counts.intervals();
    if (is_whole) {
      side.answers.push_back(static_cast<double>(sum_of(interval)));
    }
    if (sum_of(interval) > 0) {
      double place = 0;
      quantile_places(interval, std::array{0.5}, {&place, 1});
      side.medians.push_back(grid.log_edge(place));
    }
  }
  return side;
}

}  // namespace

Result<ResponseLogs> ResponseLogs::read(const RunResult& run) {
  ResponseLogs logs;
  for (const Driver& driver : run.drivers) {
    auto lines = stats::read_log(driver.hdr_log);
    if (!lines.ok()) {
      return Failure{"driver '" + driver.id + "', " + lines.error()};
    }
    for (LogLine& line : *lines) {
      logs.add(std::move(line));
    }
  }
  return logs;
}

void ResponseLogs::add(LogLine line) {
  if (line.tag.ends_with(response_suffix)) {
    lines_[line.tag].push_back(std::move(line));
  }
}

const std::vector<LogLine>* ResponseLogs::find(const std::string& driver,
                                               const std::string& phase) const {
  const auto it = lines_.find(stats::safe_tag(driver + "/" + phase + std::string(response_suffix)));
  return it == lines_.end() ? nullptr : &it->second;
}

std::optional<IntervalData> interval_data(const std::vector<LogLine>& base,
                                          const std::vector<LogLine>& fresh) {
  Span span;
  widen(span, base);
  widen(span, fresh);
  if (span.high <= 0 || base.empty() || fresh.empty()) {
    return std::nullopt;
  }
  const BucketGrid grid(span.low, span.high);
  IntervalData data{grid, side_of(grid, base), side_of(grid, fresh)};
  if (sum_of(data.base.total) == 0 || sum_of(data.fresh.total) == 0) {
    return std::nullopt;
  }
  return data;
}

}  // namespace hubsim::reports
