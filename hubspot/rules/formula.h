// Formula: HubSpot's language for calculated properties, parsed once and evaluated for each record:
// numbers, texts and booleans; + - * /; = != < > <= >= equals; and, or, not; if/then/elseif/else/
// endif; string(), bool(), max, min, is_present, contains, concatenate, number_to_string,
// string_to_number (behaviour reference 4.10, D). Keywords ignore case.
// A bare name is a number property (dates count as epoch milliseconds), string(name) a text one,
// bool(name) a boolean one. A missing operand makes arithmetic and comparison empty, and `if` takes
// its else branch; max and min look at what is there (I: the reference does not say).
// Threads: immutable once parsed; evaluation is pure.
// Limits: 10,000 characters, 500 nodes, 40 levels; a text result ends at 65,536 characters.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "hubspot/rules/derived_values.h"

namespace hubsim::hubspot {

struct FormulaNode;

/// What an expression yields; `any` where an `if` has branches of different kinds.
enum class FormulaType { any, number, text, boolean };

struct FormulaError {
  std::size_t position = 1;  ///< character of the formula, from 1
  std::string message;
};

/// A property the formula reads, and as what.
struct FormulaInput {
  std::string name;
  FormulaType type = FormulaType::any;
  auto operator<=>(const FormulaInput&) const = default;
};

class Formula {
 public:
  static constexpr std::size_t max_length = 10'000;
  static constexpr std::size_t max_nodes = 500;
  static constexpr std::size_t max_depth = 40;

  [[nodiscard]] static Result<Formula, FormulaError> parse(std::string_view text);

  /// The value as HubSpot shows it; nothing when it has none (an operand is missing, x/0).
  [[nodiscard]] std::optional<std::string> evaluate(const ValueOf& value_of) const;
  [[nodiscard]] FormulaType type() const;
  /// Sorted, each once.
  [[nodiscard]] const std::vector<FormulaInput>& inputs() const noexcept { return inputs_; }
  /// How many steps an evaluation takes at most, its inputs not counted.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  Formula(std::shared_ptr<const FormulaNode> root, std::vector<FormulaInput> inputs,
          std::size_t size)
      : root_(std::move(root)), inputs_(std::move(inputs)), size_(size) {}

  std::shared_ptr<const FormulaNode> root_;
  std::vector<FormulaInput> inputs_;
  std::size_t size_ = 0;
};

}  // namespace hubsim::hubspot
