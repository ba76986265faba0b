#include "mock_server/faults/kind.h"

namespace hubsim::faults {

namespace {

const config::Fields fields{
    {.name = "bytes",
     .type = config::Type::integer,
     .help = "size of a piece",
     .default_value = "16",
     .min = 1,
     .max = 1'048'576},
    {.name = "every",
     .type = config::Type::duration,
     .help = "time between pieces",
     .default_value = "100ms"},
};

Behaviour make(const config::Settings& settings, config::Problems&) {
  const auto bytes = static_cast<std::size_t>(settings.integer("bytes"));
  return {
      .call =
          [bytes, every = settings.duration("every")](Prng&, const CallFacts&, CallEffect& effect) {
            effect.wire.ending = http::WireEnding::drip;
            effect.wire.drip_bytes = bytes;
            effect.wire.drip_interval = every;
          },
      .ends_call = true};
}

}  // namespace

void register_fault_drip(FaultRegistry& registry) {
  registry.add({.name = "drip",
                .help = "the operation is carried out, its answer comes in small pieces",
                .hook = Hook::call,
                .fields = fields,
                .make = make});
}

}  // namespace hubsim::faults
