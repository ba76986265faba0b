// The records of one type that live in the portal, read from its history: what drivers may change,
// or tell the integration about.
// Threads: blocks; before the run.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"

namespace hubsim::loadgen {

/// Ids in the order of their creation; archived ones are left out, merged ones are the outcome.
[[nodiscard]] Result<std::vector<std::string>> living_records(const std::string& control_url,
                                                              const std::string& type_id);

}  // namespace hubsim::loadgen
