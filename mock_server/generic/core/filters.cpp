#include "mock_server/generic/core/filters.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/shapes/plausible.h"

namespace hubsim::generic {

namespace {

constexpr std::size_t max_conditions = 100;

struct Suffix {
  std::string_view text;
  std::string_view op;
};
/// HubSpot's CMS writes operators behind two underscores.
constexpr std::array<Suffix, 13> suffixes{{{"eq", "eq"},
                                           {"ne", "ne"},
                                           {"neq", "ne"},
                                           {"in", "in"},
                                           {"not_in", "not_in"},
                                           {"contains", "contains"},
                                           {"icontains", "contains"},
                                           {"like", "contains"},
                                           {"startswith", "contains"},
                                           {"lt", "lt"},
                                           {"lte", "lte"},
                                           {"gt", "gt"},
                                           {"gte", "gte"}}};

std::string_view op_named(std::string_view word) {
  const std::string plain = to_lower(word);
  if (plain == "is_null" || plain == "not_has_property") {
    return "is_null";
  }
  if (plain == "not_null" || plain == "has_property") {
    return "not_null";
  }
  if (plain == "contains_token" || plain == "contain") {
    return "contains";
  }
  for (const Suffix& suffix : suffixes) {
    if (suffix.text == plain) {
      return suffix.op;
    }
  }
  return "eq";
}

/// The field of the element that tells when it was made or changed: "createdAt" or "created".
std::string time_field(Shape element, hubspot::Meaning meaning) {
  for (const Field field : element.fields()) {
    if (hubspot::meaning_of(field.name) == meaning) {
      return std::string(field.name);
    }
  }
  return "";
}

/// createdAfter, updatedBefore and the like.
std::optional<Condition> time_condition(Shape element, const std::string& name,
                                        const std::string& value) {
  const bool after = name.ends_with("After");
  if (!after && !name.ends_with("Before")) {
    return std::nullopt;
  }
  const auto meaning = name.starts_with("created")   ? hubspot::Meaning::created
                       : name.starts_with("updated") ? hubspot::Meaning::updated
                                                     : hubspot::Meaning::plain;
  std::string field =
      meaning == hubspot::Meaning::plain ? std::string() : time_field(element, meaning);
  if (field.empty()) {
    return std::nullopt;
  }
  return Condition{.field = std::move(field), .op = after ? "gt" : "lt", .values = {value}};
}

std::optional<Condition> query_condition(const Call& call, Shape element, const std::string& name,
                                         const std::string& value) {
  if (auto condition = time_condition(element, name, value)) {
    return condition;
  }
  // A parameter that must be there says who asks (sequences of a user), not which ones.
  if (call.row.query && call.row.query.field(name).required) {
    return std::nullopt;
  }
  const auto bar = name.find("__");
  std::string field = name.substr(0, bar);
  if (!element.field(field)) {
    // Rows of a table keep their columns in `values`.
    if (!element.field("values") || (call.row.query && call.row.query.field(field))) {
      return std::nullopt;
    }
    field = "values." + field;
  }
  Condition condition{.field = field,
                      .op = bar == std::string::npos
                                ? "in"
                                : std::string(op_named(std::string_view(name).substr(bar + 2))),
                      .values = call.context.query.list(name)};
  condition.values.push_back(value);
  return condition;
}

constexpr std::array<std::string_view, 11> listing_words{
    "limit",    "after",    "before",     "offset", "sort",   "sorts",
    "archived", "property", "properties", "count",  "hapikey"};

bool is_listing_word(std::string_view name) {
  return std::find(listing_words.begin(), listing_words.end(), name) != listing_words.end();
}

std::vector<std::string> texts_of(const Json& value) {
  std::vector<std::string> texts;
  if (value.is_array()) {
    for (const Json& each : value) {
      texts.push_back(id_text(each));
    }
  } else {
    texts.push_back(id_text(value));
  }
  return texts;
}

std::string text_in(const Json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const Json* member = json::find(object, name);
    if (member != nullptr && member->is_string()) {
      return member->get<std::string>();
    }
  }
  return "";
}

std::optional<Condition> body_condition(const Json& filter) {
  if (!filter.is_object()) {
    return std::nullopt;
  }
  Condition condition{.field = text_in(filter, {"propertyName", "property", "field", "name"}),
                      .op = std::string(op_named(text_in(filter, {"operator", "op"}))),
                      .values = {}};
  const Json* values = json::find(filter, "values");
  const Json* value = json::find(filter, "value");
  if (values != nullptr) {
    condition.values = texts_of(*values);
  } else if (value != nullptr) {
    condition.values = texts_of(*value);
  }
  return condition.field.empty() ? std::nullopt : std::optional(std::move(condition));
}

std::vector<Condition> body_conditions(const Json& list) {
  std::vector<Condition> conditions;
  for (std::size_t i = 0; list.is_array() && i < list.size() && i < max_conditions; ++i) {
    if (auto condition = body_condition(list[i])) {
      conditions.push_back(std::move(*condition));
    }
  }
  return conditions;
}

void read_groups(const Json& body, Wanted& wanted) {
  const Json* groups = json::find(body, "filterGroups");
  for (std::size_t i = 0; groups != nullptr && groups->is_array() && i < groups->size(); ++i) {
    const Json* filters = json::find((*groups)[i], "filters");
    if (filters != nullptr && wanted.any_of.size() < max_conditions) {
      wanted.any_of.push_back(body_conditions(*filters));
    }
  }
}

void read_sorts(const Json& body, Wanted& wanted) {
  for (const char* name : {"sorts", "sort"}) {
    const Json* sorts = json::find(body, name);
    if (sorts == nullptr) {
      continue;
    }
    const Json list = sorts->is_array() ? *sorts : Json::array({*sorts});
    for (const Json& each : list) {
      if (each.is_string()) {
        wanted.sorts.push_back(each.get<std::string>());
      } else if (each.is_object()) {
        const std::string field = text_in(each, {"propertyName", "property", "field", "name"});
        const bool down = to_lower(text_in(each, {"direction", "order"})).starts_with("desc");
        wanted.sorts.push_back((down ? "-" : "") + field);
      }
    }
  }
}

/// A search that names fields itself: {"state": "DRAFT", "ids": [1, 2]}.
std::vector<Condition> plain_conditions(const Json& body, Shape element) {
  std::vector<Condition> conditions;
  for (const auto& [name, value] : body.items()) {
    const bool names_field = element && static_cast<bool>(element.field(name));
    if (names_field && !value.is_object() && !value.is_null() && !is_listing_word(name)) {
      conditions.push_back({.field = name, .op = "in", .values = texts_of(value)});
    }
  }
  return conditions;
}

int compare(const std::string& a, const std::string& b) {
  const auto left = parse_double(a);
  const auto right = parse_double(b);
  if (left && right) {
    return *left < *right ? -1 : (*left > *right ? 1 : 0);
  }
  const auto before = parse_iso8601(a);
  const auto after = parse_iso8601(b);
  if (before && after) {
    return *before < *after ? -1 : (*before > *after ? 1 : 0);
  }
  return a.compare(b);
}

bool matches(const Condition& condition, const std::string& text) {
  const auto& values = condition.values;
  if (values.empty()) {
    return true;
  }
  const std::string& first = values.front();
  const auto same = [&](const std::string& each) { return each == text; };
  if (condition.op == "eq" || condition.op == "in") {
    return std::any_of(values.begin(), values.end(), same);
  }
  if (condition.op == "ne" || condition.op == "not_in") {
    return std::none_of(values.begin(), values.end(), same);
  }
  if (condition.op == "contains") {
    return to_lower(text).find(to_lower(first)) != std::string::npos;
  }
  const int order = compare(text, first);
  return condition.op == "lt"    ? order < 0
         : condition.op == "lte" ? order <= 0
         : condition.op == "gt"  ? order > 0
                                 : order >= 0;
}

/// "values.colour": a member of a member.
const Json* value_in(const Json& item, const std::string& field) {
  if (const Json* own = json::find(item, field)) {
    return own;
  }
  const std::string name = field.starts_with("values.") ? field.substr(7) : field;
  const Json* values = json::find(item, "values");
  return values == nullptr ? nullptr : json::find(*values, name);
}

bool condition_holds(const Condition& condition, const Json& item) {
  const Json* value = value_in(item, condition.field);
  const bool absent = value == nullptr || value->is_null();
  if (condition.op == "is_null" || condition.op == "not_null") {
    return absent == (condition.op == "is_null");
  }
  if (absent) {
    return condition.op == "ne" || condition.op == "not_in";
  }
  const auto texts = texts_of(*value);
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return matches(condition, text); });
}

