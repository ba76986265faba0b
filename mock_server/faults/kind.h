// FaultKind: one way to misbehave, registered by its own file: name, table of settings, behaviour.
// A behaviour is pure: what it does to an effect depends on its settings, the facts and the keyed
// generator, so that one seed gives the same faults whatever the timing.
// Threads: kinds are read-only after start; behaviours run under the portal's lock.
#pragma once

#include <functional>
#include <string>

#include "common/config/fields.h"
#include "common/config/registry.h"
#include "common/random/prng.h"
#include "mock_server/faults/effect.h"

namespace hubsim::faults {

enum class Hook {
  call,      ///< an API call
  delivery,  ///< a webhook event
  process,   ///< the integration's own process: described here, carried out by `hubsim run`
};

using CallFault = std::function<void(Prng&, const CallFacts&, CallEffect&)>;
using DeliveryFault = std::function<void(Prng&, const DeliveryFacts&, DeliveryEffect&)>;

/// What a kind makes of its settings. Exactly the member of its hook is set; none for process.
struct Behaviour {
  CallFault call;
  DeliveryFault delivery;
  /// Replaces the answer or breaks the wire: only one such rule can have its way with a call.
  bool ends_call = false;
  /// Drawn for each input of a batch instead of once a call; `call` stays empty.
  bool per_input = false;
  /// Webhooks: acts beside the event, which stays as it is; names its rule in what it adds.
  bool beside = false;
};

struct FaultKind {
  std::string name;
  std::string help;
  Hook hook = Hook::call;
  config::Fields fields;
  /// Says in `problems` (pointers like "/status") what the table cannot check.
  Behaviour (*make)(const config::Settings& settings, config::Problems& problems) = nullptr;
};

class FaultRegistry : public config::Registry<FaultKind> {
 public:
  FaultRegistry() : Registry("fault kind") {}
};

/// Adds every kind of this folder; the call list is generated.
void register_all_faults(FaultRegistry& registry);

/// Settings common to all rules beside the kind's own: id, kind, match, share, from_ms, until_ms,
/// budget. And those inside `match`.
[[nodiscard]] const config::Fields& common_fields();
[[nodiscard]] const config::Fields& match_fields();
/// JSON Schema of a rule as the control API takes it: one alternative for each kind.
[[nodiscard]] Json rule_schema(const FaultRegistry& registry);

}  // namespace hubsim::faults
