// Judge: the conclusions about every record at the deadline, from the truth and the last complete
// observation of a mirror; the tracker adds what was seen before.
// Threads: pure.
#pragma once

#include "scenarios/oracle/oracle.h"
#include "scenarios/oracle/tracker.h"

namespace hubsim::scenarios {

[[nodiscard]] Findings judge_mirror(const Truth& truth, const Tracker& tracker,
                                    const Deadline& deadline);

}  // namespace hubsim::scenarios
