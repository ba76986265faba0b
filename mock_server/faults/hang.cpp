#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "commit",
     .type = config::Type::share,
     .help = "how many of the calls hit are carried out all the same",
     .default_value = "0%"},
};

Behaviour make(const config::Settings& settings, config::Problems&) {
  return {
      .call =
          [commit = settings.share("commit")](Prng& prng, const CallFacts&, CallEffect& effect) {
            effect.run_operation = prng.uniform() < commit;
            effect.wire.ending = http::WireEnding::hang;
          },
      .ends_call = true};
}

}  // namespace

void register_fault_hang(FaultRegistry& registry) {
  registry.add(
      {.name = "hang",
       .help = "nothing is ever answered; the connection stays open until the client leaves",
       .hook = Hook::call,
       .fields = fields,
       .make = make});
}

}  // namespace hubsim::faults
