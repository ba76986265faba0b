#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

Behaviour make(const config::Settings&, config::Problems&) {
  return {
      .delivery = [](Prng&, const DeliveryFacts&, DeliveryEffect& effect) { effect.drop = true; }};
}

}  // namespace

void register_fault_webhook_drop(FaultRegistry& registry) {
  registry.add({.name = "webhook_drop",
                .help = "the event is never sent",
                .hook = Hook::delivery,
                .fields = {},
                .make = make});
}

}  // namespace hubsim::faults
