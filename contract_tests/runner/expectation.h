// Expectation: what a step says must come back, held against what came: status, headers, body as a
// pattern or as text, the order of keys. Also takes from an answer what later steps need.
// Threads: pure functions.
#pragma once

#include <string>

#include "common/http/message.h"
#include "common/json/json.h"
#include "contract_tests/runner/pattern.h"

namespace hubsim::contract {

/// "" when all holds, else the first thing that does not.
[[nodiscard]] std::string unmet(const Json& expect, const http::Response& response,
                                const Variables& variables);

/// Adds the step's `capture` to `variables`; "" or what could not be captured.
[[nodiscard]] std::string capture(const Json& step, const http::Response& response,
                                  Variables& variables);

}  // namespace hubsim::contract
