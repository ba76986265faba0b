#include "mock_server/portal/search.h"

#include <algorithm>
#include <set>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/portal/portal.h"
#include "mock_server/portal/tokens.h"

namespace hubsim::portal {

namespace {

enum class ValueKind { text, exact, number, time };

ValueKind kind_of(const Property& property) {
  const std::string& type = property.fact.type;
  if (type == "number") {
    return ValueKind::number;
  }
  if (type == "date" || type == "datetime") {
    return ValueKind::time;
  }
  return type == "enumeration" || type == "bool" ? ValueKind::exact : ValueKind::text;
}

/// A number, or a time as epoch milliseconds given either way.
std::optional<double> as_number(ValueKind kind, std::string_view text) {
  if (const auto number = parse_double(text)) {
    return number;
  }
  const auto instant = kind == ValueKind::time ? parse_iso8601(text) : std::nullopt;
  return instant ? std::optional(static_cast<double>(to_unix_ms(*instant))) : std::nullopt;
}

/// One filter made ready: its texts are read once, not once a record.
class Matcher {
 public:
  Matcher(const Filter& filter, ValueKind kind, const hubspot::Options& options)
      : filter_(filter),
        kind_(kind),
        ignores_case_(options.on(hubspot::Option::search_eq_ignores_case)) {
    if (kind == ValueKind::number || kind == ValueKind::time) {
      number_ = as_number(kind, filter.value);
      high_ = as_number(kind, filter.high_value);
    }
    if (filter.op == Operator::contains_token || filter.op == Operator::not_contains_token) {
      tokens_.emplace(filter.value);
    }
  }

  /// `value` is nullptr where the property is unset. Negative operators match the unset
  /// (behaviour reference 5: negative-operator null rule, recorded and measured by third parties).
  [[nodiscard]] bool matches(const std::string* value) const {
    switch (filter_.op) {
      case Operator::has_property:
        return value != nullptr;
      case Operator::not_has_property:
        return value == nullptr;
      case Operator::neq:
        return value == nullptr || !equals(*value, filter_.value);
      case Operator::not_in:
        return value == nullptr || !in_list(*value);
      case Operator::not_contains_token:
        return value == nullptr || !tokens_->matches(*value);
      default:
        return value != nullptr && matches_set(*value);
    }
  }

 private:
  [[nodiscard]] bool matches_set(const std::string& value) const {
    switch (filter_.op) {
      case Operator::eq:
        return equals(value, filter_.value);
      case Operator::in:
        return in_list(value);
      case Operator::contains_token:
        return tokens_->matches(value);
      case Operator::lt:
        return compare(value, filter_.value, number_) < 0;
      case Operator::lte:
        return in_range(compare(value, filter_.value, number_), -1, 0);
      case Operator::gt:
        return in_range(compare(value, filter_.value, number_), 1, 1);
      case Operator::gte:
        return in_range(compare(value, filter_.value, number_), 0, 1);
      case Operator::between:
        return in_range(compare(value, filter_.value, number_), 0, 1) &&
               in_range(compare(value, filter_.high_value, high_), -1, 0);
      default:
        return false;
    }
  }

  static bool in_range(int order, int low, int high) { return order >= low && order <= high; }

  [[nodiscard]] bool equals(const std::string& value, const std::string& wanted) const {
    switch (kind_) {
      case ValueKind::exact:
        return value == wanted;
      case ValueKind::text:
        return ignores_case_ ? equals_ignoring_case(value, wanted) : value == wanted;
      case ValueKind::number:
      case ValueKind::time:
        break;
    }
    const auto a = as_number(kind_, value);
    const auto b = as_number(kind_, wanted);
    return a && b && *a == *b;
  }

  [[nodiscard]] bool in_list(const std::string& value) const {
    // IN on strings is exact over lower case (behaviour reference 5: values must be lower case).
    const std::string plain = kind_ == ValueKind::text ? to_lower(value) : value;
    return std::any_of(filter_.values.begin(), filter_.values.end(), [&](const auto& wanted) {
      return kind_ == ValueKind::text ? plain == wanted : equals(value, wanted);
    });
  }

  /// -1, 0, 1, or 2 where the two cannot be compared.
  [[nodiscard]] int compare(const std::string& value, const std::string& text,
                            std::optional<double> number) const {
    if (kind_ == ValueKind::text || kind_ == ValueKind::exact) {
      const int order = to_lower(value).compare(to_lower(text));
      return order < 0 ? -1 : order > 0 ? 1 : 0;
    }
    const auto mine = as_number(kind_, value);
    if (!mine || !number) {
      return 2;
    }
    return *mine < *number ? -1 : *mine > *number ? 1 : 0;
  }

  const Filter& filter_;
  ValueKind kind_;
  bool ignores_case_;
  std::optional<double> number_;
  std::optional<double> high_;
  std::optional<TokenPattern> tokens_;
};

class Search {
 public:
  Search(const Portal& portal, const ObjectType& type, RecordStore& store, const SearchQuery& query)
      : portal_(portal), type_(type), store_(store), query_(query) {
    for (const auto& group : query.groups) {
      auto& matchers = groups_.emplace_back();
      for (const Filter& filter : group) {
        matchers.emplace_back(filter, kind_of(type.property(filter.property)), portal.options());
      }
    }
    for (const auto& name : type.fact().searchable_properties) {
      if (const auto index = type.property_index(name)) {
        searchable_.push_back(*index);
      }
    }
  }

