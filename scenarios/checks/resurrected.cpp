// resurrected: records that were deleted, seen to be gone in the other system, and are there again
// at the deadline. One that was never seen to go is `stale` (undeleted).
#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

void register_check_resurrected(CheckRegistry& registry) {
  registry.add(finding_check(
      {.name = "resurrected",
       .help = "deleted records that came back",
       .advice =
           "A deleted record came back: an event or a read from before its deletion was applied "
           "afterwards. Keep a tombstone and the time as of which each value is known.",
       .kinds = {FindingKind::resurrected},
       .noun = "resurrected record"}));
}

}  // namespace hubsim::scenarios