bool has_words(const Json& item, const std::string& words) {
  return words.empty() || to_lower(json::dump(item)).find(to_lower(words)) != std::string::npos;
}

}  // namespace

Wanted read_wanted(const Call& call, Shape element) {
  Wanted wanted;
  std::vector<Condition> all;
  for (const auto& [name, value] : call.context.query.all()) {
    if (name == "sort" || name == "sorts") {
      wanted.sorts.push_back(value);
    } else if (!is_listing_word(name) && element && all.size() < max_conditions) {
      if (auto condition = query_condition(call, element, name, value)) {
        all.push_back(std::move(*condition));
      }
    }
  }
  if (call.body.is_object()) {
    read_groups(call.body, wanted);
    read_sorts(call.body, wanted);
    const Json* filters = json::find(call.body, "filters");
    auto more =
        filters != nullptr ? body_conditions(*filters) : plain_conditions(call.body, element);
    all.insert(all.end(), more.begin(), more.end());
    wanted.words = text_in(call.body, {"query"});
  }
  if (wanted.any_of.empty() && !all.empty()) {
    wanted.any_of.push_back(std::move(all));
  }
  return wanted;
}

bool holds(const Wanted& wanted, const Json& item) {
  const bool filtered =
      wanted.any_of.empty() ||
      std::any_of(wanted.any_of.begin(), wanted.any_of.end(), [&](const auto& group) {
        return std::all_of(group.begin(), group.end(), [&](const Condition& condition) {
          return condition_holds(condition, item);
        });
      });
  return filtered && has_words(item, wanted.words);
}

bool comes_before(const std::string& sort, const Json& a, const Json& b) {
  const bool down = sort.starts_with('-');
  const std::string field = down ? sort.substr(1) : sort;
  const Json* left = value_in(a, field);
  const Json* right = value_in(b, field);
  const int order =
      compare(left != nullptr ? id_text(*left) : "", right != nullptr ? id_text(*right) : "");
  return down ? order > 0 : order < 0;
}

}  // namespace hubsim::generic
