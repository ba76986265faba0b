#include "common/config/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::config {

namespace {

struct OpName {
  Condition::Op op;
  std::string_view name;
};
// Two-letter operators first, so that "<=" is not read as "<".
constexpr std::array<OpName, 6> ops{{{Condition::Op::less_equal, "<="},
                                     {Condition::Op::greater_equal, ">="},
                                     {Condition::Op::equal, "=="},
                                     {Condition::Op::less, "<"},
                                     {Condition::Op::greater, ">"},
                                     {Condition::Op::equal, "="}}};

struct Call {
  std::string_view name;
  std::vector<std::string_view> arguments;
};

/// "uniform(1s, 2s)" -> {uniform, [1s, 2s]}; nothing when it is not of that form.
std::optional<Call> parse_call(std::string_view text) {
  const auto open = text.find('(');
  if (open == std::string_view::npos || text.back() != ')') {
    return std::nullopt;
  }
  Call call{.name = trim(text.substr(0, open)), .arguments = {}};
  for (const auto part : split(text.substr(open + 1, text.size() - open - 2), ',')) {
    call.arguments.push_back(trim(part));
  }
  return call;
}

constexpr std::string_view distribution_forms =
    "write a time with its unit ('200ms'), 'uniform(100ms, 400ms)' or 'lognormal(200ms, 0.5)'";

}  // namespace

Duration Distribution::sample(Prng& prng) const {
  switch (shape) {
    case Shape::constant:
      return first;
    case Shape::uniform: {
      const auto width = static_cast<double>((second - first).count());
      return first + Duration(std::llround(prng.uniform() * width));
    }
    case Shape::lognormal: {
      // Cut at a thousand medians: a draw beyond that says nothing and would stall a run.
      const double factor = std::min(std::exp(sigma * prng.normal()), 1000.0);
      return Duration(std::llround(static_cast<double>(first.count()) * factor));
    }
  }
  return first;
}

Duration Distribution::median() const {
  return shape == Shape::uniform ? (first + second) / 2 : first;
}

bool Condition::holds(double value) const {
  switch (op) {
    case Op::less:
      return value < bound;
    case Op::less_equal:
      return value <= bound;
    case Op::greater:
      return value > bound;
    case Op::greater_equal:
      return value >= bound;
    case Op::equal:
      return value == bound;
  }
  return false;
}

std::string Condition::text() const {
  const auto* name =
      std::find_if(ops.begin(), ops.end(), [&](const auto& o) { return o.op == op; });
  const std::string value = is_duration ? format_duration(Duration(std::llround(bound * 1000)))
                                        : fmt::format("{:g}", bound);
  return fmt::format("{} {}", name->name, value);
}

Result<Distribution> parse_distribution(std::string_view text) {
  text = trim(text);
  if (const auto plain = parse_duration(text)) {
    return Distribution{.first = *plain};
  }
  const auto call = text.empty() ? std::nullopt : parse_call(text);
  if (!call || call->arguments.size() != 2) {
    return Failure{std::string(distribution_forms)};
  }
  const auto first = parse_duration(call->arguments[0]);
  if (call->name == "uniform") {
    const auto second = parse_duration(call->arguments[1]);
    if (first && second && *first <= *second) {
      return Distribution{
          .shape = Distribution::Shape::uniform, .first = *first, .second = *second};
    }
  }
  if (call->name == "lognormal") {
    const auto sigma = parse_double(call->arguments[1]);
    if (first && sigma && *sigma >= 0 && *sigma <= 5) {
      return Distribution{
          .shape = Distribution::Shape::lognormal, .first = *first, .sigma = *sigma};
    }
  }
  return Failure{std::string(distribution_forms)};
}

Result<Condition> parse_condition(std::string_view text) {
  text = trim(text);
  Condition condition;
  for (const auto& [op, name] : ops) {
    if (text.starts_with(name)) {
      condition.op = op;
      text = trim(text.substr(name.size()));
      break;
    }
  }
  if (const auto duration = parse_duration(text)) {
    condition.bound = static_cast<double>(duration->count()) / 1000.0;
    condition.is_duration = true;
    return condition;
  }
  const bool percent = text.ends_with('%');
  const auto number = parse_double(percent ? text.substr(0, text.size() - 1) : text);
  if (!number) {
    return Failure{std::string("write a bound such as '< 300ms', '>= 200' or '0'")};
  }
  condition.bound = percent ? *number / 100.0 : *number;
  return condition;
}

