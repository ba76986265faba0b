// poisson: independent arrivals, as many people make them: exponential gaps in the integral of the
// rate (inversion), so ramps are exact and no arrival is thrown away.
#include "loadgen/workloads/workload.h"

namespace hubsim::loadgen {

namespace {

class PoissonArrivals final : public ArrivalStream {
 public:
  PoissonArrivals(RatePlan plan, Prng prng) : plan_(std::move(plan)), prng_(prng) {}

  std::optional<std::chrono::nanoseconds> next() override {
    reached_ += prng_.exponential(1.0);
    if (reached_ >= plan_.total()) {
      return std::nullopt;
    }
    return plan_.time_of(reached_);
  }

  std::uint64_t skip(std::uint64_t count) override {
    std::uint64_t passed = 0;
    for (; passed < count; ++passed) {
      reached_ += prng_.exponential(1.0);
      if (reached_ >= plan_.total()) {
        break;
      }
    }
    return passed;
  }

 private:
  RatePlan plan_;
  Prng prng_;
  double reached_ = 0;
};

std::unique_ptr<ArrivalStream> make_poisson(RatePlan plan, Prng prng) {
  return std::make_unique<PoissonArrivals>(std::move(plan), prng);
}

}  // namespace

void register_workload_poisson(WorkloadRegistry& registry);
void register_workload_poisson(WorkloadRegistry& registry) {
  registry.add({.name = "poisson",
                .help = "independent arrivals with random gaps, the rate being their mean",
                .make = make_poisson});
}

}  // namespace hubsim::loadgen
