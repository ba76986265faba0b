#include <fmt/format.h>

#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "how",
     .type = config::Type::text,
     .help = "wrong_secret, or stale_timestamp: rightly signed six minutes ago",
     .default_value = "wrong_secret",
     .choices = {"wrong_secret", "stale_timestamp"}},
};

Behaviour make(const config::Settings& settings, config::Problems&) {
  const auto how =
      settings.text("how") == "wrong_secret" ? Forgery::wrong_secret : Forgery::stale_timestamp;
  return {.delivery = [how](Prng& prng, const DeliveryFacts&, DeliveryEffect& effect) {
    effect.forged.push_back({.how = how, .value = fmt::format("forged-{:016x}", prng.next())});
  }};
}

}  // namespace

void register_fault_webhook_forge(FaultRegistry& registry) {
  registry.add(
      {.name = "webhook_forge",
       .help = "beside the event a forged one is sent, with a planted value, signed wrongly",
       .hook = Hook::delivery,
       .fields = fields,
       .make = make});
}

}  // namespace hubsim::faults
