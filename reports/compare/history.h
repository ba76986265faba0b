// History: the key numbers of many runs, a line of JSON each, in a file that a CI job keeps as an
// artifact; and which of the newest are out of the ordinary. The ordinary is the median of the runs
// before, out of it what is further away than five times their scaled median absolute deviation and
// a tenth of the median: both shrug off the odd bad night.
// Threads: plain values. Bounded: the newest max_runs are kept.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "reports/model/run_result.h"

namespace hubsim::reports {

inline constexpr std::size_t max_history_runs = 1000;

struct HistoryRun {
  std::int64_t started_at_ms = 0;
  std::string scenario;
  std::string label;
  std::string verdict;
  std::string hubsim_version;
  std::map<std::string, double> numbers;  ///< "people/storm p99 ms"
};

[[nodiscard]] HistoryRun history_run(const RunResult& run, const std::string& label);

/// In the order they were added. A file that is not there has none; a line that is no run is named.
[[nodiscard]] Result<std::vector<HistoryRun>> read_history(const std::filesystem::path& file);
/// Puts the run at the end (in place of the same run: scenario, time and label), forgets the oldest
/// beyond max_history_runs.
void add_to_history(std::vector<HistoryRun>& runs, HistoryRun run);
/// Whole or not at all.
[[nodiscard]] Status<> write_history(const std::filesystem::path& file,
                                     const std::vector<HistoryRun>& runs);

/// One number of a scenario's newest run against the runs before it.
struct Trend {
  std::string name;
  double last = 0;
  std::vector<double> values;    ///< of at most `window` runs before and the last one, oldest first
  std::optional<double> median;  ///< of the runs before; absent: fewer than least_before
  double deviation = 0;          ///< median absolute deviation, scaled to a standard deviation
  bool outlier = false;
  bool worse = false;  ///< an outlier to the bad side
};
inline constexpr std::size_t least_before = 5;

struct ScenarioTrends {
  std::string scenario;
  std::vector<HistoryRun> runs;  ///< the newest `window` + 1, oldest first
  std::vector<Trend> trends;
};
[[nodiscard]] std::vector<ScenarioTrends> trends_of(const std::vector<HistoryRun>& runs,
                                                    std::size_t window);
[[nodiscard]] std::string history_text(const std::vector<ScenarioTrends>& trends);

}  // namespace hubsim::reports
