// Shapes: how a rate goes from its start to its end over a span of time: linear, in steps, with a
// spike, in waves. Each is written as a call ("steps(5)", "sine(10s, 50%)") and becomes linear
// pieces, whose integral is exact, so every spacing of arrivals goes with every shape.
// One file a shape; see cmake/HubsimTargets.cmake for the registration.
// Threads: pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/config/registry.h"
#include "loadgen/workloads/rate_plan.h"

namespace hubsim::loadgen {

/// One use: the span's rates and length, and what stands in the brackets.
struct ShapeUse {
  double from_per_s = 0;
  double to_per_s = 0;
  std::chrono::nanoseconds length{0};
  std::vector<std::string> arguments;
  /// The rate of the straight line from start to end, at that time.
  [[nodiscard]] double line_at(std::chrono::nanoseconds at) const noexcept;
};

struct ShapeKind {
  std::string name;
  std::string usage;  ///< "steps(5)"
  std::string help;
  /// Pieces in order, from 0 to `length` without gaps. Failure: what is wrong with the arguments.
  Result<std::vector<RateSegment>> (*make)(const ShapeUse& use) = nullptr;
};

using ShapeRegistry = config::Registry<ShapeKind>;
void register_all_shapes(ShapeRegistry& registry);

/// Most pieces of one span: a wave with a short period over days is refused.
inline constexpr std::size_t max_shape_pieces = 100'000;

/// Reads "name(arguments)" and makes its pieces; an unknown name is answered with the known ones.
[[nodiscard]] Result<std::vector<RateSegment>> make_shape(std::string_view text, ShapeUse use);
/// One line a shape: usage and help.
[[nodiscard]] std::string shapes_help();

/// "300ms" as nanoseconds; a Failure that names the argument otherwise.
[[nodiscard]] Result<std::chrono::nanoseconds> shape_duration(const ShapeUse& use,
                                                              std::size_t argument);

}  // namespace hubsim::loadgen
