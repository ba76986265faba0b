// Coverage: whether the catalogue and the code agree: each operation graded modelled has code, and
// each piece of code has its row in the catalogue.
// Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "mock_server/operations/operation.h"

namespace hubsim::operations {

/// What is missing on either side, one text each; empty when they agree.
[[nodiscard]] std::vector<std::string> catalogue_gaps(const OperationRegistry& registry);

}  // namespace hubsim::operations
