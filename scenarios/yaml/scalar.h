// What a plain (unquoted) YAML scalar means in the core schema of YAML 1.2, with the forms that
// another YAML version reads differently refused.
// Threads: pure.
#pragma once

#include <string>

#include "common/base/result.h"
#include "common/json/json.h"

namespace hubsim::scenarios {

/// Failure: why the form is refused and what to write instead.
[[nodiscard]] Result<Json> resolve_plain_scalar(const std::string& text);

}  // namespace hubsim::scenarios
