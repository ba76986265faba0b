// IntervalData: the interval histograms of one driver in one phase of two runs, reduced to a common
// grid. Reads Driver.hdr_log: tag "<driver>/<phase>/response", a line for each second with answers.
// Threads: plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/stats/log_reader.h"
#include "reports/compare/buckets.h"
#include "reports/model/run_result.h"

namespace hubsim::reports {

/// The lines of a run's logs by tag.
class ResponseLogs {
 public:
  [[nodiscard]] static Result<ResponseLogs> read(const RunResult& run);
  /// Lines of other tags than responses are passed over.
  void add(stats::LogLine line);
  /// Nothing where the run has no intervals of it, as runs of older versions have not.
  [[nodiscard]] const std::vector<stats::LogLine>* find(const std::string& driver,
                                                        const std::string& phase) const;

 private:
  std::map<std::string, std::vector<stats::LogLine>> lines_;
};

/// One run's side.
struct IntervalSide {
  IntervalCounts counts{0};
  BucketCounts total;
  std::vector<double> medians;  ///< logarithms, of the intervals with answers
  /// Answers by interval, without the first and the last, which are seldom whole.
  std::vector<double> answers;
  std::uint64_t seconds = 0;     ///< with answers
  std::uint64_t interval_s = 1;  ///< length of an interval
};

struct IntervalData {
  BucketGrid grid;
  IntervalSide base;
  IntervalSide fresh;
};

/// Nothing where a side has no answers.
[[nodiscard]] std::optional<IntervalData> interval_data(const std::vector<stats::LogLine>& base,
                                                        const std::vector<stats::LogLine>& fresh);

}  // namespace hubsim::reports
