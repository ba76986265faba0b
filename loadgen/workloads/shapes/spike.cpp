// spike: the line, and for a while another rate: a newsletter goes out, a list is imported.
#include "common/config/fields.h"
#include "loadgen/workloads/shapes/shape.h"

namespace hubsim::loadgen {

namespace {

Result<std::vector<RateSegment>> make_spike(const ShapeUse& use) {
  if (use.arguments.size() != 3) {
    return Failure{std::string("it needs a rate, when it begins and for how long")};
  }
  const auto peak = config::parse_rate(use.arguments[0]);
  if (!peak) {
    return Failure{"'" + use.arguments[0] + "' is no rate such as 200/s"};
  }
  const auto begin = shape_duration(use, 1);
  const auto lasts = shape_duration(use, 2);
  if (!begin || !lasts) {
    return Failure{begin.ok() ? lasts.error() : begin.error()};
  }
  const auto end = *begin + *lasts;
  if (end > use.length) {
    return Failure{std::string("it would end after its span")};
  }
  std::vector<RateSegment> pieces{
      {std::chrono::nanoseconds(0), *begin, use.from_per_s, use.line_at(*begin)},
      {*begin, *lasts, *peak, *peak}};
  if (end < use.length) {
    pieces.push_back({end, use.length - end, use.line_at(end), use.to_per_s});
  }
  return pieces;
}

}  // namespace

void register_shape_spike(ShapeRegistry& registry);
void register_shape_spike(ShapeRegistry& registry) {
  registry.add({.name = "spike",
                .usage = "spike(200/s, 5s, 2s)",
                .help = "another rate, from that time on, for so long; before and after the line",
                .make = make_spike});
}

}  // namespace hubsim::loadgen
