#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "event_id",
     .type = config::Type::text,
     .help = "the copy has the same event id or a new one",
     .default_value = "same",
     .choices = {"same", "new"}},
    {.name = "after",
     .type = config::Type::distribution,
     .help = "how long after the event the copy is sent, on the portal's clock",
     .default_value = "50ms"},
};

Behaviour make(const config::Settings& settings, config::Problems&) {
  return {.delivery = [is_new = settings.text("event_id") == "new",
                       after = settings.distribution("after")](Prng& prng, const DeliveryFacts&,
                                                               DeliveryEffect& effect) {
    effect.copies.push_back({.after = after.sample(prng), .new_event_id = is_new});
  }};
}

}  // namespace

void register_fault_webhook_duplicate(FaultRegistry& registry) {
  registry.add({.name = "webhook_duplicate",
                .help = "the event is sent once more",
                .hook = Hook::delivery,
                .fields = fields,
                .make = make});
}

}  // namespace hubsim::faults
