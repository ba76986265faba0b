#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "restart_after",
     .type = config::Type::duration,
     .help = "real time until it is started again",
     .default_value = "1s"},
};

Behaviour make(const config::Settings&, config::Problems&) { return {}; }

}  // namespace

void register_fault_process_kill(FaultRegistry& registry) {
  registry.add({.name = "process_kill",
                .help = "the integration's process is killed (SIGKILL) and started again",
                .hook = Hook::process,
                .fields = fields,
                .make = make});
}

}  // namespace hubsim::faults
