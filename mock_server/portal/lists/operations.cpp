#include "mock_server/portal/lists/operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/base/text.h"

namespace hubsim::portal {

namespace {

using How = PropertyTest::How;

std::string text_member(const Json& object, std::string_view name) {
  const Json* member = json::find(object, name);
  return member == nullptr || member->is_null() || member->is_structured() ? std::string()
                                                                           : json::text_of(*member);
}

std::int64_t int_member(const Json& object, std::string_view name, std::int64_t fallback = 0) {
  // No span of time that anyone means is larger; what is computed with it stays in range.
  constexpr std::int64_t far = 1'000'000'000;
  return std::clamp(parse_int(text_member(object, name)).value_or(fallback), -far, far);
}

struct Named {
  std::string_view name;
  How how;
  bool negated;
};
constexpr std::array<Named, 12> text_operators{{{"IS_EQUAL_TO", How::equal, false},
                                                {"IS_NOT_EQUAL_TO", How::equal, true},
                                                {"CONTAINS", How::contains, false},
                                                {"DOES_NOT_CONTAIN", How::contains, true},
                                                {"STARTS_WITH", How::starts, false},
                                                {"DOES_NOT_START_WITH", How::starts, true},
                                                {"ENDS_WITH", How::ends, false},
                                                {"DOES_NOT_END_WITH", How::ends, true},
                                                {"IS_KNOWN", How::known, false},
                                                {"IS_UNKNOWN", How::known, true},
                                                {"IS_NOT_BLANK", How::known, false},
                                                {"IS_BLANK", How::known, true}}};
constexpr std::array<Named, 10> option_operators{{{"IS_ANY_OF", How::any_of, false},
                                                  {"IS_NONE_OF", How::any_of, true},
                                                  {"IS_EXACTLY", How::exactly, false},
                                                  {"IS_NOT_EXACTLY", How::exactly, true},
                                                  {"CONTAINS_ALL", How::contains_all, false},
                                                  {"DOES_NOT_CONTAIN_ALL", How::contains_all, true},
                                                  {"IS_KNOWN", How::known, false},
                                                  {"IS_UNKNOWN", How::known, true},
                                                  {"IS_EQUAL_TO", How::any_of, false},
                                                  {"IS_NOT_EQUAL_TO", How::any_of, true}}};

template <std::size_t N>
bool choose(const std::array<Named, N>& known, const std::string& op, PropertyTest& test) {
  for (const Named& each : known) {
    if (each.name == op) {
      test.how = each.how;
      test.negated = each.negated;
      return true;
    }
  }
  return false;
}

TimeBound instant_ms(std::int64_t ms) { return {TimeBound::From::epoch, 0, ms}; }

std::optional<TimeBound::From> unit_named(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, TimeBound::From>, 5> units{
      {{"DAY", TimeBound::From::day},
       {"WEEK", TimeBound::From::week},
       {"MONTH", TimeBound::From::month},
       {"QUARTER", TimeBound::From::quarter},
       {"YEAR", TimeBound::From::year}}};
  for (const auto& [unit, from] : units) {
    if (name == unit || name == std::string(unit) + "S") {
      return from;
    }
  }
  return std::nullopt;
}

/// One operation being read; each reader answers false for an operator it does not know.
struct Reader {
  const ObjectType& type;
  const Json& json;
  std::string op;
  PropertyTest test;
  bool moves = false;

  bool read(const std::string& kind) {
    if (kind == "ALL_PROPERTY" || kind == "STRING" || kind == "MULTISTRING") {
      read_texts(true);
      return choose(text_operators, op, test);
    }
    if (kind == "ENUMERATION" || kind == "BOOL") {
      read_texts(false);
      return choose(option_operators, op, test);
    }
    if (kind == "NUMBER") {
      return read_number();
    }
    if (kind == "NUMBER_RANGED" || kind == "RANGED_DATE") {
      return read_bounds();
    }
    if (kind == "DATE" || kind == "DATETIME") {
      return read_date(kind == "DATE");
    }
    if (kind == "ROLLING_DATE_RANGE") {
      return read_rolling();
    }
    if (kind == "CALENDAR_DATE") {
      return read_calendar();
    }
    if (kind == "COMPARATIVE_DATE") {
      return read_comparative();
    }
    return (kind == "TIME_POINT" || kind == "TIME_RANGED") && read_time_points(kind);
  }

  void read_texts(bool folds) {
    const auto add = [&](const Json& value) {
      const std::string text = value.is_structured() ? "" : json::text_of(value);
      test.texts.push_back(folds ? to_lower(text) : text);
    };
    if (const Json* value = json::find(json, "value")) {
      add(*value);
    }
    const Json* values = json::find(json, "values");
    for (const Json& value : values != nullptr && values->is_array() ? *values : Json::array()) {
      add(value);
    }
    for (const std::string& text : test.texts) {
      if (const auto number = as_number(test.kind, text)) {
        test.numbers.push_back(*number);
      }
    }
  }

