#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "length",
     .type = config::Type::duration,
     .help = "real time until it is resumed",
     .required = true},
};

Behaviour make(const config::Settings&, config::Problems&) { return {}; }

}  // namespace

void register_fault_process_pause(FaultRegistry& registry) {
  registry.add({.name = "process_pause",
                .help = "the integration's process is stopped (SIGSTOP) and resumed",
                .hook = Hook::process,
                .fields = fields,
                .make = make});
}

}  // namespace hubsim::faults
