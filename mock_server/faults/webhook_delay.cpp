#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "delay",
     .type = config::Type::distribution,
     .help = "added time on the portal's clock",
     .required = true},
};

Behaviour make(const config::Settings& settings, config::Problems&) {
  return {.delivery = [delay = settings.distribution("delay")](Prng& prng, const DeliveryFacts&,
                                                               DeliveryEffect& effect) {
    effect.delay += delay.sample(prng);
  }};
}

}  // namespace

void register_fault_webhook_delay(FaultRegistry& registry) {
  registry.add({.name = "webhook_delay",
                .help = "the event is sent later",
                .hook = Hook::delivery,
                .fields = fields,
                .make = make});
}

}  // namespace hubsim::faults
