// Requests: one call of a step, built: method, target, headers, and a body that is JSON, exact
// bytes, a form or multipart parts. Repeated items and long texts are written short in a case
// ({"#repeat": 101, "of": …}, {"#fill": "x", "times": 70000}).
// Threads: pure functions.
#pragma once

#include "common/base/result.h"
#include "common/http/message.h"
#include "common/json/json.h"
#include "contract_tests/runner/pattern.h"

namespace hubsim::contract {

/// Puts the short forms out in full; ${i} in a repeated item counts from 1.
[[nodiscard]] Json expand(const Json& value);

/// `variables` must hold `token`, by which a call is made unless the step's headers say otherwise.
[[nodiscard]] Result<http::Request> build_request(const Json& step, const Variables& variables);

}  // namespace hubsim::contract
