#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "within",
     .type = config::Type::duration,
     .help = "held back for half of this to all of it, on the portal's clock",
     .default_value = "500ms"},
};

Behaviour make(const config::Settings& settings, config::Problems&) {
  const config::Distribution hold{.shape = config::Distribution::Shape::uniform,
                                  .first = settings.duration("within") / 2,
                                  .second = settings.duration("within")};
  return {.delivery = [hold](Prng& prng, const DeliveryFacts&, DeliveryEffect& effect) {
    effect.delay += hold.sample(prng);
  }};
}

}  // namespace

void register_fault_webhook_reorder(FaultRegistry& registry) {
  registry.add({.name = "webhook_reorder",
                .help = "the event is held back so that later ones overtake it",
                .hook = Hook::delivery,
                .fields = fields,
                .make = make});
}

}  // namespace hubsim::faults