  bool read_number() {
    const auto value = parse_double(text_member(json, "value"));
    if (!value) {
      return false;
    }
    test.how = How::between;
    const bool greater = op == "IS_GREATER_THAN" || op == "IS_GREATER_THAN_OR_EQUAL_TO";
    const bool less = op == "IS_LESS_THAN" || op == "IS_LESS_THAN_OR_EQUAL_TO";
    const bool equal = op == "IS_EQUAL_TO" || op == "IS_NOT_EQUAL_TO";
    test.negated = op == "IS_NOT_EQUAL_TO";
    test.low = greater || equal ? value : std::nullopt;
    test.high = less || equal ? value : std::nullopt;
    test.low_open = op == "IS_GREATER_THAN";
    test.high_open = op == "IS_LESS_THAN";
    return greater || less || equal;
  }

  bool read_bounds() {
    test.how = How::between;
    test.negated = op == "IS_NOT_BETWEEN";
    test.low = parse_double(text_member(json, "lowerBound"));
    test.high = parse_double(text_member(json, "upperBound"));
    return (op == "IS_BETWEEN" || test.negated) && test.low && test.high;
  }

  std::optional<std::int64_t> day_ms(const Json& object) const {
    std::string name = text_member(object, "month");
    constexpr std::array<std::string_view, 12> names{
        "JANUARY", "FEBRUARY", "MARCH",     "APRIL",   "MAY",      "JUNE",
        "JULY",    "AUGUST",   "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"};
    const auto named = std::find(names.begin(), names.end(), name);
    const std::int64_t month_number =
        named != names.end() ? named - names.begin() + 1 : parse_int(name).value_or(0);
    const std::chrono::year_month_day date(
        std::chrono::year(static_cast<int>(int_member(object, "year"))),
        std::chrono::month(static_cast<unsigned>(month_number)),
        std::chrono::day(static_cast<unsigned>(int_member(object, "day"))));
    if (!date.ok()) {
      return std::nullopt;
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::sys_days(date).time_since_epoch())
        .count();
  }

  bool read_date(bool whole_day) {
    constexpr std::int64_t day_length = 86'400'000;
    const auto start = whole_day ? day_ms(json) : parse_int(text_member(json, "timestamp"));
    if (!start) {
      return false;
    }
    constexpr std::int64_t farthest = 100'000'000'000'000'000;
    if (*start < -farthest || *start > farthest) {
      return false;
    }
    test.how = How::between;
    test.negated = op == "IS_NOT_EQUAL_TO";
    const std::int64_t end = whole_day ? *start + day_length - 1 : *start;
    if (op == "IS_EQUAL_TO" || test.negated) {
      test.low_time = instant_ms(*start);
      test.high_time = instant_ms(end);
    } else if (op == "IS_BEFORE" || op == "IS_BEFORE_DATE") {
      test.high_time = instant_ms(*start - 1);
    } else if (op == "IS_AFTER" || op == "IS_AFTER_DATE") {
      test.low_time = instant_ms(end + 1);
    } else {
      return false;
    }
    return true;
  }

  bool read_rolling() {
    const std::int64_t days = int_member(json, "numberOfDays", -1);
    const TimeBound now{TimeBound::From::now, 0, 0};
    test.how = How::between;
    moves = true;
    if (days < 0 || days > 100'000) {
      return false;
    }
    if (op == "IS_LESS_THAN_X_DAYS_AGO") {
      test.low_time = TimeBound{TimeBound::From::now, -days, 0};
      test.high_time = now;
    } else if (op == "IS_MORE_THAN_X_DAYS_AGO") {
      test.high_time = TimeBound{TimeBound::From::now, -days, -1};
    } else if (op == "IS_LESS_THAN_X_DAYS_FROM_NOW") {
      test.low_time = now;
      test.high_time = TimeBound{TimeBound::From::now, days, 0};
    } else if (op == "IS_MORE_THAN_X_DAYS_FROM_NOW") {
      test.low_time = TimeBound{TimeBound::From::now, days, 1};
    } else {
      return false;
    }
    return true;
  }

  bool read_calendar() {
    const auto unit = unit_named(text_member(json, "timeUnit"));
    const std::int64_t count = int_member(json, "timeUnitCount", 1);
    if (!unit || count < 0 || count > 10'000) {
      return false;
    }
    test.how = How::between;
    moves = true;
    if (op == "IN_THIS_TIME_UNIT" || op == "IN_THIS_TIME_UNIT_SO_FAR") {
      test.low_time = TimeBound{*unit, 0, 0};
      test.high_time = op == "IN_THIS_TIME_UNIT" ? TimeBound{*unit, 1, -1}
                                                 : TimeBound{TimeBound::From::now, 0, 0};
    } else if (op == "IN_LAST_TIME_UNIT") {
      test.low_time = TimeBound{*unit, -count, 0};
      test.high_time = TimeBound{*unit, 0, -1};
    } else if (op == "IN_NEXT_TIME_UNIT") {
      test.low_time = TimeBound{*unit, 1, 0};
      test.high_time = TimeBound{*unit, 1 + count, -1};
    } else {
      return false;
    }
    return true;
  }

