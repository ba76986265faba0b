#include "mock_server/operations/crm/property_formula.h"

#include <algorithm>
#include <map>
#include <optional>

#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

using hubspot::Formula;
using hubspot::FormulaInput;
using hubspot::FormulaType;
using portal::ObjectType;
using portal::Property;

ApiError formula_error(std::string message) {
  ApiError error = choices::validation(std::move(message));
  error.sub_category = "PropertyValidationError.INVALID_CALCULATION_FORMULA";
  return error;
}

bool fits(FormulaType wanted, const std::string& type) {
  switch (wanted) {
    case FormulaType::number:
      return type == "number" || type == "date" || type == "datetime";
    case FormulaType::boolean:
      return type == "bool";
    case FormulaType::text:
      return type == "string" || type == "enumeration" || type == "phone_number";
    case FormulaType::any:
      break;
  }
  return true;
}

/// A formula yields what its property holds.
bool yields(FormulaType type, const std::string& property_type) {
  switch (type) {
    case FormulaType::number:
      return property_type == "number";
    case FormulaType::boolean:
      return property_type == "bool";
    case FormulaType::text:
      return property_type == "string" || property_type == "enumeration";
    case FormulaType::any:
      break;
  }
  return true;
}

/// What evaluating calculated properties costs at most, found once for each. Formulas that build on
/// each other multiply: without a bound a short chain would keep the portal busy for ever.
class Costs {
 public:
  static constexpr std::size_t most = 1'000'000;

  explicit Costs(const ObjectType& type) : type_(type) {}

  /// Nothing when the formulas lead back to `name`, or the bound is passed.
  std::optional<std::size_t> of(const std::string& name, const Formula& formula) {
    const auto [entry, fresh] = known_.try_emplace(name, std::nullopt);
    if (!fresh) {
      return entry->second;  // still nothing where this is a circle
    }
    std::size_t dearest = 0;
    for (const FormulaInput& input : formula.inputs()) {
      const auto index = type_.property_index(input.name);
      const Formula* next = index ? type_.property(*index).formula.get() : nullptr;
      const auto cost = next != nullptr ? of(input.name, *next) : std::optional<std::size_t>(0);
      if (!cost) {
        return std::nullopt;
      }
      dearest = std::max(dearest, *cost);
    }
    const std::size_t cost = formula.size() * (dearest + 1);
    return cost > most ? std::nullopt : known_[name] = cost;
  }

 private:
  const ObjectType& type_;
  std::map<std::string, std::optional<std::size_t>> known_;
};

/// The new formula and those that build on it must all stay cheap and without circles.
bool costs_are_bounded(const ObjectType& type, const std::string& name, const Formula& formula) {
  Costs costs(type);
  if (!costs.of(name, formula)) {
    return false;
  }
  return std::all_of(type.properties().begin(), type.properties().end(), [&](const Property& each) {
    return each.formula == nullptr || each.archived || costs.of(each.fact.name, *each.formula);
  });
}

std::optional<ApiError> check_inputs(const ObjectType& type, const Formula& formula,
                                     const Property& property) {
  for (const FormulaInput& input : formula.inputs()) {
    if (input.name == property.fact.name) {
      return formula_error("A calculation formula may not read its own property");
    }
    const auto index = type.property_index(input.name);
    if (!index || type.property(*index).archived) {
      return hubspot::property_missing(input.name);  // 404 (T live 2026-10)
    }
    if (!fits(input.type, type.property(*index).fact.type)) {
      return formula_error(
          "Property '" + input.name + "' of type " + type.property(*index).fact.type +
          " cannot be read that way; write string(" + input.name + ") or bool(" + input.name + ")");
    }
  }
  if (!costs_are_bounded(type, property.fact.name, formula)) {
    return formula_error(
        "The calculation formula leads back to its own property, or costs too much");
  }
  return std::nullopt;
}

}  // namespace

Read<Property> with_formula(const ObjectType& type, Property property) {
  hubspot::PropertyFact& fact = property.fact;
  if (fact.calculation_formula.empty()) {
    if (fact.field_type == "calculation_equation" && !fact.hubspot_defined) {
      return Failure{
          formula_error("A property of field type calculation_equation needs a "
                        "calculationFormula")};
    }
    return property;
  }
  auto formula = Formula::parse(fact.calculation_formula);
  if (!formula.ok()) {
    return Failure{formula_error("Invalid calculation formula at character " +
                                 std::to_string(formula.error().position) + ": " +
                                 formula.error().message)};
  }
  if (!yields(formula->type(), fact.type)) {
    return Failure{
        formula_error("The calculation formula does not yield a value of type " + fact.type)};
  }
  if (auto error = check_inputs(type, *formula, property)) {
    return Failure{std::move(*error)};
  }
  fact.calculated = true;
  property.derived = portal::Derived::formula;
  property.formula = std::make_shared<const Formula>(std::move(*formula));
  return property;
}

std::vector<std::string> formulas_reading(const ObjectType& type, std::string_view name) {
  std::vector<std::string> readers;
  for (const Property& property : type.properties()) {
    if (property.formula == nullptr || property.archived) {
      continue;
    }
    const auto& inputs = property.formula->inputs();
    if (std::any_of(inputs.begin(), inputs.end(),
                    [&](const FormulaInput& input) { return input.name == name; })) {
      readers.push_back(property.fact.name);
    }
  }
  return readers;
}

}  // namespace hubsim::operations
