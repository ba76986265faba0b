// Verbs: what an action does to the state field of an item: "cancel" writes CANCELED where the
// item's shape has a state with that value, and so on.
// Threads: pure.
#pragma once

#include "mock_server/generic/core/call.h"

namespace hubsim::generic {

/// The fields to write for that verb; empty where the shape has no fitting value.
[[nodiscard]] Json state_after(Shape item, std::string_view verb);

}  // namespace hubsim::generic
