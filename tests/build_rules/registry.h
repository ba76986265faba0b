// Registry of greetings: the smallest family there can be, to test what hubsim_registry generates.
#pragma once

#include <string>
#include <vector>

namespace hubsim::build_rules {

using Registry = std::vector<std::string>;

void register_all_greetings(Registry& registry);  // generated

}  // namespace hubsim::build_rules
