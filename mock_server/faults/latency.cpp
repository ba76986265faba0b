#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "delay",
     .type = config::Type::distribution,
     .help = "added time: '200ms', 'uniform(100ms, 400ms)', 'lognormal(80ms, 0.6)'",
     .required = true},
};

Behaviour make(const config::Settings& settings, config::Problems&) {
  return {.call = [delay = settings.distribution("delay")](Prng& prng, const CallFacts&,
                                                           CallEffect& effect) {
    effect.wire.delay += delay.sample(prng);
  }};
}

}  // namespace

void register_fault_latency(FaultRegistry& registry) {
  registry.add({.name = "latency",
                .help = "the answer leaves later; several rules add up",
                .hook = Hook::call,
                .fields = fields,
                .make = make});
}

}  // namespace hubsim::faults
