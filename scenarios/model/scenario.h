// Scenario: a validated scenario file as plain values. Phases are referred to by their index, rates
// are numbers per second, and what belongs to one kind (of driver, fault, observer, check) stays
// JSON that fits that kind's field table. Texts may still hold ${mock.*}, ${target.*} and ${run.*},
// which have values only during a run (variables.h).
// Threads: plain values. Invariant: read_scenario() made it, so every index is in range.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/config/fields.h"
#include "common/json/json.h"
#include "common/time/clock.h"

namespace hubsim::scenarios {

/// The integration under test.
struct TargetSpec {
  std::vector<std::string> command;  ///< empty: it runs already
  std::vector<std::pair<std::string, std::string>> env;
  std::string url;
  std::string health;
  Duration ready_within{0};
  Duration stop_within{0};
};

struct WebhookSpec {
  std::string url;
  std::vector<std::string> subscriptions;
  std::int64_t max_concurrent_requests = 10;
  std::string retry;
  std::optional<Duration> batch_window;
  std::string ca_file{};
  bool verify = true;
};

struct DataSpec {
  std::string object_type;
  std::int64_t count = 0;
};

struct WorldSpec {
  std::string tier;
  std::string limits;
  std::string app;
  std::optional<std::string> index_lag;  ///< a preset of search.index_lag, or a distribution
  std::optional<WebhookSpec> webhooks;
  std::vector<DataSpec> data;
};

struct PhaseSpec {
  std::string name;
  Duration length{0};  ///< of a phase that ends at convergence: the most it may take
  bool until_converged = false;
  bool measure = true;
};

/// A linear piece of a rate; times since the start of what it is a piece of.
struct RatePiece {
  Duration start{0};
  Duration length{0};
  double from_per_s = 0;
  double to_per_s = 0;
};

/// Over the whole span of its consecutive phases: linear, or in the pieces of a shape. Without any
/// rate where closed users act, or a driver that knows its own times.
struct RateSegment {
  std::size_t first_phase = 0;
  std::size_t last_phase = 0;
  double from_per_s = 0;
  double to_per_s = 0;
  std::string shape{};
  std::vector<RatePiece> pieces{};  ///< of a shape, since the start of the first phase
  std::size_t users = 0;
  config::Distribution think{};
};

struct TrafficSpec {
  std::string id;
  std::string driver;
  std::string arrivals;
  std::vector<RateSegment> rate;
  Json settings = Json::object();
};

/// "storm + 3s".
struct Moment {
  std::size_t phase = 0;
  Duration offset{0};
};

struct FaultSpec {
  std::string id;
  std::string kind;
  std::vector<std::size_t> during;  ///< sorted; empty when `at` is given
  std::optional<Moment> at;
  std::optional<Duration> length;  ///< with `at`: until the end of that phase when absent
  double share = 1;
  /// What the kind reads, and the common parts that travel with the rule (share, match, budget).
  Json settings = Json::object();
};

struct ObserveSpec {
  std::string id;
  std::string kind;
  std::string role;  ///< mirror or effects
  std::string object_type;
  Duration every{0};
  Json settings = Json::object();
};

struct RequireSpec {
  std::string id;
  std::string check;
  Json settings = Json::object();
};

/// The run this one is held against.
struct CompareSpec {
  std::string with;  ///< its folder or run.json
  bool may_be_missing = false;
  Json gates = Json::object();  ///< fits Kinds::gates
};

struct Scenario {
  std::string file_name;
  std::string name;
  std::string description;
  std::optional<std::uint64_t> seed;
  /// Every --set variable with the value it has in this run.
  std::vector<std::pair<std::string, std::string>> set;
  TargetSpec target;
  WorldSpec world;
  std::vector<PhaseSpec> phases;
  std::vector<TrafficSpec> traffic;
  std::vector<FaultSpec> faults;
  std::vector<ObserveSpec> observe;
  std::vector<RequireSpec> require;
  std::optional<CompareSpec> compare{};
};

/// Faults of the integration's own process, which the runner does itself: "process_kill", ...
[[nodiscard]] bool is_process_fault(const FaultSpec& fault);

}  // namespace hubsim::scenarios