std::optional<double> parse_rate(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    return std::nullopt;
  }
  const auto count = parse_double(trim(text.substr(0, slash)));
  const auto unit = trim(text.substr(slash + 1));
  const double seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (!count || *count < 0 || seconds == 0) {
    return std::nullopt;
  }
  return *count / seconds;
}

std::optional<double> parse_share(const Json& value) {
  std::optional<double> share;
  if (value.is_number()) {
    share = value.get<double>();
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    const bool percent = text.ends_with('%');
    share = parse_double(percent ? std::string_view(text).substr(0, text.size() - 1) : text);
    if (share && percent) {
      *share /= 100.0;
    }
  }
  return share && *share >= 0 && *share <= 1 ? share : std::nullopt;
}

template <class T>
const T& Settings::get(std::string_view name) const {
  const auto it = values_.find(name);
  HUBSIM_ASSERT(it != values_.end());
  const T* value = std::get_if<T>(&it->second);
  HUBSIM_ASSERT(value != nullptr);
  return *value;
}

bool Settings::has(std::string_view name) const { return values_.find(name) != values_.end(); }
const std::string& Settings::text(std::string_view name) const { return get<std::string>(name); }
std::int64_t Settings::integer(std::string_view name) const { return get<std::int64_t>(name); }
double Settings::number(std::string_view name) const { return get<double>(name); }
bool Settings::boolean(std::string_view name) const { return get<bool>(name); }
Duration Settings::duration(std::string_view name) const { return get<Duration>(name); }
double Settings::rate_per_second(std::string_view name) const { return get<double>(name); }
double Settings::share(std::string_view name) const { return get<double>(name); }
const Distribution& Settings::distribution(std::string_view name) const {
  return get<Distribution>(name);
}
const Condition& Settings::condition(std::string_view name) const { return get<Condition>(name); }
const std::vector<std::string>& Settings::text_list(std::string_view name) const {
  return get<std::vector<std::string>>(name);
}
const Json& Settings::json(std::string_view name) const { return get<Json>(name); }

/// Reads one object by a field table; a class only because Settings' values are its own.
class SettingsReader {
 public:
  SettingsReader(const Fields& fields, const std::string& pointer, Problems& problems)
      : fields_(fields), pointer_(pointer), problems_(problems) {}

  Settings read(const Json& object, const std::vector<std::string>& also_known) {
    if (!object.is_object()) {
      problem("", "expected a mapping of settings");
      return std::move(settings_);
    }
    refuse_unknown(object, also_known);
    for (const Field& field : fields_) {
      const Json* value = json::find(object, field.name);
      if (value != nullptr) {
        read_field(field, *value);
      } else if (field.required) {
        problem("", "'" + field.name + "' is missing: " + field.help);
      } else if (!field.default_value.empty()) {
        read_field(field, default_json(field));
      }
    }
    return std::move(settings_);
  }

 private:
  void problem(const std::string& key, std::string message) {
    problems_.push_back(
        {key.empty() ? pointer_ : pointer_ + "/" + json::pointer_token(key), std::move(message)});
  }

