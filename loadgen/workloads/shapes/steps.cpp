// steps: stairs of equal length and height from the first rate to the last, both included: each
// stands long enough to see what that rate does.
#include "common/base/text.h"
#include "loadgen/workloads/shapes/shape.h"

namespace hubsim::loadgen {

namespace {

Result<std::vector<RateSegment>> make_steps(const ShapeUse& use) {
  const auto count = use.arguments.size() == 1 ? parse_uint(use.arguments[0]) : std::nullopt;
  if (!count || *count < 2 || *count > 1000) {
    return Failure{std::string("it needs the number of steps, 2 to 1000")};
  }
  const auto steps = static_cast<std::int64_t>(*count);
  std::vector<RateSegment> pieces;
  for (std::int64_t i = 0; i < steps; ++i) {
    const auto start = use.length * i / steps;
    const double share = static_cast<double>(i) / static_cast<double>(steps - 1);
    const double rate = use.from_per_s + (use.to_per_s - use.from_per_s) * share;
    pieces.push_back({start, use.length * (i + 1) / steps - start, rate, rate});
  }
  return pieces;
}

}  // namespace

void register_shape_steps(ShapeRegistry& registry);
void register_shape_steps(ShapeRegistry& registry) {
  registry.add({.name = "steps",
                .usage = "steps(5)",
                .help = "that many flat steps from the first rate to the last",
                .make = make_steps});
}

}  // namespace hubsim::loadgen
