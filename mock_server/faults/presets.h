// Presets: fault rules by the name of what was met in production (behaviour reference 10), so that
// nobody has to know the kind and its settings. What is normal behaviour of the mock (token expiry,
// HTML 404s, 10,000 results, ...) needs no rule and is not here.
// Threads: constant data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"

namespace hubsim::faults {

/// The rule of that name; nothing when it is unknown.
[[nodiscard]] std::optional<Json> preset(std::string_view name);
[[nodiscard]] std::vector<std::string> preset_names();

/// The rule that a body means: with "preset" that of the name, its other members put over it.
/// Nothing when the preset is unknown.
[[nodiscard]] std::optional<Json> expand_preset(const Json& body);

}  // namespace hubsim::faults
