// phantom: values or records of the other system that nobody ever wrote to HubSpot.
#include "scenarios/checks/support.h"

namespace hubsim::scenarios {

void register_check_phantom(CheckRegistry& registry) {
  registry.add(finding_check(
      {.name = "phantom",
       .help = "values or records that nobody wrote",
       .advice =
           "The other system shows what nobody wrote: a forged event was taken over, values of "
           "two records were mixed, or a value was made up.",
       .kinds = {FindingKind::phantom},
       .noun = "phantom record or value"}));
}

}  // namespace hubsim::scenarios
