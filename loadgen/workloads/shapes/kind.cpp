#include "common/base/text.h"
#include "common/time/format.h"
#include "loadgen/workloads/shapes/shape.h"

namespace hubsim::loadgen {

namespace {

const ShapeRegistry& registry() {
  static const ShapeRegistry all = [] {
    ShapeRegistry made("shape");
    register_all_shapes(made);
    return made;
  }();
  return all;
}

}  // namespace

double ShapeUse::line_at(std::chrono::nanoseconds at) const noexcept {
  const double share = length.count() == 0
                           ? 0
                           : static_cast<double>(at.count()) / static_cast<double>(length.count());
  return from_per_s + (to_per_s - from_per_s) * share;
}

Result<std::vector<RateSegment>> make_shape(std::string_view text, ShapeUse use) {
  text = trim(text);
  const auto open = text.find('(');
  const std::string_view name = trim(text.substr(0, open));
  if (open != std::string_view::npos) {
    if (!text.ends_with(')')) {
      return Failure{"'" + std::string(text) + "': the closing bracket is missing"};
    }
    const auto inner = text.substr(open + 1, text.size() - open - 2);
    for (const std::string_view argument : split(inner, ',')) {
      use.arguments.emplace_back(trim(argument));
    }
  }
  const auto kind = registry().get(name);
  if (!kind) {
    return Failure{kind.error()};
  }
  auto pieces = (*kind)->make(use);
  if (!pieces) {
    return Failure{"shape " + std::string(text) + ": " + pieces.error() + "; write it as " +
                   (*kind)->usage};
  }
  return pieces;
}

std::string shapes_help() {
  std::string text;
  for (const ShapeKind& kind : registry().kinds()) {
    text += "  " + kind.usage + "\n      " + kind.help + "\n";
  }
  return text;
}

Result<std::chrono::nanoseconds> shape_duration(const ShapeUse& use, std::size_t argument) {
  const std::string& text = use.arguments[argument];
  const auto value = parse_duration(text);
  if (!value || value->count() <= 0) {
    return Failure{"'" + text + "' is no time such as 10s"};
  }
  return std::chrono::nanoseconds(*value);
}

}  // namespace hubsim::loadgen