  bool read_comparative() {
    const auto other = type.property_index(text_member(json, "comparisonPropertyName"));
    if (!other || (op != "IS_BEFORE" && op != "IS_AFTER")) {
      return false;
    }
    test.how = op == "IS_BEFORE" ? How::before_property : How::after_property;
    test.other = *other;
    return true;
  }

  /// DATE: a moment; INDEXED: now or today, with an offset of whole days or smaller.
  std::optional<TimeBound> time_point(const Json* point) {
    if (point == nullptr || !point->is_object()) {
      return std::nullopt;
    }
    const std::string kind = text_member(*point, "timeType");
    if (kind == "DATE") {
      const auto day = day_ms(*point);
      return day ? std::optional(instant_ms(*day + clock_ms(*point))) : std::nullopt;
    }
    const Json* reference = json::find(*point, "indexReference");
    const std::string from =
        reference != nullptr ? text_member(*reference, "referenceType") : std::string();
    if (kind != "INDEXED" || (from != "NOW" && from != "TODAY")) {
      return std::nullopt;
    }
    moves = true;
    TimeBound bound{from == "NOW" ? TimeBound::From::now : TimeBound::From::day, 0, 0};
    const Json* offset = json::find(*point, "offset");
    if (offset != nullptr && offset->is_object()) {
      bound.units = int_member(*offset, "days") + 7 * int_member(*offset, "weeks");
      bound.offset_ms =
          3'600'000 * int_member(*offset, "hours") + 60'000 * int_member(*offset, "minutes") +
          1'000 * int_member(*offset, "seconds") + int_member(*offset, "milliseconds");
    }
    return bound;
  }
  static std::int64_t clock_ms(const Json& point) {
    return 3'600'000 * int_member(point, "hour") + 60'000 * int_member(point, "minute") +
           1'000 * int_member(point, "second") + int_member(point, "millisecond");
  }

  bool read_time_points(const std::string& kind) {
    test.how = How::between;
    if (kind == "TIME_RANGED") {
      test.negated = op == "IS_NOT_BETWEEN";
      test.low_time = time_point(json::find(json, "lowerBoundTimePoint"));
      test.high_time = time_point(json::find(json, "upperBoundTimePoint"));
      return (op == "IS_BETWEEN" || test.negated) && test.low_time && test.high_time;
    }
    const auto point = time_point(json::find(json, "timePoint"));
    (op == "IS_BEFORE" ? test.high_time : test.low_time) = point;
    test.low_open = true;
    test.high_open = true;
    return (op == "IS_BEFORE" || op == "IS_AFTER") && point;
  }
};

constexpr std::array<std::string_view, 16> operation_types{"ALL_PROPERTY",
                                                           "BOOL",
                                                           "CALENDAR_DATE",
                                                           "COMPARATIVE_DATE",
                                                           "COMPARATIVE_PROPERTY_UPDATED",
                                                           "DATE",
                                                           "DATETIME",
                                                           "ENUMERATION",
                                                           "MULTISTRING",
                                                           "NUMBER",
                                                           "NUMBER_RANGED",
                                                           "RANGED_DATE",
                                                           "ROLLING_DATE_RANGE",
                                                           "ROLLING_PROPERTY_UPDATED",
                                                           "STRING",
                                                           "TIME_POINT"};

}  // namespace

Result<std::optional<PropertyTest>> read_operation(const ObjectType& type, PropertyIndex property,
                                                   const Json& operation, bool& moves_with_time) {
  const std::string kind = text_member(operation, "operationType");
  const bool known =
      kind == "TIME_RANGED" ||
      std::find(operation_types.begin(), operation_types.end(), kind) != operation_types.end();
  if (!known) {
    return Failure{fmt::format("Unknown operationType '{}'", kind)};
  }
  Reader reader{
      .type = type, .json = operation, .op = text_member(operation, "operator"), .test = {}};
  if (reader.op.empty()) {
    return Failure{std::string("Some required fields were not set: [operator]")};
  }
  reader.test.property = property;
  reader.test.kind = kind_of(type.property(property));
  reader.test.unset_matches = text_member(operation, "includeObjectsWithNoValueSet") == "true";
  if (!reader.read(kind)) {
    return std::optional<PropertyTest>();
  }
  moves_with_time = moves_with_time || reader.moves;
  return std::optional(std::move(reader.test));
}

}  // namespace hubsim::portal
