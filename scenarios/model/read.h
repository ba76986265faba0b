// Reads a scenario from JSON (the YAML loader's product, or a JSON file): all problems at once,
// each with a JSON pointer, so that the loader can name line and column. After no problems the
// result keeps every promise of scenario.h. Threads: pure but for the environment lookup that is
// handed in.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/model/kinds.h"
#include "scenarios/model/scenario.h"

namespace hubsim::scenarios {

struct ReadOptions {
  /// --set name=value, over the file's defaults.
  std::vector<std::pair<std::string, std::string>> set;
  /// Value of an environment variable; without it every ${env.NAME} is unknown.
  std::function<std::optional<std::string>(std::string_view)> environment;
};

/// The result is only meaningful when `problems` stays empty.
[[nodiscard]] Scenario read_scenario(const Json& document, const Kinds& kinds,
                                     const ReadOptions& options, config::Problems& problems);

}  // namespace hubsim::scenarios
