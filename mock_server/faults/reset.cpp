#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "when",
     .type = config::Type::text,
     .help = "after_commit carries the operation out first: the client cannot tell",
     .default_value = "before_commit",
     .choices = {"before_commit", "after_commit"}},
};

Behaviour make(const config::Settings& settings, config::Problems&) {
  const bool commits = settings.text("when") == "after_commit";
  return {.call =
              [commits](Prng&, const CallFacts&, CallEffect& effect) {
                effect.run_operation = commits;
                effect.wire.ending = http::WireEnding::reset;
              },
          .ends_call = true};
}

}  // namespace

void register_fault_reset(FaultRegistry& registry) {
  registry.add({.name = "reset",
                .help = "the connection is reset (RST) instead of an answer",
                .hook = Hook::call,
                .fields = fields,
                .make = make});
}

}  // namespace hubsim::faults