  void refuse_unknown(const Json& object, const std::vector<std::string>& also_known) {
    std::vector<std::string> known = also_known;
    for (const Field& field : fields_) {
      known.push_back(field.name);
    }
    for (const auto& [key, value] : object.items()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        problem(key, "unknown key '" + key + "'" + did_you_mean(key, known) +
                         "; known: " + join(known, ", "));
      }
    }
  }

  static Json default_json(const Field& field) {
    switch (field.type) {
      case Type::integer:
        return Json(parse_int(field.default_value).value_or(0));
      case Type::number:
        return Json(parse_double(field.default_value).value_or(0));
      case Type::boolean:
        return Json(field.default_value == "true");
      case Type::any:
        return json::parse(field.default_value).value();
      default:
        return Json(field.default_value);
    }
  }

  void store(const Field& field, Settings::Value value) {
    settings_.values_.insert_or_assign(field.name, std::move(value));
  }

  void read_field(const Field& field, const Json& value) {
    switch (field.type) {
      case Type::text:
        return read_text(field, value);
      case Type::integer:
      case Type::number:
        return read_number(field, value);
      case Type::boolean:
        return value.is_boolean() ? store(field, value.get<bool>())
                                  : problem(field.name, "expected true or false");
      case Type::duration:
      case Type::rate:
      case Type::share:
        return read_quantity(field, value);
      case Type::distribution:
      case Type::condition:
        return read_expression(field, value);
      case Type::text_list:
        return read_text_list(field, value);
      case Type::any:
        return store(field, value);
    }
  }

  void read_text(const Field& field, const Json& value) {
    const std::string text = json::text_of(value);
    if (value.is_structured() || value.is_null()) {
      return problem(field.name, "expected a text");
    }
    const auto& choices = field.choices;
    if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
      return problem(field.name, "'" + text + "' is not one of " + join(choices, ", ") +
                                     did_you_mean(text, choices));
    }
    store(field, text);
  }

  void read_number(const Field& field, const Json& value) {
    const bool integer = field.type == Type::integer;
    if (integer ? !value.is_number_integer() : !value.is_number()) {
      return problem(field.name, integer ? "expected a whole number" : "expected a number");
    }
    const auto number = value.get<double>();
    if ((field.min && number < *field.min) || (field.max && number > *field.max)) {
      return problem(field.name, fmt::format("{:g} is out of range [{}, {}]", number,
                                             field.min ? fmt::format("{:g}", *field.min) : "-inf",
                                             field.max ? fmt::format("{:g}", *field.max) : "inf"));
    }
    if (integer) {
      return store(field, value.get<std::int64_t>());
    }
    store(field, number);
  }

  void read_quantity(const Field& field, const Json& value) {
    const std::string text = json::text_of(value);
    if (field.type == Type::share) {
      const auto share = parse_share(value);
      return share ? store(field, *share)
                   : problem(field.name, "expected a share such as '30%' (0% to 100%)");
    }
    if (field.type == Type::rate) {
      const auto rate = parse_rate(text);
      return rate ? store(field, *rate)
                  : problem(field.name, "expected a rate with its unit, such as '500/s'");
    }
    const auto duration = parse_duration(text);
    return duration
               ? store(field, *duration)
               : problem(field.name, "expected a time with its unit, such as '60s' or '500ms'");
  }

  void read_expression(const Field& field, const Json& value) {
    const std::string text = json::text_of(value);
    if (field.type == Type::distribution) {
      auto parsed = parse_distribution(text);
      return parsed.ok() ? store(field, *parsed) : problem(field.name, parsed.error());
    }
    auto parsed = parse_condition(text);
    return parsed.ok() ? store(field, *parsed) : problem(field.name, parsed.error());
  }

  void read_text_list(const Field& field, const Json& value) {
    std::vector<std::string> list;
    if (value.is_array()) {
      for (const Json& item : value) {
        if (item.is_structured() || item.is_null()) {
          return problem(field.name, "expected a list of texts");
        }
        list.push_back(json::text_of(item));
      }
    } else if (!value.is_structured() && !value.is_null()) {
      list.push_back(json::text_of(value));
    } else {
      return problem(field.name, "expected a text or a list of texts");
    }
    for (const std::string& text : list) {
      const auto& choices = field.choices;
      if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
        return problem(field.name, "'" + text + "' is not one of " + join(choices, ", ") +
                                       did_you_mean(text, choices));
      }
    }
    store(field, std::move(list));
  }

  const Fields& fields_;
  std::string pointer_;
  Problems& problems_;
  Settings settings_;
};

Settings read_settings(const Fields& fields, const Json& object, const std::string& pointer,
                       Problems& problems, const std::vector<std::string>& also_known) {
  return SettingsReader(fields, pointer, problems).read(object, also_known);
}

}  // namespace hubsim::config
