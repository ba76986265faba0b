// Field tables: each pluggable behaviour (fault, latency, workload, driver, check, observer)
// states its settings once as a table; the table yields the reader (all problems at once, each
// with a JSON pointer), the JSON Schema and the help text. Whoever has positions (the YAML loader)
// turns pointers into file:line:column.
// Threads: plain values. Units: durations and rates carry theirs in the text ("60s", "500/s").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "common/random/prng.h"
#include "common/time/clock.h"

namespace hubsim::config {

/// Something wrong with the input, where, and what to do about it.
struct Problem {
  std::string pointer;
  std::string message;
};
using Problems = std::vector<Problem>;

enum class Type {
  text,
  integer,
  number,
  boolean,
  duration,
  rate,          ///< "500/s", "10/m"
  share,         ///< "30%" or 0.3; in [0, 1]
  distribution,  ///< "200ms", "uniform(100ms, 400ms)", "lognormal(200ms, 0.5)"
  condition,     ///< "< 300ms", ">= 200", "0" (means "<= 0")
  text_list,     ///< one text or a list of texts
  any,           ///< kept as JSON; its owner reads it
};

struct Field {
  std::string name;
  Type type = Type::text;
  std::string help;
  /// As it would be written; empty and not required means absent.
  std::string default_value;
  bool required = false;
  /// For text: the words allowed (empty = any).
  std::vector<std::string> choices;
  /// For numbers: inclusive bounds.
  std::optional<double> min;
  std::optional<double> max;
};
using Fields = std::vector<Field>;

/// A span of time drawn at random. Sampling is pure in the generator.
struct Distribution {
  enum class Shape { constant, uniform, lognormal };
  Shape shape = Shape::constant;
  Duration first{0};   ///< constant: the value; uniform: low; lognormal: median
  Duration second{0};  ///< uniform: high
  double sigma = 0;    ///< lognormal: sigma of the logarithm
  [[nodiscard]] Duration sample(Prng& prng) const;
  [[nodiscard]] Duration median() const;
};

/// A bound on a number; a duration is compared in milliseconds.
struct Condition {
  enum class Op { less, less_equal, greater, greater_equal, equal };
  Op op = Op::less_equal;
  double bound = 0;
  bool is_duration = false;
  [[nodiscard]] bool holds(double value) const;
  [[nodiscard]] std::string text() const;
};

[[nodiscard]] Result<Distribution> parse_distribution(std::string_view text);
[[nodiscard]] Result<Condition> parse_condition(std::string_view text);
/// Events per second.
[[nodiscard]] std::optional<double> parse_rate(std::string_view text);
[[nodiscard]] std::optional<double> parse_share(const Json& value);

/// The settings read for one behaviour: every field has its value or default. Asking for a field
/// that is not in the table, or with another type, is a programmer error.
class Settings {
 public:
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] double number(std::string_view name) const;
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] Duration duration(std::string_view name) const;
  [[nodiscard]] double rate_per_second(std::string_view name) const;
  [[nodiscard]] double share(std::string_view name) const;
  [[nodiscard]] const Distribution& distribution(std::string_view name) const;
  [[nodiscard]] const Condition& condition(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& text_list(std::string_view name) const;
  [[nodiscard]] const Json& json(std::string_view name) const;

 private:
  friend class SettingsReader;
  using Value = std::variant<std::string, std::int64_t, double, bool, Duration, Distribution,
                             Condition, std::vector<std::string>, Json>;
  template <class T>
  const T& get(std::string_view name) const;
  std::map<std::string, Value, std::less<>> values_;
};

/// Reads `object` by the table. Unknown keys are problems with the nearest known name, missing
/// required ones too; `also_known` are keys that the caller reads itself.
[[nodiscard]] Settings read_settings(const Fields& fields, const Json& object,
                                     const std::string& pointer, Problems& problems,
                                     const std::vector<std::string>& also_known = {});

/// JSON Schema (2020-12) of the table's object: {"type":"object","properties":{...},...}.
[[nodiscard]] Json schema_of(const Fields& fields);
/// One line per field: name, type, default, help.
[[nodiscard]] std::string help_of(const Fields& fields);

}  // namespace hubsim::config
