#include "tests/build_rules/registry.h"

namespace hubsim::build_rules {

void register_greeting_morning(Registry& registry);

void register_greeting_morning(Registry& registry) { registry.emplace_back("good morning"); }

}  // namespace hubsim::build_rules
