// Examples: bodies that a shape accepts, with every required field, one item in each required list,
// and ids of things that exist where a body names things.
// Threads: pure.
#pragma once

#include <string>

#include "common/json/json.h"
#include "common/time/clock.h"
#include "hubspot/catalogue/catalogue.h"

namespace hubsim::contract {

struct ExampleWishes {
  std::uint64_t seed = 0;
  /// Of an item that exists; put where the body names one. Empty: nowhere.
  std::string id;
  Instant now{};
};
[[nodiscard]] Json example_body(const hubspot::OperationRow& row, const ExampleWishes& wishes);

/// The id in an answer, whatever its field is called; "" when there is none.
[[nodiscard]] std::string id_in(const Json& answer, std::string_view id_param);

}  // namespace hubsim::contract
