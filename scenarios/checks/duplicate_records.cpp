// duplicate_records: more than one record of the other system for one record of HubSpot.
#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

void register_check_duplicate_records(CheckRegistry& registry) {
  registry.add(finding_check(
      {.name = "duplicate_records",
       .help = "records shown more than once",
       .advice =
           "The same HubSpot record is there more than once. A create whose answer was lost was "
           "repeated, or two workers created it at once: write by upsert, with a unique key in "
           "the database.",
       .kinds = {FindingKind::duplicate_record},
       .noun = "duplicate record"}));
}

}  // namespace hubsim::scenarios
