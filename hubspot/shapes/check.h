// Shape check: whether a JSON value is what a shape says, and everything that is wrong with it.
// Why here: the mock validates requests with it, the contract suite judges answers with it, and
// both must read a shape alike.
// Threads: pure. Invariant: at most max_problems are told; a value nested deeper than the shapes
// is not looked into.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "hubspot/catalogue/shape.h"

namespace hubsim::hubspot {

struct ShapeProblem {
  enum class Kind { wrong_type, unknown_value, missing, unknown_field };
  Kind kind = Kind::wrong_type;
  std::string path;  ///< JSON pointer of the value; of the object where a field is missing
  std::string name;  ///< of the field
  Shape wanted{};    ///< of the value; false for an unknown field
};

struct CheckRules {
  bool required = true;         ///< fields that must be there are
  bool unknown_fields = false;  ///< fields that the shape does not name are problems
  /// Scalars are turned into each other as Jackson does ("5" is an integer), and null is as good as
  /// absent. For requests; answers are judged without.
  bool lenient = true;
};

inline constexpr std::size_t max_problems = 50;

[[nodiscard]] std::vector<ShapeProblem> check_shape(const Json& value, Shape shape,
                                                    CheckRules rules = {});

/// "/results/0/id: wanted a string"; for people.
[[nodiscard]] std::string describe(const ShapeProblem& problem);

}  // namespace hubsim::hubspot
