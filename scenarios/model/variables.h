// Variables in a scenario's texts: ${set.NAME} and ${env.NAME} have their value when the file is
// read; ${mock.url}, ${target.port}, ${run.dir} and the like only during a run. A name without a
// dot, such as ${index}, belongs to the kind whose text it stands in.
// Threads: pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"

namespace hubsim::scenarios {

/// By full name, such as "mock.url".
using Variables = std::map<std::string, std::string, std::less<>>;

/// The names a run gives values to: mock.url, mock.access_token, ..., target.port, run.dir.
[[nodiscard]] const std::vector<std::string>& run_variables();

/// The names used in `text`, in order.
[[nodiscard]] std::vector<std::string> variables_in(std::string_view text);

/// `text` with each known variable replaced; the others stay as they are.
[[nodiscard]] std::string substitute(std::string_view text, const Variables& variables);
/// The same for every text inside `value` (not for keys).
[[nodiscard]] Json substitute_in(const Json& value, const Variables& variables);

}  // namespace hubsim::scenarios
