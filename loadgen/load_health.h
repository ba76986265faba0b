// What a load run knows about its own rig: each number by which the others are believed or not,
// with its budget. One that is outside makes the run INVALID, for the reason it carries.
// Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "loadgen/load_verdict.h"

namespace hubsim::loadgen {

struct RigItem {
  std::string name;
  std::string value;
  std::string budget;  ///< empty: for information
  bool ok = true;
  std::string reason;  ///< where it is not ok: for the verdict
};

/// `report` has the measured phase last.
[[nodiscard]] std::vector<RigItem> rig_items(const DriverReport& report, const VerdictRules& rules);

}  // namespace hubsim::loadgen
