// Formula tree: what the parser of formula.h makes and its evaluator walks. Private to the two.
// Threads: plain values. Invariant: the number of children fits the kind and the function.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "hubspot/rules/formula.h"

namespace hubsim::hubspot {

enum class FormulaKind { number, text, boolean, property, negate, invert, binary, call, choose };

enum class FormulaOperator {
  none,
  add,
  subtract,
  multiply,
  divide,
  equal,
  not_equal,
  less,
  greater,
  less_or_equal,
  greater_or_equal,
  both,
  either,
};

enum class FormulaFunction {
  none,
  maximum,
  minimum,
  is_present,
  contains,
  concatenate,
  number_to_string,
  string_to_number,
};

struct FormulaNode {
  FormulaKind kind = FormulaKind::number;
  FormulaType type = FormulaType::any;
  FormulaOperator op = FormulaOperator::none;
  FormulaFunction function = FormulaFunction::none;
  double number = 0;
  std::string text;  ///< of a text constant; the name of a property
  /// choose: condition, value, condition, value, ..., and the else value when their count is odd.
  std::vector<FormulaNode> children;
};

struct FormulaSignature {
  std::string_view name;
  FormulaFunction function;
  std::size_t least;
  std::size_t most;
  FormulaType argument;
  FormulaType result;
};
inline constexpr std::array<FormulaSignature, 7> formula_functions{
    {{"max", FormulaFunction::maximum, 2, 100, FormulaType::number, FormulaType::number},
     {"min", FormulaFunction::minimum, 2, 100, FormulaType::number, FormulaType::number},
     {"is_present", FormulaFunction::is_present, 1, 1, FormulaType::any, FormulaType::boolean},
     {"contains", FormulaFunction::contains, 2, 2, FormulaType::text, FormulaType::boolean},
     {"concatenate", FormulaFunction::concatenate, 2, 100, FormulaType::text, FormulaType::text},
     {"number_to_string", FormulaFunction::number_to_string, 1, 1, FormulaType::number,
      FormulaType::text},
     {"string_to_number", FormulaFunction::string_to_number, 1, 1, FormulaType::text,
      FormulaType::number}}};

}  // namespace hubsim::hubspot
