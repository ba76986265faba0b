// sine: waves around the line, as days and weeks make them: period, and the swing as a share of the
// line. Straight pieces through the curve; over whole periods their integral is the curve's own.
#include <cmath>
#include <numbers>

#include "common/config/fields.h"
#include "loadgen/workloads/shapes/shape.h"

namespace hubsim::loadgen {

namespace {

constexpr std::int64_t pieces_per_period = 32;

Result<std::vector<RateSegment>> make_sine(const ShapeUse& use) {
  if (use.arguments.size() != 2) {
    return Failure{std::string("it needs a period and a swing")};
  }
  const auto period = shape_duration(use, 0);
  if (!period) {
    return Failure{period.error()};
  }
  const auto swing = config::parse_share(Json(use.arguments[1]));
  if (!swing) {
    return Failure{"'" + use.arguments[1] + "' is no share such as 50%"};
  }
  const auto piece = *period / pieces_per_period;
  if (piece.count() == 0 || use.length / piece > static_cast<std::int64_t>(max_shape_pieces)) {
    return Failure{std::string("the period is too short for its span")};
  }
  const auto rate_at = [&](std::chrono::nanoseconds at) {
    const double turns = static_cast<double>(at.count()) / static_cast<double>(period->count());
    return use.line_at(at) * (1 + *swing * std::sin(2 * std::numbers::pi * turns));
  };
  std::vector<RateSegment> pieces;
  for (std::chrono::nanoseconds at{0}; at < use.length; at += piece) {
    const auto end = std::min(at + piece, use.length);
    pieces.push_back({at, end - at, std::max(rate_at(at), 0.0), std::max(rate_at(end), 0.0)});
  }
  return pieces;
}

}  // namespace

void register_shape_sine(ShapeRegistry& registry);
void register_shape_sine(ShapeRegistry& registry) {
  registry.add({.name = "sine",
                .usage = "sine(10s, 50%)",
                .help = "waves of that period, so much above and below the line",
                .make = make_sine});
}

}  // namespace hubsim::loadgen
