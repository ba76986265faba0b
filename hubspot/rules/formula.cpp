#include "hubspot/rules/formula.h"

#include <charconv>
#include <cmath>
#include <variant>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/formula_tree.h"
#include "hubspot/rules/property_values.h"

namespace hubsim::hubspot {

namespace {

/// Nothing, a number, a text or a boolean.
using Value = std::variant<std::monostate, double, std::string, bool>;

bool is_empty(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return std::holds_alternative<std::monostate>(value) || (text != nullptr && text->empty());
}

/// As short as it can be without loss: "600", "362.5".
std::string number_text(double number) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return {digits, end};
}

Value finite(double number) { return std::isfinite(number) ? Value(number) : Value(); }

Value shortened(std::string text) {
  return text.size() > max_value_length ? Value() : Value(std::move(text));
}

/// Dates count as epoch milliseconds.
Value as_number(const std::string& text) {
  if (const auto number = parse_double(text)) {
    return finite(*number);
  }
  const auto instant = parse_iso8601(text);
  return instant ? Value(static_cast<double>(to_unix_ms(*instant))) : Value();
}

bool is_true(const Value& value) {
  const bool* flag = std::get_if<bool>(&value);
  return flag != nullptr && *flag;
}

class Evaluator {
 public:
  explicit Evaluator(const ValueOf& value_of) : value_of_(value_of) {}

  [[nodiscard]] Value evaluate(const FormulaNode& node) const {
    switch (node.kind) {
      case FormulaKind::number:
        return node.number;
      case FormulaKind::text:
        return node.text;
      case FormulaKind::boolean:
        return node.number != 0;
      case FormulaKind::property:
        return property(node);
      case FormulaKind::negate:
        return negate(evaluate(node.children[0]));
      case FormulaKind::invert:
        return !is_true(evaluate(node.children[0]));
      case FormulaKind::binary:
        return binary(node);
      case FormulaKind::call:
        return call(node);
      case FormulaKind::choose:
        return choose(node);
    }
    return {};
  }

 private:
  [[nodiscard]] Value property(const FormulaNode& node) const {
    const auto text = value_of_(node.text);
    if (!text || text->empty()) {
      return {};
    }
    switch (node.type) {
      case FormulaType::number:
        return as_number(*text);
      case FormulaType::boolean:
        return *text == "true";
      case FormulaType::text:
      case FormulaType::any:
        break;
    }
    return *text;
  }

  static Value negate(const Value& value) {
    const double* number = std::get_if<double>(&value);
    return number != nullptr ? Value(-*number) : Value();
  }

  [[nodiscard]] Value binary(const FormulaNode& node) const {
    const Value left = evaluate(node.children[0]);
    if (node.op == FormulaOperator::both) {
      return is_true(left) && is_true(evaluate(node.children[1]));
    }
    if (node.op == FormulaOperator::either) {
      return is_true(left) || is_true(evaluate(node.children[1]));
    }
    const Value right = evaluate(node.children[1]);
    return node.type == FormulaType::boolean ? compare(node.op, left, right)
                                             : arithmetic(node.op, left, right);
  }

  static Value compare(FormulaOperator op, const Value& left, const Value& right) {
    if (std::holds_alternative<std::monostate>(left) ||
        std::holds_alternative<std::monostate>(right) || left.index() != right.index()) {
      return {};
    }
    switch (op) {
      case FormulaOperator::equal:
        return left == right;
      case FormulaOperator::not_equal:
        return left != right;
      case FormulaOperator::less:
        return left < right;
      case FormulaOperator::greater:
        return left > right;
      case FormulaOperator::less_or_equal:
        return left <= right;
      default:
        return left >= right;
    }
  }

  static Value arithmetic(FormulaOperator op, const Value& left, const Value& right) {
    if (op == FormulaOperator::add && std::holds_alternative<std::string>(left) &&
        std::holds_alternative<std::string>(right)) {
      return shortened(std::get<std::string>(left) + std::get<std::string>(right));
    }
    const double* a = std::get_if<double>(&left);
    const double* b = std::get_if<double>(&right);
    if (a == nullptr || b == nullptr) {
      return {};
    }
    switch (op) {
      case FormulaOperator::add:
        return finite(*a + *b);
      case FormulaOperator::subtract:
        return finite(*a - *b);
      case FormulaOperator::multiply:
        return finite(*a * *b);
      default:
        return *b == 0 ? Value() : finite(*a / *b);
    }
  }

  [[nodiscard]] Value call(const FormulaNode& node) const {
    switch (node.function) {
      case FormulaFunction::maximum:
      case FormulaFunction::minimum:
        return extreme(node);
      case FormulaFunction::is_present:
        return !is_empty(evaluate(node.children[0]));
      case FormulaFunction::contains:
        return text_of(node, 0).find(text_of(node, 1)) != std::string::npos;
      case FormulaFunction::concatenate:
        return concatenate(node);
      case FormulaFunction::number_to_string: {
        const Value value = evaluate(node.children[0]);
        const double* number = std::get_if<double>(&value);
        return number != nullptr ? Value(number_text(*number)) : Value();
      }
      case FormulaFunction::string_to_number: {
        const auto number = parse_double(trim(text_of(node, 0)));
        return number ? finite(*number) : Value();
      }
      case FormulaFunction::none:
        break;
    }
    return {};
  }

  [[nodiscard]] std::string text_of(const FormulaNode& node, std::size_t index) const {
    Value value = evaluate(node.children[index]);
    auto* text = std::get_if<std::string>(&value);
    return text != nullptr ? std::move(*text) : std::string();
  }

  [[nodiscard]] Value extreme(const FormulaNode& node) const {
    Value best;
    for (const FormulaNode& child : node.children) {
      const Value value = evaluate(child);
      const double* number = std::get_if<double>(&value);
      const double* known = std::get_if<double>(&best);
      if (number != nullptr &&
          (known == nullptr ||
           (node.function == FormulaFunction::maximum ? *number > *known : *number < *known))) {
        best = *number;
      }
    }
    return best;
  }

  [[nodiscard]] Value concatenate(const FormulaNode& node) const {
    std::string all;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      all += text_of(node, i);
      if (all.size() > max_value_length) {
        return {};
      }
    }
    return all;
  }

  [[nodiscard]] Value choose(const FormulaNode& node) const {
    const auto& all = node.children;
    for (std::size_t i = 0; i + 1 < all.size(); i += 2) {
      if (is_true(evaluate(all[i]))) {
        return evaluate(all[i + 1]);
      }
    }
    return all.size() % 2 == 1 ? evaluate(all.back()) : Value();
  }

  const ValueOf& value_of_;
};

}  // namespace

FormulaType Formula::type() const { return root_->type; }

std::optional<std::string> Formula::evaluate(const ValueOf& value_of) const {
  Value value = Evaluator(value_of).evaluate(*root_);
  if (is_empty(value)) {
    return std::nullopt;
  }
  if (const double* number = std::get_if<double>(&value)) {
    return number_text(*number);
  }
  if (const bool* flag = std::get_if<bool>(&value)) {
    return *flag ? "true" : "false";
  }
  return std::move(std::get<std::string>(value));
}

}  // namespace hubsim::hubspot
