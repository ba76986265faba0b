#include <algorithm>

#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "every",
     .type = config::Type::duration,
     .help = "what happened in one stretch of this length goes at once when the stretch ends; the "
             "first begins with the rule's window",
     .default_value = "10s"},
};

/// The end of the stretch in which it happened. Counted from the rule's window and not from the
/// first event, so that one event's fate does not hang on another's.
Instant stretch_end(const DeliveryFacts& facts, Duration every) {
  const Duration since = facts.occurred_at - facts.rule.from;
  const Instant end = facts.rule.from + (since / every + 1) * every;
  return facts.rule.until == Instant() ? end : std::min(end, facts.rule.until);
}

Behaviour make(const config::Settings& settings, config::Problems& problems) {
  const Duration every = settings.duration("every");
  if (every <= Duration(0)) {
    problems.push_back({"/every", "the stretch has no length: write e.g. '10s'"});
    return {};
  }
  return {.delivery = [every](Prng&, const DeliveryFacts& facts, DeliveryEffect& effect) {
    effect.holds.push_back(
        {.rule_id = std::string(facts.rule.id), .until = stretch_end(facts, every)});
  }};
}

}  // namespace

void register_fault_webhook_burst(FaultRegistry& registry) {
  registry.add({.name = "webhook_burst",
                .help = "events gather for a while and are all sent at once",
                .hook = Hook::delivery,
                .fields = fields,
                .make = make});
}

}  // namespace hubsim::faults
