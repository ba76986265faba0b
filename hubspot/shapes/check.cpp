#include "hubspot/shapes/check.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::hubspot {

namespace {

using Kind = ShapeProblem::Kind;

class Checker {
 public:
  Checker(CheckRules rules, std::vector<ShapeProblem>& problems)
      : rules_(rules), problems_(problems) {}

  void check(const Json& value, Shape shape, const std::string& path, const std::string& name) {
    if (!shape || problems_.size() >= max_problems) {
      return;
    }
    switch (shape.kind()) {
      case ShapeKind::any:
        return;
      case ShapeKind::object:
        return check_object(value, shape, path, name);
      case ShapeKind::array:
        return check_array(value, shape, path, name);
      case ShapeKind::map:
        return check_map(value, shape, path, name);
      case ShapeKind::one_of:
        return check_alternatives(value, shape, path, name);
      case ShapeKind::string:
      case ShapeKind::integer:
      case ShapeKind::number:
      case ShapeKind::boolean:
        return check_scalar(value, shape, path, name);
    }
  }

 private:
  void add(Kind kind, const std::string& path, const std::string& name, Shape wanted) {
    if (problems_.size() < max_problems) {
      problems_.push_back({.kind = kind, .path = path, .name = name, .wanted = wanted});
    }
  }

  void check_object(const Json& value, Shape shape, const std::string& path,
                    const std::string& name) {
    if (!value.is_object()) {
      return add(Kind::wrong_type, path, name, shape);
    }
    for (const Field field : shape.fields()) {
      check_field(value, field, path);
    }
    const Shape others = shape.element();
    for (const auto& [key, member] : value.items()) {
      if (shape.field(key)) {
        continue;
      }
      const std::string place = path + "/" + json::pointer_token(key);
      if (others) {
        check(member, others, place, key);
      } else if (rules_.unknown_fields) {
        add(Kind::unknown_field, place, key, {});
      }
    }
  }

  void check_field(const Json& object, const Field& field, const std::string& path) {
    const Json* member = json::find(object, field.name);
    const std::string name(field.name);
    const std::string place = path + "/" + json::pointer_token(field.name);
    const bool absent = member == nullptr || (rules_.lenient && member->is_null());
    if (absent) {
      if (field.required && rules_.required) {
        add(Kind::missing, path, name, field.shape);
      }
      return;
    }
    if (member->is_null() && (field.nullable || !field.required)) {
      return;
    }
    check(*member, field.shape, place, name);
  }

  void check_array(const Json& value, Shape shape, const std::string& path,
                   const std::string& name) {
    if (!value.is_array()) {
      return add(Kind::wrong_type, path, name, shape);
    }
    const Shape element = shape.element();
    for (std::size_t i = 0; element && i < value.size(); ++i) {
      check(value[i], element, path + "/" + std::to_string(i), name);
    }
  }

  void check_map(const Json& value, Shape shape, const std::string& path, const std::string& name) {
    if (!value.is_object()) {
      return add(Kind::wrong_type, path, name, shape);
    }
    const Shape element = shape.element();
    if (!element) {
      return;
    }
    for (const auto& [key, member] : value.items()) {
      if (!(rules_.lenient && member.is_null())) {
        check(member, element, path + "/" + json::pointer_token(key), key);
      }
    }
  }

  /// One that holds suffices; where none does, the one with the fewest problems speaks.
  void check_alternatives(const Json& value, Shape shape, const std::string& path,
                          const std::string& name) {
    std::vector<ShapeProblem> fewest;
    bool first = true;
    for (const Shape each : shape.alternatives()) {
      std::vector<ShapeProblem> found;
      Checker(rules_, found).check(value, each, path, name);
      if (found.empty()) {
        return;
      }
      if (first || found.size() < fewest.size()) {
        fewest = std::move(found);
        first = false;
      }
    }
    for (ShapeProblem& problem : fewest) {
      add(problem.kind, problem.path, problem.name, problem.wanted);
    }
  }

  void check_scalar(const Json& value, Shape shape, const std::string& path,
                    const std::string& name) {
    if (!fits(value, shape)) {
      return add(Kind::wrong_type, path, name, shape);
    }
    if (shape.value_count() == 0) {
      return;
    }
    const std::string text = json::text_of(value);
    for (const std::string_view known : shape.values()) {
      if (known == text) {
        return;
      }
    }
    add(Kind::unknown_value, path, name, shape);
  }

  [[nodiscard]] bool fits(const Json& value, Shape shape) const {
    return rules_.lenient ? fits_leniently(value, shape) : fits_exactly(value, shape);
  }

  static bool fits_exactly(const Json& value, Shape shape) {
    switch (shape.kind()) {
      case ShapeKind::integer:
        return value.is_number_integer();
      case ShapeKind::number:
        return value.is_number();
      case ShapeKind::boolean:
        return value.is_boolean();
      default:
        break;
    }
    const bool is_time =
        shape.format() == ShapeFormat::date_time || shape.format() == ShapeFormat::date;
    return value.is_string() && (!is_time || parse_iso8601(value.get_ref<const std::string&>()));
  }

  static bool fits_leniently(const Json& value, Shape shape) {
    if (value.is_structured() || value.is_null()) {
      return false;
    }
    const std::string text = json::text_of(value);
    switch (shape.kind()) {
      case ShapeKind::integer:
        return (value.is_number() || parse_int(text) || parse_uint(text)) && !value.is_boolean();
      case ShapeKind::number:
        return (value.is_number() || parse_double(text)) && !value.is_boolean();
      case ShapeKind::boolean:
        return text == "true" || text == "false";
      default:
        return true;
    }
  }

  CheckRules rules_;
  std::vector<ShapeProblem>& problems_;
};

}  // namespace

std::vector<ShapeProblem> check_shape(const Json& value, Shape shape, CheckRules rules) {
  std::vector<ShapeProblem> problems;
  Checker(rules, problems).check(value, shape, "", "");
  return problems;
}

std::string describe(const ShapeProblem& problem) {
  const std::string place = problem.path.empty() ? "(whole)" : problem.path;
  switch (problem.kind) {
    case Kind::missing:
      return place + ": field '" + problem.name + "' is missing";
    case Kind::unknown_field:
      return place + ": unknown field";
    case Kind::unknown_value:
      return place + ": not one of the known values";
    case Kind::wrong_type:
      break;
  }
  return place + ": wanted " + std::string(shape_kind_name(problem.wanted.kind())) + " " +
         std::string(problem.wanted.name());
}

}  // namespace hubsim::hubspot
