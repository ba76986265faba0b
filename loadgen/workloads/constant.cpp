// constant: evenly spaced under the rate; on a ramp the gaps shrink as the rate grows. The n-th
// arrival (from 0) is where the integral is n + 1/2, so that a segment's arrivals sit centred in
// it.
#include <algorithm>
#include <cmath>

#include "loadgen/workloads/workload.h"

namespace hubsim::loadgen {

namespace {

class ConstantArrivals final : public ArrivalStream {
 public:
  explicit ConstantArrivals(RatePlan plan) : plan_(std::move(plan)) {}

  std::optional<std::chrono::nanoseconds> next() override {
    const double wanted = static_cast<double>(made_) + 0.5;
    if (wanted >= plan_.total()) {
      return std::nullopt;
    }
    ++made_;
    return plan_.time_of(wanted);
  }

  std::uint64_t skip(std::uint64_t count) override {
    const double all = std::ceil(std::max(plan_.total() - 0.5, 0.0));
    const std::uint64_t passed = std::min(count, static_cast<std::uint64_t>(all) - made_);
    made_ += passed;
    return passed;
  }

 private:
  RatePlan plan_;
  std::uint64_t made_ = 0;
};

std::unique_ptr<ArrivalStream> make_constant(RatePlan plan, Prng /*prng*/) {
  return std::make_unique<ConstantArrivals>(std::move(plan));
}

}  // namespace

void register_workload_constant(WorkloadRegistry& registry);
void register_workload_constant(WorkloadRegistry& registry) {
  registry.add({.name = "constant",
                .help = "evenly spaced: every gap is the inverse of the rate",
                .make = make_constant});
}

}  // namespace hubsim::loadgen
