// The ids of all options, from the table; what asks for an option by name includes this.
// Threads: constants.
#pragma once

#include "hubspot/rules/options.h"

namespace hubsim::hubspot {

enum class Option : std::uint16_t {
#define HUBSIM_OPTION(id, name, values, evidence, help) id,
#include "hubspot/rules/options.def"
#undef HUBSIM_OPTION
};

}  // namespace hubsim::hubspot
