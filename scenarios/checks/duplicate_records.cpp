// duplicate_records: more than one record of the other system for one record of HubSpot.
#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

void register_check_duplicate_records(CheckRegistry& registry) {
  registry.add(finding_check({.name = "duplicate_records",
                              .help = "records shown more than once",
                              .kinds = {FindingKind::duplicate_record},
                              .noun = "duplicate record"}));
}

}  // namespace hubsim::scenarios
