// What `hubsim load` does, without its flags: one URL at an open rate, or as fast as so many
// connections go, then a verdict. app/load.cpp reads the flags and prints.
// Threads: run_load() blocks. Exit codes as in app/exit_codes.h.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/json/json.h"
#include "loadgen/engine/load_engine.h"
#include "loadgen/load_verdict.h"
#include "loadgen/shard/start_at.h"

namespace hubsim::loadgen {

struct LoadOptions {
  std::string url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  net::TlsOptions tls;
  /// Open arrivals; without it closed: every connection sends when it has its answer.
  std::optional<double> rate_per_s;
  std::optional<double> to_per_s;  ///< with a rate: where it ends
  std::string shape = "linear";    ///< how it gets there
  std::string arrivals = "constant";
  std::chrono::nanoseconds warmup{0};
  std::chrono::nanoseconds duration = std::chrono::seconds(10);
  std::chrono::nanoseconds timeout = std::chrono::seconds(30);
  HttpChoice http = HttpChoice::http11;
  /// Of HTTP/2, requests at once over a connection; nothing: 100 with a rate, else 1.
  std::optional<std::size_t> streams;
  std::size_t connections = 64;
  std::size_t threads = 1;
  ConnectionPolicy policy = ConnectionPolicy::pool;
  std::vector<int> expect;  ///< empty: any 2xx
  VerdictRules rules;
  std::uint64_t seed = 1;
  /// The part of the plan that is driven here; the whole unless others drive the rest.
  Shard shard;
  std::optional<AgreedStart> start;  ///< nothing: now
  /// Called about once a second while it runs.
  std::function<void(const stats::SecondPoint&)> on_second;
  MetricsBoard* metrics = nullptr;  ///< for whoever watches; outlives the run
  const std::atomic<bool>* interrupted = nullptr;
};

struct LoadOutcome {
  int exit_code = 0;
  std::string text;  ///< for people
  Json json;         ///< null where nothing was sent
  /// Of a run that sent something; a search has none.
  std::optional<DriverReport> report;
  Conclusion conclusion;
  std::string plan;     ///< its fingerprint (plan_fingerprint.h)
  std::string heading;  ///< of the text: what was asked of whom, how
};

[[nodiscard]] LoadOutcome run_load(const LoadOptions& options);

/// Verdict, text and JSON of a report.
[[nodiscard]] LoadOutcome outcome_of(const LoadOptions& options, const std::string& heading,
                                     const DriverReport& report);

/// The highest rate that keeps `options.rules`, each step lasting `options.duration`.
struct RateSearch {
  double start_per_s = 100;
  double precision = 0.05;
  /// Called after each step, with a line about it.
  std::function<void(const std::string&)> on_step;
};
[[nodiscard]] LoadOutcome run_search(const LoadOptions& options, const RateSearch& search);

/// The plan of these options: what run_load() runs, and each step of a search.
[[nodiscard]] Result<LoadPlan> plan_of(const LoadOptions& options);

}  // namespace hubsim::loadgen
