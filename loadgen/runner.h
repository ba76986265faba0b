// TrafficRun: all traffic of one run, driven open-loop from one thread of its own: each arrival
// has its time from the plan, whatever the other side does.
// Threads: prepare(), start(), begin_phase(), end_phase(), stop() and report() from one thread
// (the runner's); drained() and snapshot() from any. start() makes the one thread, stop() joins it.
// Order: prepare, start, then phases as they come (each may be given before it begins), stop,
// report. Limits: what is over them is counted as overflow and makes the run INVALID.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/config/fields.h"
#include "common/json/json.h"
#include "loadgen/metrics/driver_report.h"
#include "loadgen/shard/shard.h"
#include "loadgen/telemetry/metrics_board.h"
#include "loadgen/workloads/rate_plan.h"

namespace hubsim::loadgen {

struct TrafficSpec {
  std::string id;
  std::string kind;                  ///< a driver: crm_changes, http
  std::string arrivals = "poisson";  ///< a workload: constant, poisson
  Json settings = Json::object();    ///< by the kind's field table
};

struct Targets {
  std::string control_url;  ///< "http://127.0.0.1:8400/_hubsim/v1"
  std::string target_url;   ///< "http://127.0.0.1:3000"
};

struct TrafficLimits {
  std::size_t max_connections_per_origin = 1000;
  std::size_t max_in_flight_per_driver = 10'000;
};

/// The rates of one driver, or its users, within one phase; times since the phase's start.
struct DriverPlan {
  std::string driver_id;
  std::vector<RateSegment> segments;
  std::size_t users = 0;  ///< more than none: closed users, who think between their requests
  config::Distribution think{};
};

struct DriverSnapshot {
  std::string id;
  std::uint64_t planned = 0;
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t unknown = 0;
  std::uint64_t overflow = 0;
  std::uint64_t in_flight = 0;
};

class TrafficRun {
 public:
  /// Of several shards each drives its part of every driver's arrivals and users.
  TrafficRun(std::vector<TrafficSpec> specs, Targets targets, std::uint64_t seed,
             TrafficLimits limits = {}, Shard shard = {});
  TrafficRun(const TrafficRun&) = delete;
  TrafficRun& operator=(const TrafficRun&) = delete;
  ~TrafficRun();

  /// Makes the drivers and lets them read the other side; call when the world's data is there.
  Status<> prepare();
  /// Before start(); null: nobody watches. `board` outlives stop().
  void publish_to(MetricsBoard* board);
  /// `t0` is the monotonic time that every report counts from.
  void start(std::chrono::nanoseconds t0);
  /// `start` is monotonic. Phases come in order of time; drivers without a plan rest.
  void begin_phase(const std::string& name, std::chrono::nanoseconds start,
                   std::vector<DriverPlan> plans);
  /// Arrivals planned for `at` (monotonic) or later are given up; they were not due.
  void end_phase(std::chrono::nanoseconds at);
  /// Nothing is planned any more and every answer has come.
  [[nodiscard]] bool drained() const;
  /// Gives up what is planned, waits up to `grace` for answers (the rest are unknown), joins.
  void stop(std::chrono::nanoseconds grace);

  [[nodiscard]] std::vector<DriverSnapshot> snapshot() const;
  /// After stop().
  [[nodiscard]] std::vector<DriverReport> report() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hubsim::loadgen
