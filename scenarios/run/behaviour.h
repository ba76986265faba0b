// The `behaviour` section of run.json: how the integration used the API, from the request log, and
// from what `GET behaviour` tells of bodies and scopes.
// Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "reports/model/behaviour.h"
#include "scenarios/checks/evidence.h"

namespace hubsim::scenarios {

/// Answer of `GET behaviour`; what is no such answer has no shapes.
[[nodiscard]] std::vector<CallShape> call_shapes_from_json(const Json& answer);

[[nodiscard]] reports::Behaviour behaviour_of(const RunEvidence& evidence);

}  // namespace hubsim::scenarios
