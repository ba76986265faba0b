// From a finished session to the RunResult that every report is made of. Each part is a pure
// function of the evidence; moments become milliseconds since the start of the run.
// Threads: pure, but environment(), which asks the machine.
#pragma once

#include <string>
#include <vector>

#include "loadgen/metrics/driver_report.h"
#include "reports/model/run_result.h"
#include "scenarios/checks/evidence.h"
#include "scenarios/run/collector.h"
#include "scenarios/run/session.h"

namespace hubsim::scenarios {

/// What several parts need: the evidence and where zero is.
struct ResultContext {
  const RunEvidence& evidence;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
};

/// One series per name of reports::series, in that order.
[[nodiscard]] std::vector<reports::Series> timeline_series(
    const ResultContext& context, const std::vector<WebhookSample>& webhooks,
    const std::vector<DivergencePoint>& divergence);

[[nodiscard]] std::vector<reports::Operation> operations_of(const RunEvidence& evidence);
/// Times are of records that changed during the run: what generated data carries from before it has
/// no moment to count from.
[[nodiscard]] reports::Convergence convergence_of(const ResultContext& context);
/// `cpu_us_per_request` is for the caller to say: drivers share a thread.
[[nodiscard]] reports::Driver driver_of(const loadgen::DriverReport& report,
                                        double cpu_us_per_request);

/// The records that failing requirements and the oracle name, worst first, with their life stories.
[[nodiscard]] std::vector<reports::WorstRecord> worst_records(
    const ResultContext& context, const std::vector<reports::Requirement>& requirements);

/// `connections`: how many are to be opened, for the limits that concern them.
[[nodiscard]] reports::Environment environment(std::size_t connections = 0);
/// One-minute load average; 0 where unknown.
[[nodiscard]] double load_average();

}  // namespace hubsim::scenarios
