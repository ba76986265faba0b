#include "loadgen/cli_replay.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "common/crypto/digest.h"
#include "common/net/event_loop.h"
#include "common/time/clock.h"
#include "loadgen/plan_fingerprint.h"
#include "loadgen/runner.h"
#include "loadgen/workloads/trace.h"

namespace hubsim::loadgen {

namespace {

constexpr int exit_usage = 2;
constexpr std::chrono::milliseconds tick{50};

/// Waits on an event loop as on an alarm clock; false when it was interrupted.
template <class Done>
bool wait_until(std::chrono::nanoseconds end, const LoadOptions& load, Done done) {
  net::EventLoop loop;
  while (monotonic_now() < end && !done()) {
    if (load.interrupted != nullptr && load.interrupted->load()) {
      return false;
    }
    loop.run_once(std::min<std::chrono::nanoseconds>(tick, end - monotonic_now()));
  }
  return true;
}

Json settings_of(const LoadOptions& load, const ReplayOptions& replay) {
  return {{"file", replay.file},
          {"speed", replay.speed},
          {"repeat", replay.repeat},
          {"timeout", std::to_string(load.timeout / std::chrono::milliseconds(1)) + "ms"}};
}

/// What is replayed, wherever the file lies.
Json plan_json(const ReplayOptions& replay, std::chrono::nanoseconds length) {
  std::ifstream file(replay.file, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return {{"sha256", crypto::sha256_hex(content.str())},
          {"speed", replay.speed},
          {"repeat", replay.repeat},
          {"length", length.count()}};
}

Result<std::chrono::nanoseconds> length_of(const ReplayOptions& replay) {
  if (replay.duration) {
    return *replay.duration;
  }
  const auto trace = load_trace(replay.file);
  if (!trace) {
    return Failure{trace.error()};
  }
  const double last = static_cast<double>(trace->back().at.count()) / replay.speed;
  return std::chrono::nanoseconds(std::llround(last)) + std::chrono::milliseconds(1);
}

Result<DriverReport> play(const LoadOptions& load, const ReplayOptions& replay,
                          std::chrono::nanoseconds length) {
  TrafficLimits limits;
  limits.max_connections_per_origin = load.connections;
  limits.max_in_flight_per_driver = 100'000;
  TrafficRun run({{"load", "replay", "constant", settings_of(load, replay)}}, {"", load.url},
                 load.seed, limits, load.shard);
  if (auto ready = run.prepare(); !ready) {
    return Failure{ready.error()};
  }
  const auto t0 = load.start ? load.start->monotonic : monotonic_now();
  wait_until(t0 - std::chrono::milliseconds(2), load, [] { return false; });
  const MachineSample from = sample_machine();
  run.publish_to(load.metrics);
  run.start(t0);
  run.begin_phase("main", t0, {{"load", {{std::chrono::nanoseconds(0), length, 0, 0}}}});
  const bool whole = wait_until(t0 + length, load, [] { return false; });
  if (whole) {
    wait_until(monotonic_now() + load.timeout, load, [&run] { return run.drained(); });
  }
  run.stop(std::chrono::nanoseconds(0));
  DriverReport report = run.report().front();
  report.started = t0;
  report.machine = use_between(from, sample_machine());
  return report;
}

}  // namespace

LoadOutcome run_replay(const LoadOptions& load, const ReplayOptions& replay) {
  const auto length = length_of(replay);
  if (!length) {
    return {exit_usage, length.error() + "\n", {}};
  }
  raise_descriptor_limit();
  const auto report = play(load, replay, *length);
  if (!report) {
    return {exit_usage, report.error() + "\n", {}};
  }
  LoadOutcome outcome = outcome_of(load,
                                   fmt::format("replay of {} against {}, {} times its speed\n",
                                               replay.file, load.url, replay.speed),
                                   *report);
  outcome.plan = plan_fingerprint(load, plan_json(replay, *length));
  return outcome;
}

}  // namespace hubsim::loadgen
