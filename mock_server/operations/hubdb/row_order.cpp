#include "mock_server/operations/hubdb/row_order.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "common/base/text.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

/// What rows are compared by: numbers before texts, nothing last.
struct Key {
  std::optional<double> number;
  std::optional<std::string> text;
  [[nodiscard]] bool empty() const { return !number && !text; }
};

bool before(const Key& a, const Key& b, bool down) {
  if (a.empty() || b.empty()) {
    return !a.empty() && b.empty();
  }
  if (a.number && b.number) {
    return down ? *b.number < *a.number : *a.number < *b.number;
  }
  const std::string left = a.text.value_or("");
  const std::string right = b.text.value_or("");
  return down ? right < left : left < right;
}

/// "length(city)" -> {"length", {"city"}}; "city" -> {"", {"city"}}
struct Wish {
  std::string function;
  std::vector<std::string> arguments;
  bool down = false;
};

Wish read_wish(std::string_view text) {
  Wish wish;
  wish.down = text.starts_with('-');
  text.remove_prefix(wish.down ? 1 : 0);
  const auto open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) {
    wish.arguments.emplace_back(text);
    return wish;
  }
  wish.function = text.substr(0, open);
  for (const std::string_view part : split(text.substr(open + 1, text.size() - open - 2), ',')) {
    wish.arguments.emplace_back(trim(part));
  }
  return wish;
}

/// `a,-b,length(c)`: at commas outside parentheses.
std::vector<std::string> split_wishes(std::string_view text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// Kilometres between two places on the globe.
double distance(double lat_a, double long_a, double lat_b, double long_b) {
  constexpr double earth_radius_km = 6'371;
  const auto radians = [](double degrees) { return degrees * std::numbers::pi / 180; };
  const double lat = std::sin(radians(lat_b - lat_a) / 2);
  const double lng = std::sin(radians(long_b - long_a) / 2);
  const double chord = lat * lat + std::cos(radians(lat_a)) * std::cos(radians(lat_b)) * lng * lng;
  return 2 * earth_radius_km * std::asin(std::sqrt(std::min(1.0, chord)));
}

Key distance_key(const Wish& wish, const HubdbColumn& column, const HubdbRow& row) {
  const auto value = row.values.find(column.id);
  const auto lat = parse_double(wish.arguments[1]);
  const auto lng = parse_double(wish.arguments[2]);
  const auto place = value == row.values.end() ? json::parse("null") : json::parse(value->second);
  if (!lat || !lng || !place || !place->is_object() || !place->contains("lat")) {
    return {};
  }
  return {.number = distance(*lat, *lng, place->at("lat"), place->at("long")), .text = {}};
}

Key key_of(const Wish& wish, const RowField& field, const HubdbRow& row) {
  if (wish.function == "geo_distance") {
    return distance_key(wish, *field.column, row);
  }
  const auto seen = see_field(field, row);
  if (!seen || seen->items.empty() || seen->items.front().empty()) {
    return {};
  }
  if (wish.function == "length") {
    return {.number = static_cast<double>(seen->items.front().back().size()), .text = {}};
  }
  return {.number = seen->number, .text = seen->items.front().back()};
}

using Keyed = std::vector<std::pair<Key, HubdbRowPtr>>;

void put_in_order(Keyed keyed, bool down, std::vector<HubdbRowPtr>& rows) {
  std::stable_sort(keyed.begin(), keyed.end(),
                   [&](const auto& a, const auto& b) { return before(a.first, b.first, down); });
  std::transform(keyed.begin(), keyed.end(), rows.begin(),
                 [](auto& each) { return std::move(each.second); });
}

std::optional<ApiError> sort_by(Context& context, const HubdbVersion& version, const Wish& wish,
                                std::vector<HubdbRowPtr>& rows) {
  Keyed keyed;
  if (wish.function == "random") {
    for (const HubdbRowPtr& row : rows) {
      keyed.emplace_back(Key{.number = static_cast<double>(context.random.next()), .text = {}},
                         row);
    }
    put_in_order(std::move(keyed), false, rows);
    return std::nullopt;
  }
  const auto field = find_field(version, wish.arguments.front());
  const bool geo = wish.function == "geo_distance";
  const bool known = wish.function.empty() || wish.function == "length" || geo;
  const bool fits = field && (!geo || (wish.arguments.size() == 3 && field->column != nullptr));
  if (!known || !fits) {
    return choices::validation("Invalid sort: " + wish.arguments.front());  // U
  }
  for (const HubdbRowPtr& row : rows) {
    keyed.emplace_back(key_of(wish, *field, *row), row);
  }
  put_in_order(std::move(keyed), wish.down, rows);
  return std::nullopt;
}

/// Without a sort, `in` answers in the order of its values (I).
void order_by_in(const std::vector<RowFilter>& filters, std::vector<HubdbRowPtr>& rows) {
  const auto found = std::find_if(filters.begin(), filters.end(), [](const RowFilter& filter) {
    return filter.op == RowOperator::in;
  });
  if (found == filters.end()) {
    return;
  }
  Keyed keyed;
  for (const HubdbRowPtr& row : rows) {
    std::size_t place = 0;
    RowFilter one = *found;
    for (; place < found->values.size(); ++place) {
      one.values = {found->values[place]};
      if (passes(one, *row)) {
        break;
      }
    }
    keyed.emplace_back(Key{.number = static_cast<double>(place), .text = {}}, row);
  }
  put_in_order(std::move(keyed), false, rows);
}

}  // namespace

std::optional<ApiError> sort_rows(Context& context, const HubdbVersion& version,
                                  const std::vector<RowFilter>& filters,
                                  std::vector<HubdbRowPtr>& rows) {
  std::vector<Wish> wishes;
  for (const auto& [name, value] : context.query.all()) {
    for (const std::string& part :
         name == "sort" ? split_wishes(value) : std::vector<std::string>()) {
      wishes.push_back(read_wish(part));
    }
  }
  if (wishes.empty()) {
    order_by_in(filters, rows);
  }
  // The last wish first: sorting is stable.
  for (auto wish = wishes.rbegin(); wish != wishes.rend(); ++wish) {
    if (auto error = sort_by(context, version, *wish, rows)) {
      return error;
    }
  }
  return std::nullopt;
}

}  // namespace hubsim::operations
