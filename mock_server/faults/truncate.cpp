#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "after_bytes",
     .type = config::Type::integer,
     .help = "bytes of the body that go out under the full Content-Length",
     .default_value = "64",
     .min = 0,
     .max = 16'777'216},
    {.name = "end",
     .type = config::Type::text,
     .help = "how the connection ends",
     .default_value = "fin",
     .choices = {"fin", "reset"}},
};

Behaviour make(const config::Settings& settings, config::Problems&) {
  const auto bytes = static_cast<std::size_t>(settings.integer("after_bytes"));
  const auto ending =
      settings.text("end") == "reset" ? http::WireEnding::reset_mid : http::WireEnding::truncate;
  return {.call =
              [bytes, ending](Prng&, const CallFacts&, CallEffect& effect) {
                effect.wire.ending = ending;
                effect.wire.cut_after_bytes = bytes;
              },
          .ends_call = true};
}

}  // namespace

void register_fault_truncate(FaultRegistry& registry) {
  registry.add({.name = "truncate",
                .help = "the operation is carried out, its answer breaks off in the body",
                .hook = Hook::call,
                .fields = fields,
                .make = make});
}

}  // namespace hubsim::faults
