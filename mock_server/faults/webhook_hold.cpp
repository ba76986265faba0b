#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

Behaviour make(const config::Settings&, config::Problems&) {
  return {.delivery = [](Prng&, const DeliveryFacts& facts, DeliveryEffect& effect) {
    effect.holds.push_back({.rule_id = std::string(facts.rule.id), .until = facts.rule.until});
  }};
}

}  // namespace

void register_fault_webhook_hold(FaultRegistry& registry) {
  registry.add({.name = "webhook_hold",
                .help =
                    "the event is held until `POST webhooks/release`, the rule's removal or its "
                    "until_ms",
                .hook = Hook::delivery,
                .fields = {},
                .make = make});
}

}  // namespace hubsim::faults
