// stale: the other system shows an older committed state of a record at the deadline: an older
// value of a property (also one it had already replaced by a newer: regressed), or a record whose
// deletion it never took over (undeleted).
#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

void register_check_stale(CheckRegistry& registry) {
  registry.add(finding_check(
      {.name = "stale",
       .help = "older values, and records whose deletion was never taken over",
       .advice =
           "An older value stayed. Events overtake each other and come twice: compare occurredAt "
           "(or the record's own modified date) before a value is overwritten, and read the "
           "record where two are equal.",
       .kinds = {FindingKind::stale, FindingKind::regressed, FindingKind::undeleted},
       .noun = "stale record or value"}));
}

}  // namespace hubsim::scenarios