  SearchPage run() {
    std::vector<RecordPtr> hits = collect();
    if (query_.sort) {
      sort(hits);
    }
    SearchPage page{.total = hits.size(), .records = {}};
    const std::size_t begin = std::min(query_.offset, hits.size());
    const std::size_t end = std::min(begin + query_.limit, hits.size());
    page.records.assign(hits.begin() + static_cast<std::ptrdiff_t>(begin),
                        hits.begin() + static_cast<std::ptrdiff_t>(end));
    return page;
  }

 private:
  [[nodiscard]] std::vector<RecordPtr> collect() {
    std::vector<RecordPtr> hits;
    const auto consider = [&](const RecordPtr& record) {
      if (!record->archived && matches(*record)) {
        hits.push_back(record);
      }
    };
    if (const auto slots = candidate_slots()) {
      for (const std::uint32_t slot : *slots) {
        consider(store_.slots()[slot]);
      }
    } else {
      for (const RecordPtr& record : store_.slots()) {
        consider(record);
      }
    }
    return hits;
  }

  /// Slots that can match, in id order, when an index can tell; nothing means scan.
  [[nodiscard]] std::optional<std::set<std::uint32_t>> candidate_slots() {
    if (query_.groups.empty()) {
      return std::nullopt;
    }
    std::set<std::uint32_t> slots;
    for (const auto& group : query_.groups) {
      const auto indexed = std::find_if(group.begin(), group.end(), [&](const Filter& filter) {
        const Property& property = type_.property(filter.property);
        return (filter.op == Operator::eq || filter.op == Operator::in) &&
               property.derived == Derived::no && kind_of(property) != ValueKind::number &&
               kind_of(property) != ValueKind::time;
      });
      if (indexed == group.end()) {
        return std::nullopt;
      }
      add_candidates(*indexed, slots);
    }
    return slots;
  }

  void add_candidates(const Filter& filter, std::set<std::uint32_t>& slots) {
    const auto add = [&](const std::string& value) {
      const auto found = store_.equal_slots(filter.property, value);
      slots.insert(found.begin(), found.end());
    };
    if (filter.op == Operator::eq) {
      add(filter.value);
    } else {
      std::for_each(filter.values.begin(), filter.values.end(), add);
    }
  }

  [[nodiscard]] bool matches(const Record& record) const {
    const bool by_filters =
        groups_.empty() || std::any_of(groups_.begin(), groups_.end(), [&](const auto& group) {
          return matches_group(record, group);
        });
    return by_filters && matches_query(record);
  }

  [[nodiscard]] bool matches_group(const Record& record, const std::vector<Matcher>& group) const {
    const std::size_t number = static_cast<std::size_t>(&group - groups_.data());
    for (std::size_t i = 0; i < group.size(); ++i) {
      const PropertyIndex property = query_.groups[number][i].property;
      const std::string* value = record.value(property);
      std::optional<std::string> derived;
      if (type_.property(property).derived != Derived::no) {
        derived = portal_.value_of(record, property);
        value = derived ? &*derived : nullptr;
      }
      if (!group[i].matches(value == nullptr || value->empty() ? nullptr : value)) {
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] bool matches_query(const Record& record) const {
    if (query_.query.empty()) {
      return true;
    }
    const std::string wanted = to_lower(query_.query);
    return std::any_of(searchable_.begin(), searchable_.end(), [&](PropertyIndex property) {
      const auto value = portal_.value_of(record, property);
      return value && to_lower(*value).find(wanted) != std::string::npos;
    });
  }

  void sort(std::vector<RecordPtr>& hits) const {
    const PropertyIndex property = query_.sort->property;
    const ValueKind kind = kind_of(type_.property(property));
    struct Keyed {
      std::optional<double> number;
      std::string text;
      RecordPtr record;
    };
    std::vector<Keyed> keyed;
    keyed.reserve(hits.size());
    for (RecordPtr& record : hits) {
      const std::string text = portal_.value_of(*record, property).value_or("");
      const bool numeric = kind == ValueKind::number || kind == ValueKind::time;
      keyed.push_back({numeric ? as_number(kind, text) : std::nullopt,
                       numeric ? "" : to_lower(text), std::move(record)});
    }
    const bool descending = query_.sort->descending;
    // Equal keys stay in id order, whichever way the sort goes.
    std::sort(keyed.begin(), keyed.end(), [&](const Keyed& a, const Keyed& b) {
      const auto order = std::tie(a.number, a.text) <=> std::tie(b.number, b.text);
      if (order == 0) {
        return a.record->id < b.record->id;
      }
      return descending ? order > 0 : order < 0;
    });
    for (std::size_t i = 0; i < hits.size(); ++i) {
      hits[i] = std::move(keyed[i].record);
    }
  }

  const Portal& portal_;
  const ObjectType& type_;
  RecordStore& store_;
  const SearchQuery& query_;
  std::vector<std::vector<Matcher>> groups_;
  std::vector<PropertyIndex> searchable_;
};

}  // namespace

SearchPage run_search(const Portal& portal, const ObjectType& type, RecordStore& store,
                      const SearchQuery& query) {
  return Search(portal, type, store, query).run();
}

}  // namespace hubsim::portal
