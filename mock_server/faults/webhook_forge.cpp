#include <fmt/format.h>

#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "how",
     .type = config::Type::text,
     .help = "wrong_secret; stale_timestamp: rightly signed six minutes ago; wrong_signature: "
             "damaged signatures; replay: the event's own delivery comes again, with its old "
             "timestamp and signatures",
     .default_value = "wrong_secret",
     .choices = {"wrong_secret", "stale_timestamp", "wrong_signature", "replay"}},
    {.name = "after",
     .type = config::Type::duration,
     .help = "replay only: how long after its delivery, on the portal's clock. Where fewer than "
             "six minutes of real time have passed by then, the timestamp is made that old and "
             "signed rightly",
     .default_value = "6m"},
};

DeliveryFault replay(Duration after) {
  return [after](Prng&, const DeliveryFacts& facts, DeliveryEffect& effect) {
    effect.replays.push_back({.after = after, .rule_id = std::string(facts.rule.id)});
  };
}

DeliveryFault forge(Forgery how) {
  return [how](Prng& prng, const DeliveryFacts& facts, DeliveryEffect& effect) {
    effect.forged.push_back({.how = how,
                             .value = fmt::format("forged-{:016x}", prng.next()),
                             .rule_id = std::string(facts.rule.id)});
  };
}

Behaviour make(const config::Settings& settings, config::Problems&) {
  const Forgery how = find_forgery(settings.text("how")).value_or(Forgery::wrong_secret);
  return {.delivery = how == Forgery::replay ? replay(settings.duration("after")) : forge(how),
          .beside = true};
}

}  // namespace

void register_fault_webhook_forge(FaultRegistry& registry) {
  registry.add(
      {.name = "webhook_forge",
       .help = "beside the event a forged one is sent, with a planted value, signed wrongly; or "
               "its own delivery is replayed",
       .hook = Hook::delivery,
       .fields = fields,
       .make = make});
}

}  // namespace hubsim::faults
