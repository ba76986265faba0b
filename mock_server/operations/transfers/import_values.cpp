#include "mock_server/operations/transfers/import_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"

namespace hubsim::operations {

namespace {

using Cell = Result<std::string, CellProblem>;

Cell refuse(std::string_view type, std::string_view cell, std::string_view what) {
  return Failure{CellProblem{std::string(type), fmt::format("{} {}", cell, what)}};
}

std::string joined_options(const hubspot::PropertyFact& property) {
  std::string names;
  for (const auto& option : property.options) {
    names += (names.empty() ? "" : ", ") + option.value;
  }
  return names;
}

/// The value of one option named by value or label, in any case.
Cell option_value(const hubspot::PropertyFact& property, std::string_view text) {
  std::vector<const hubspot::PropertyOption*> by_label;
  for (const auto& option : property.options) {
    if (option.value == text) {
      return option.value;
    }
    if (equals_ignoring_case(option.label, text) || equals_ignoring_case(option.value, text)) {
      by_label.push_back(&option);
    }
  }
  if (by_label.size() > 1) {
    return refuse("AMBIGUOUS_ENUMERATION_OPTION", text, "names more than one option");
  }
  if (by_label.empty()) {
    return refuse("INVALID_ENUMERATION_OPTION", text,
                  "was not one of the allowed options: [" + joined_options(property) + "]");
  }
  return by_label.front()->value;
}

Cell enumeration_value(const portal::Portal& portal, const hubspot::PropertyFact& property,
                       std::string_view cell) {
  const bool many = property.field_type == "checkbox" &&
                    portal.options().on(hubspot::Option::imports_option_labels);
  if (property.options.empty() || !portal.options().on(hubspot::Option::imports_option_labels)) {
    return std::string(cell);
  }
  std::string values;
  for (const std::string_view part : many ? split(cell, ';') : std::vector{cell}) {
    auto value = option_value(property, trim(part));
    if (!value) {
      return value;
    }
    values += (values.empty() ? "" : ";") + *value;
  }
  return values;
}

/// An owner by id, e-mail or full name.
Cell owner_value(const portal::Portal& portal, std::string_view cell) {
  std::vector<std::uint64_t> found;
  for (const portal::Owner& owner : portal.owners()) {
    const std::string name = owner.first_name + " " + owner.last_name;
    if (equals_ignoring_case(owner.email, cell) || equals_ignoring_case(name, cell) ||
        std::to_string(owner.id) == cell) {
      found.push_back(owner.id);
    }
  }
  if (found.size() != 1) {
    return refuse(found.empty() ? "COULD_NOT_FIND_OWNER" : "MULTIPLE_OWNERS_FOUND", cell,
                  found.empty() ? "is not an owner" : "names more than one owner");
  }
  return std::to_string(found.front());
}

/// "1,234.50" and "$ 12" as numbers.
Cell number_value(std::string_view cell) {
  std::string digits;
  for (const char c : cell) {
    if (c != ',' && c != ' ' && c != '$') {
      digits += c;
    }
  }
  if (!parse_double(digits)) {
    return refuse("COULD_NOT_PARSE_NUMBER", cell, "is not a number");
  }
  return digits;
}

Cell bool_value(std::string_view cell) {
  for (const char* yes : {"true", "yes", "1"}) {
    if (equals_ignoring_case(cell, yes)) {
      return std::string("true");
    }
  }
  for (const char* no : {"false", "no", "0"}) {
    if (equals_ignoring_case(cell, no)) {
      return std::string("false");
    }
  }
  return refuse("INVALID_ENUMERATION_OPTION", cell,
                "was not one of the allowed options: [true, false]");
}

bool is_epoch_ms(std::string_view text) { return text.size() > 8 && parse_int(text).has_value(); }

Cell date_value(std::string_view cell, DateOrder order, bool with_time) {
  if (is_epoch_ms(cell)) {
    return std::string(cell);
  }
  if (const auto date = read_import_date(cell, order)) {
    return *date;
  }
  // "01/02/2026 13:45": the time follows as in ISO 8601.
  const auto blank = cell.find(' ');
  if (with_time && blank != std::string_view::npos) {
    const auto date = read_import_date(cell.substr(0, blank), order);
    const std::string text =
        date ? *date + "T" + std::string(trim(cell.substr(blank + 1))) + "Z" : std::string();
    if (const auto instant = parse_iso8601(text)) {
      return format_iso8601(*instant);
    }
  }
  if (const auto instant = parse_iso8601(cell)) {
    return with_time ? format_iso8601(*instant) : format_date(*instant);
  }
  return refuse("COULD_NOT_PARSE_DATE", cell, "is not a date in the import's format");
}

}  // namespace

std::optional<std::string> read_import_date(std::string_view text, DateOrder order) {
  const auto separator = text.find_first_of("/-. ");
  if (separator == std::string_view::npos) {
    return std::nullopt;
  }
  const auto parts = split(text, text[separator]);
  if (parts.size() != 3) {
    return std::nullopt;
  }
  std::array<std::uint64_t, 3> numbers{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto number = parse_uint(parts[i]);
    if (!number || parts[i].size() > 4) {
      return std::nullopt;
    }
    numbers[i] = *number;
  }
  // A year of four digits in front settles the order whatever the import says.
  std::size_t year = order == DateOrder::year_month_day || parts[0].size() == 4 ? 0 : 2;
  const bool day_first = year == 2 && order == DateOrder::day_month_year;
  const std::size_t month = year == 0 || day_first ? 1 : 0;
  const std::size_t day = year == 0 ? 2 : day_first ? 0 : 1;
  if (parts[year].size() != 4) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(numbers[year])),
                                         std::chrono::month(static_cast<unsigned>(numbers[month])),
                                         std::chrono::day(static_cast<unsigned>(numbers[day])));
  if (!date.ok()) {
    return std::nullopt;
  }
  return fmt::format("{:04}-{:02}-{:02}", numbers[year], numbers[month], numbers[day]);
}

Result<std::string, CellProblem> cell_value(const portal::Portal& portal,
                                            const hubspot::PropertyFact& property,
                                            std::string_view cell, DateOrder order) {
  cell = trim(cell);
  if (cell.empty()) {
    return std::string();
  }
  if (property.referenced_object_type == "OWNER" || property.name == "hubspot_owner_id") {
    return owner_value(portal, cell);
  }
  if (property.type == "enumeration") {
    return enumeration_value(portal, property, cell);
  }
  if (property.type == "bool") {
    return bool_value(cell);
  }
  if (property.type == "number") {
    return number_value(cell);
  }
  if (property.type == "date" || property.type == "datetime") {
    return date_value(cell, order, property.type == "datetime");
  }
  return std::string(cell);
}

std::string error_type_of(std::string_view code, const hubspot::PropertyFact& property) {
  if (code == "INVALID_EMAIL" || code == "INVALID_DOMAIN") {
    return std::string(code);
  }
  if (code == "INVALID_OPTION" || code == "INVALID_BOOLEAN") {
    return "INVALID_ENUMERATION_OPTION";
  }
  if (code == "INVALID_LONG" || code == "INVALID_INTEGER" || code == "INVALID_NUMBER") {
    return "COULD_NOT_PARSE_NUMBER";
  }
  if (code == "INVALID_DATE") {
    return "COULD_NOT_PARSE_DATE";
  }
  if (code == "PROPERTY_DOESNT_EXIST") {
    return "PROPERTY_DEFINITION_NOT_FOUND";
  }
  return property.name == "hubspot_owner_id" ? "COULD_NOT_FIND_OWNER" : "FAILED_VALIDATION";
}

}  // namespace hubsim::operations
