// Workloads: how arrivals are spaced under a rate: `constant` evenly, `poisson` at random. Each
// yields the exact times at which requests are meant to leave, from the plan and a seed alone.
// One file a kind; see cmake/HubsimTargets.cmake for the registration.
// Threads: an ArrivalStream belongs to one thread. Invariant: times of open ones never go back.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "common/config/registry.h"
#include "common/random/prng.h"
#include "loadgen/workloads/rate_plan.h"

namespace hubsim::loadgen {

class ArrivalStream {
 public:
  ArrivalStream() = default;
  ArrivalStream(const ArrivalStream&) = delete;
  ArrivalStream& operator=(const ArrivalStream&) = delete;
  virtual ~ArrivalStream() = default;
  /// Since the plan's start; nothing when the plan is over.
  virtual std::optional<std::chrono::nanoseconds> next() = 0;
  /// Passes over so many arrivals, as if next() had been asked for each; says how many there were.
  virtual std::uint64_t skip(std::uint64_t count) {
    std::uint64_t passed = 0;
    while (passed < count && next()) {
      ++passed;
    }
    return passed;
  }

  // Only of streams whose arrivals depend on answers (closed users); the others are open.
  [[nodiscard]] virtual bool is_closed() const { return false; }
  /// Some arrivals are out: next() may have more once they are back.
  [[nodiscard]] virtual bool waits() const { return false; }
  /// The one next() gave last has not left yet: an earlier one may come first now.
  virtual void take_back(std::chrono::nanoseconds /*unsent*/) {}
  /// What an arrival started has ended.
  virtual void returned(std::chrono::nanoseconds /*at*/) {}
};

struct WorkloadKind {
  std::string name;
  std::string help;
  std::unique_ptr<ArrivalStream> (*make)(RatePlan plan, Prng prng) = nullptr;
};

using WorkloadRegistry = config::Registry<WorkloadKind>;
void register_all_workloads(WorkloadRegistry& registry);

}  // namespace hubsim::loadgen
