// linear: a straight line from the rate at the start to the rate at the end; flat where they are
// one. What a rate without a shape has.
#include "loadgen/workloads/shapes/shape.h"

namespace hubsim::loadgen {

namespace {

Result<std::vector<RateSegment>> make_linear(const ShapeUse& use) {
  if (!use.arguments.empty()) {
    return Failure{std::string("it takes no arguments")};
  }
  return std::vector<RateSegment>{{{}, use.length, use.from_per_s, use.to_per_s}};
}

}  // namespace

void register_shape_linear(ShapeRegistry& registry);
void register_shape_linear(ShapeRegistry& registry) {
  registry.add({.name = "linear",
                .usage = "linear",
                .help = "a ramp from the first rate to the last",
                .make = make_linear});
}

}  // namespace hubsim::loadgen
