// --metrics and --otlp of `hubsim load` and `hubsim run`: whoever collects metrics can watch a run.
// Threads: start() and finish() from the thread of the command; servers have threads of their own.
// A collector that does not answer never delays the run; finish() may wait for it a few seconds.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "app/flags.h"
#include "common/base/result.h"
#include "loadgen/telemetry/metrics_board.h"
#include "reports/model/run_result.h"

namespace hubsim::app {

void add_metrics_flags(cxxopts::Options& options);

/// Verdict and requirements, as metrics have them.
[[nodiscard]] loadgen::RunEnd end_of(const reports::RunResult& result);

class LiveMetrics {
 public:
  /// `name` is the scenario's, or method and URL. Says on stderr where metrics can be read.
  [[nodiscard]] static Result<std::unique_ptr<LiveMetrics>> start(const cxxopts::ParseResult& flags,
                                                                  const std::string& name);
  LiveMetrics(const LiveMetrics&) = delete;
  LiveMetrics& operator=(const LiveMetrics&) = delete;
  ~LiveMetrics();

  /// Null where nobody watches: then the run has nothing to do for it.
  [[nodiscard]] loadgen::MetricsBoard* board() noexcept;
  /// The last word: to be read from now on, and told to the collector. What went wrong, a line
  /// each.
  [[nodiscard]] std::vector<std::string> finish(loadgen::RunEnd end);
  /// After finish(), when all else is done: waits for one more reader, as --metrics-linger says.
  void linger(const std::atomic<bool>& interrupted);

 private:
  class Impl;
  explicit LiveMetrics(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hubsim::app
