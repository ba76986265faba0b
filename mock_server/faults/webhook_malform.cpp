#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "how",
     .type = config::Type::text,
     .help = "truncated: the event's first delivery breaks off, and is tried again whatever the "
             "answer; beside the event come, once: oversized: a request with more than 100 "
             "events, unknown_event_type, unknown_fields: keys HubSpot does not document",
     .required = true,
     .choices = {"truncated", "oversized", "unknown_event_type", "unknown_fields"}},
};

Behaviour make(const config::Settings& settings, config::Problems&) {
  const Malformation how =
      find_malformation(settings.text("how")).value_or(Malformation::truncated);
  return {.delivery =
              [how](Prng&, const DeliveryFacts& facts, DeliveryEffect& effect) {
                effect.malformed.push_back({.how = how, .rule_id = std::string(facts.rule.id)});
              },
          .beside = how != Malformation::truncated};
}

}  // namespace

void register_fault_webhook_malform(FaultRegistry& registry) {
  registry.add({.name = "webhook_malform",
                .help = "a rightly signed request that a receiver may choke on",
                .hook = Hook::delivery,
                .fields = fields,
                .make = make});
}

}  // namespace hubsim::faults
