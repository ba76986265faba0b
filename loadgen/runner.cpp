#include "loadgen/runner.h"

#include <algorithm>

#include "common/base/text.h"
#include "loadgen/drivers/driver.h"
#include "loadgen/engine/open_engine.h"
#include "loadgen/workloads/workload.h"

namespace hubsim::loadgen {

namespace {

net::ClientOptions client_options(const TrafficLimits& limits) {
  net::ClientOptions options;
  options.max_connections_per_origin = limits.max_connections_per_origin;
  options.max_waiting_per_origin = limits.max_in_flight_per_driver;
  return options;
}

std::string describe(const std::string& id, const config::Problems& problems) {
  std::string text = "traffic " + id + ":";
  for (const config::Problem& problem : problems) {
    text += " " + problem.pointer + ": " + problem.message + ";";
  }
  text.pop_back();
  return text;
}

}  // namespace

class TrafficRun::Impl {
 public:
  Impl(std::vector<TrafficSpec> specs, Targets targets, std::uint64_t seed, TrafficLimits limits,
       Shard shard)
      : specs_(std::move(specs)),
        targets_(std::move(targets)),
        seed_(seed),
        limits_(limits),
        shard_(shard),
        engine_(client_options(limits)) {
    register_all_workloads(workloads_);
    register_all_drivers(drivers_);
  }

  Status<> prepare() {
    HUBSIM_ASSERT(setups_.empty());
    for (const TrafficSpec& spec : specs_) {
      auto setup = make_setup(spec);
      if (!setup) {
        return Failure{setup.error()};
      }
      if (auto ready = setup->driver->prepare(); !ready) {
        return ready;
      }
      setups_.push_back(std::move(*setup));
    }
    return Done{};
  }

  void start(std::chrono::nanoseconds t0) {
    HUBSIM_ASSERT(setups_.size() == specs_.size());
    for (DriverSetup& setup : setups_) {
      engine_.add(std::move(setup), t0);
    }
    engine_.start();
  }

  void begin_phase(const std::string& name, std::chrono::nanoseconds start,
                   std::vector<DriverPlan> plans) {
    OpenEngine::PhasePlan by_number;
    for (DriverPlan& plan : plans) {
      const auto place = std::find_if(specs_.begin(), specs_.end(), [&](const TrafficSpec& spec) {
        return spec.id == plan.driver_id;
      });
      HUBSIM_ASSERT(place != specs_.end());
      by_number.emplace_back(static_cast<std::size_t>(place - specs_.begin()),
                             TrafficShare{std::move(plan.segments), plan.users, plan.think});
    }
    engine_.begin_phase(name, start, std::move(by_number));
  }

  std::vector<DriverSnapshot> snapshot() const {
    std::vector<DriverSnapshot> all;
    for (const auto& run : engine_.runs()) {
      const LiveCounters& live = run->counters();
      all.push_back({run->id(), live.planned.load(), live.sent.load(), live.ok.load(),
                     live.failed.load(), live.unknown.load(), live.overflow.load(),
                     live.in_flight.load()});
    }
    return all;
  }

  std::vector<DriverReport> report() const {
    std::vector<DriverReport> all;
    for (const auto& run : engine_.runs()) {
      all.push_back(run->report());
      all.back().cpu = engine_.cpu();
      all.back().busiest_thread = engine_.busy();
    }
    return all;
  }

  OpenEngine& engine() { return engine_; }

 private:
  Result<DriverSetup> make_setup(const TrafficSpec& spec) {
    const auto kind = drivers_.get(spec.kind);
    if (!kind) {
      return Failure{"traffic " + spec.id + ": " + kind.error()};
    }
    const auto workload = workloads_.get(spec.arrivals);
    if (!workload) {
      return Failure{"traffic " + spec.id + ": " + workload.error()};
    }
    config::Problems problems;
    const auto settings = config::read_settings((*kind)->fields, spec.settings, "", problems);
    const DriverContext context{spec.id, targets_.control_url, targets_.target_url, seed_};
    DriverSetup setup;
    if (problems.empty()) {
      setup.driver = (*kind)->make(settings, context, problems);
    }
    if (!problems.empty()) {
      return Failure{describe(spec.id, problems)};
    }
    setup.id = spec.id;
    setup.kind = spec.kind;
    setup.workload = *workload;
    setup.seed = stable_hash(spec.id, seed_);
    setup.max_in_flight = limits_.max_in_flight_per_driver;
    setup.slice = shard_.slice();
    return setup;
  }

  std::vector<TrafficSpec> specs_;
  Targets targets_;
  std::uint64_t seed_;
  TrafficLimits limits_;
  Shard shard_;
  WorkloadRegistry workloads_{"arrivals"};
  DriverRegistry drivers_{"driver"};
  std::vector<DriverSetup> setups_;
  OpenEngine engine_;
};

TrafficRun::TrafficRun(std::vector<TrafficSpec> specs, Targets targets, std::uint64_t seed,
                       TrafficLimits limits, Shard shard)
    : impl_(std::make_unique<Impl>(std::move(specs), std::move(targets), seed, limits, shard)) {}
TrafficRun::~TrafficRun() = default;

Status<> TrafficRun::prepare() { return impl_->prepare(); }
void TrafficRun::publish_to(MetricsBoard* board) { impl_->engine().publish_to(board); }
void TrafficRun::start(std::chrono::nanoseconds t0) { impl_->start(t0); }
void TrafficRun::begin_phase(const std::string& name, std::chrono::nanoseconds start,
                             std::vector<DriverPlan> plans) {
  impl_->begin_phase(name, start, std::move(plans));
}
void TrafficRun::end_phase(std::chrono::nanoseconds at) { impl_->engine().end_phase(at); }
bool TrafficRun::drained() const { return impl_->engine().drained(); }
void TrafficRun::stop(std::chrono::nanoseconds grace) { impl_->engine().stop(grace); }
std::vector<DriverSnapshot> TrafficRun::snapshot() const { return impl_->snapshot(); }
std::vector<DriverReport> TrafficRun::report() const { return impl_->report(); }

}  // namespace hubsim::loadgen
