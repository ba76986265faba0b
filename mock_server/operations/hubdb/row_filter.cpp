#include "mock_server/operations/hubdb/row_filter.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

struct Named {
  std::string_view name;
  RowOperator op;
};
constexpr std::array<Named, 15> operators{{{"eq", RowOperator::eq},
                                           {"ne", RowOperator::ne},
                                           {"contains", RowOperator::contains},
                                           {"icontains", RowOperator::icontains},
                                           {"lt", RowOperator::lt},
                                           {"lte", RowOperator::lte},
                                           {"gt", RowOperator::gt},
                                           {"gte", RowOperator::gte},
                                           {"is_null", RowOperator::is_null},
                                           {"not_null", RowOperator::not_null},
                                           {"like", RowOperator::like},
                                           {"not_like", RowOperator::not_like},
                                           {"startswith", RowOperator::startswith},
                                           {"in", RowOperator::in},
                                           {"not_in", RowOperator::not_in}}};

bool compares(RowOperator op) {
  return op == RowOperator::lt || op == RowOperator::lte || op == RowOperator::gt ||
         op == RowOperator::gte;
}

bool is_built_in_moment(std::string_view name) {
  return name == "hs_created_at" || name == "hs_updated_at";
}

bool is_number(const RowField& field) {
  return field.column != nullptr ? holds_number(field.column->type)
                                 : field.name == "hs_id" || field.name == "hs_child_table_id" ||
                                       is_built_in_moment(field.name);
}

bool is_moment(const RowField& field) {
  return field.column != nullptr ? field.column->type == "DATE" || field.column->type == "DATETIME"
                                 : is_built_in_moment(field.name);
}

/// "-3h", "10s", "now": from the portal's clock (I); else a date.
std::optional<double> read_moment(std::string_view text, Instant now) {
  if (text == "now") {
    return static_cast<double>(to_unix_ms(now));
  }
  const bool back = text.starts_with('-');
  if (const auto distance = parse_duration(back ? text.substr(1) : text)) {
    return static_cast<double>(to_unix_ms(back ? now - *distance : now + *distance));
  }
  const auto moment = parse_moment(text);
  return moment ? std::optional(static_cast<double>(*moment)) : std::nullopt;
}

std::optional<double> read_number(const RowField& field, std::string_view text, Instant now) {
  if (is_moment(field)) {
    return read_moment(text, now);
  }
  if (field.column != nullptr && field.column->type == "BOOLEAN") {
    const std::string word = to_lower(text);
    return word == "true" || word == "1"    ? std::optional<double>(1)
           : word == "false" || word == "0" ? std::optional<double>(0)
                                            : std::nullopt;
  }
  return parse_double(trim(text));
}

Seen plain(std::string text) { return {.items = {{std::move(text)}}, .number = {}}; }

Seen numbered(std::string text, double number) {
  return {.items = {{std::move(text)}}, .number = number};
}

bool any_text(const Seen& seen, const std::function<bool(const std::string&)>& holds) {
  return std::any_of(seen.items.begin(), seen.items.end(), [&](const auto& item) {
    return std::any_of(item.begin(), item.end(), holds);
  });
}

bool has(const Seen& seen, const std::string& wanted) {
  return any_text(seen, [&](const std::string& text) { return text == wanted; });
}

bool equals(const RowFilter& filter, const Seen& seen) {
  if (filter.number) {
    return seen.number == filter.number;
  }
  if (filter.field.column != nullptr && holds_many(filter.field.column->type)) {
    return seen.items.size() == filter.values.size() &&
           std::all_of(filter.values.begin(), filter.values.end(),
                       [&](const std::string& each) { return has(seen, each); });
  }
  return has(seen, filter.value);
}

bool is_in(const RowFilter& filter, const Seen& seen) {
  return std::any_of(filter.values.begin(), filter.values.end(), [&](const std::string& each) {
    const auto number = seen.number ? parse_double(each) : std::nullopt;
    return number ? seen.number == number : has(seen, each);
  });
}

/// Of several options: all that are named (I). Of a text: the part.
bool contains(const RowFilter& filter, const Seen& seen) {
  if (filter.field.column != nullptr && holds_many(filter.field.column->type)) {
    return std::all_of(filter.values.begin(), filter.values.end(),
                       [&](const std::string& each) { return has(seen, each); });
  }
  return any_text(
      seen, [&](const std::string& text) { return text.find(filter.value) != std::string::npos; });
}

bool contains_in_any_case(const RowFilter& filter, const Seen& seen) {
  const std::string wanted = to_lower(filter.value);
  return any_text(seen, [&](const std::string& text) {
    return to_lower(text).find(wanted) != std::string::npos;
  });
}

/// As in SQL: % is any run of characters; without one the whole text.
bool is_like(const RowFilter& filter, const Seen& seen) {
  std::string pattern;
  for (const char c : filter.value) {
    pattern += c == '%' ? '*' : c;
  }
  return any_text(seen, [&](const std::string& text) { return glob_matches(pattern, text); });
}

