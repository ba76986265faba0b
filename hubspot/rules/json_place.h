// Where a value stands in a JSON text, as HubSpot's parser tells it: line and column of its first
// byte, columns counted in bytes from 1 (behaviour reference 0 and 3.3).
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace hubsim::hubspot {

struct JsonPlace {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// Of the value at `path`, "/inputs/0/properties" ("" is the whole text); where the path leaves the
/// text, the deepest value it reaches. `body` must be valid JSON.
[[nodiscard]] JsonPlace place_of(std::string_view body, std::string_view path);
/// Of the last byte: where the parser noticed that fields were missing.
[[nodiscard]] JsonPlace place_of_end(std::string_view body);

}  // namespace hubsim::hubspot
