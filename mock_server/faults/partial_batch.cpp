#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

Behaviour make(const config::Settings&, config::Problems&) { return {.per_input = true}; }

}  // namespace

void register_fault_partial_batch(FaultRegistry& registry) {
  registry.add(
      {.name = "partial_batch",
       .help = "inputs of a batch fail though the rest succeed (207); 'share' is of inputs",
       .hook = Hook::call,
       .fields = {},
       .make = make});
}

}  // namespace hubsim::faults