bool is_ordered(const RowFilter& filter, const Seen& seen) {
  if (!seen.number || !filter.number) {
    return false;
  }
  const double left = *seen.number;
  const double right = *filter.number;
  switch (filter.op) {
    case RowOperator::lt:
      return left < right;
    case RowOperator::lte:
      return left <= right;
    case RowOperator::gt:
      return left > right;
    default:
      return left >= right;
  }
}

/// Parameters of the list itself, also where a column is called so.
bool is_reserved(std::string_view parameter) {
  static constexpr std::array<std::string_view, 8> reserved{
      "sort", "after", "limit", "offset", "properties", "archived", "portalId", "hapikey"};
  return std::find(reserved.begin(), reserved.end(), parameter) != reserved.end();
}

Read<RowFilter> read_filter(const Context& context, RowField field, RowOperator op,
                            const std::string& value) {
  RowFilter filter{.field = std::move(field), .op = op, .value = value, .values = {}, .number = {}};
  for (const std::string_view part : split(value, ',')) {
    filter.values.emplace_back(trim(part));
  }
  const bool wants_number =
      is_number(filter.field) && (compares(op) || op == RowOperator::eq || op == RowOperator::ne);
  if (wants_number) {
    filter.number = read_number(filter.field, value, context.now);
  }
  if ((wants_number || compares(op)) && !filter.number) {
    return Failure{choices::validation("Filter value '" + value + "' of column '" +
                                       filter.field.name + "' is not a number or date")};  // U
  }
  return filter;
}

}  // namespace

std::optional<RowField> find_field(const HubdbVersion& version, std::string_view name) {
  static constexpr std::array<std::string_view, 6> built_in{
      "hs_id", "hs_name", "hs_path", "hs_created_at", "hs_updated_at", "hs_child_table_id"};
  if (std::find(built_in.begin(), built_in.end(), name) != built_in.end()) {
    return RowField{.name = std::string(name)};
  }
  const auto found = std::find_if(version.columns.begin(), version.columns.end(),
                                  [&](const HubdbColumn& each) { return each.name == name; });
  if (found == version.columns.end()) {
    return std::nullopt;
  }
  return RowField{.name = found->name, .column = &*found};
}

std::optional<Seen> see_field(const RowField& field, const HubdbRow& row) {
  if (field.column != nullptr) {
    const auto value = row.values.find(field.column->id);
    return value == row.values.end() ? std::nullopt
                                     : std::optional(see_value(*field.column, value->second));
  }
  if (field.name == "hs_name" || field.name == "hs_path") {
    const std::string& text = field.name == "hs_name" ? row.name : row.path;
    return text.empty() ? std::nullopt : std::optional(plain(text));
  }
  if (is_built_in_moment(field.name)) {
    const auto ms = to_unix_ms(field.name == "hs_created_at" ? row.created : row.updated);
    return numbered(std::to_string(ms), static_cast<double>(ms));
  }
  const std::uint64_t id = field.name == "hs_id" ? row.id : row.child_table;
  return numbered(std::to_string(id), static_cast<double>(id));
}

Read<std::vector<RowFilter>> read_filters(const Context& context, const HubdbVersion& version) {
  std::vector<RowFilter> filters;
  for (const auto& [parameter, value] : context.query.all()) {
    if (is_reserved(parameter)) {
      continue;
    }
    if (auto field = find_field(version, parameter)) {
      auto filter = read_filter(context, std::move(*field), RowOperator::eq, value);
      if (!filter) {
        return Failure{filter.error()};
      }
      filters.push_back(std::move(*filter));
      continue;
    }
    const auto at = parameter.rfind("__");
    if (at == std::string::npos || at == 0) {
      continue;
    }
    const std::string_view word = std::string_view(parameter).substr(at + 2);
    const auto* named = std::find_if(operators.begin(), operators.end(),
                                     [&](const Named& each) { return each.name == word; });
    auto field = find_field(version, std::string_view(parameter).substr(0, at));
    if (named == operators.end() || !field) {
      return Failure{choices::validation("Invalid filter: " + parameter)};  // U
    }
    auto filter = read_filter(context, std::move(*field), named->op, value);
    if (!filter) {
      return Failure{filter.error()};
    }
    filters.push_back(std::move(*filter));
  }
  return filters;
}

bool passes(const RowFilter& filter, const HubdbRow& row) {
  const auto seen = see_field(filter.field, row);
  switch (filter.op) {
    case RowOperator::is_null:
      return !seen;
    case RowOperator::not_null:
      return seen.has_value();
    case RowOperator::ne:
      return !seen || !equals(filter, *seen);
    case RowOperator::not_in:
      return !seen || !is_in(filter, *seen);
    case RowOperator::not_like:
      return !seen || !is_like(filter, *seen);
    default:
      break;
  }
  if (!seen) {
    return false;
  }
  switch (filter.op) {
    case RowOperator::eq:
      return equals(filter, *seen);
    case RowOperator::contains:
      return contains(filter, *seen);
    case RowOperator::icontains:
      return contains_in_any_case(filter, *seen);
    case RowOperator::like:
      return is_like(filter, *seen);
    case RowOperator::startswith:
      return any_text(*seen,
                      [&](const std::string& text) { return text.starts_with(filter.value); });
    case RowOperator::in:
      return is_in(filter, *seen);
    default:
      return is_ordered(filter, *seen);
  }
}

}  // namespace hubsim::operations
