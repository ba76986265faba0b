#include "tests/build_rules/registry.h"

namespace hubsim::build_rules {

void register_greeting_evening(Registry& registry);

void register_greeting_evening(Registry& registry) { registry.emplace_back("good evening"); }

}  // namespace hubsim::build_rules
