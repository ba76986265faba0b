#include "mock_server/portal/search_ranks.h"

#include <algorithm>

#include "common/base/text.h"
#include "hubspot/rules/option_ids.h"

namespace hubsim::portal {

using hubspot::Option;

namespace {

bool is_range(Operator op) {
  return op == Operator::eq || op == Operator::lt || op == Operator::lte || op == Operator::gt ||
         op == Operator::gte || op == Operator::between || op == Operator::has_property;
}

void intersect(RankRange& range, const RankRange& other) {
  range.begin = std::max(range.begin, other.begin);
  range.end = std::max(range.begin, std::min(range.end, other.end));
  range.one_value = range.one_value || other.one_value;
}

/// So few that looking at each is cheaper than asking another index.
constexpr std::size_t few = 64;

}  // namespace

const SortedIndex* IndexRanges::sorted(PropertyIndex property) {
  const auto column = column_of(type_, property);
  return column ? store_.view().sorted(store_.slots(), *column) : nullptr;
}

void IndexRanges::bound(RankRange& range, const Filter& filter,
                        const SortedIndex::TextOf& text_of) const {
  const SortedIndex& index = *range.index;
  const auto before = [&](std::string_view text) {
    return index.rank_before(range.column.key_of_text(text), text_of);
  };
  const auto after = [&](std::string_view text) {
    return index.rank_after(range.column.key_of_text(text), text_of);
  };
  range.end = index.size();
  if (filter.op == Operator::has_property) {
    return;
  }
  const bool numeric = !is_textual(range.column.kind);
  if (numeric) {  // values that are no number compare with nothing
    range.end = index.rank_before({unreadable_prefix, {}}, text_of);
    const bool readable = as_number(range.column.kind, filter.value).has_value() &&
                          (filter.op != Operator::between ||
                           as_number(range.column.kind, filter.high_value).has_value());
    if (!readable) {
      range.end = 0;
      return;
    }
  }
  if (filter.op == Operator::eq || filter.op == Operator::gte || filter.op == Operator::between) {
    range.begin = before(filter.value);
  } else if (filter.op == Operator::gt) {
    range.begin = after(filter.value);
  }
  if (filter.op == Operator::eq || filter.op == Operator::lte) {
    range.end = std::min(range.end, after(filter.value));
  } else if (filter.op == Operator::lt) {
    range.end = std::min(range.end, before(filter.value));
  } else if (filter.op == Operator::between) {
    range.end = std::min(range.end, after(filter.high_value));
  }
  range.one_value = filter.op == Operator::eq;
}

std::optional<RankRange> IndexRanges::range_of(const Filter& filter) {
  if (filter.associated || !is_range(filter.op)) {
    return std::nullopt;
  }
  const auto column = column_of(type_, filter.property);
  if (!column) {
    return std::nullopt;
  }
  // The order of a column is that of its comparison; equality may be told to be another.
  const bool other_equality =
      (column->kind == ValueKind::text && !options_.on(Option::search_eq_ignores_case)) ||
      (column->kind == ValueKind::exact && !options_.on(Option::search_enumeration_exact_case));
  if (filter.op == Operator::eq && (other_equality || filter.value.empty())) {
    return std::nullopt;
  }
  RankRange range{.column = *column, .index = store_.view().sorted(store_.slots(), *column)};
  if (range.index == nullptr) {
    return std::nullopt;
  }
  bound(range, filter, store_.view().text_of(store_.slots(), *column));
  range.end = std::max(range.begin, range.end);
  return range;
}

std::optional<RankRange> IndexRanges::exact(const std::vector<Filter>& group) {
  std::optional<RankRange> whole;
  for (const Filter& filter : group) {
    if (whole && filter.property != whole->column.property) {
      return std::nullopt;
    }
    const auto range = range_of(filter);
    if (!range) {
      return std::nullopt;
    }
    if (whole) {
      intersect(*whole, *range);
    } else {
      whole = range;
    }
  }
  return whole;
}

std::optional<RankRange> IndexRanges::narrowest(const std::vector<Filter>& group) {
  std::map<PropertyIndex, RankRange> ranges;
  for (const Filter& filter : group) {
    const auto range = filter.op == Operator::has_property ? std::nullopt : range_of(filter);
    if (!range) {
      continue;
    }
    const auto [known, fresh] = ranges.emplace(filter.property, *range);
    if (!fresh) {
      intersect(known->second, *range);
    }
  }
  const auto best = std::min_element(
      ranges.begin(), ranges.end(),
      [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  return best == ranges.end() ? std::nullopt : std::optional(best->second);
}

std::optional<std::vector<Slot>> IndexRanges::named_by_value(const Filter& filter,
                                                             std::string_view value) {
  const auto column = column_of(type_, filter.property);
  if (!column) {
    return std::nullopt;
  }
  if (column->derived == Derived::object_id) {
    const auto slot = store_.slot_of(parse_uint(value).value_or(0));
    return slot ? std::vector<Slot>{*slot} : std::vector<Slot>();
  }
  // Unique values have an index of their own, true as long as search is in step with the store.
  if (is_textual(column->kind) && store_.is_unique(filter.property) &&
      store_.view().waiting() == 0) {
    const RecordPtr holder = store_.find_unique(filter.property, value);
    const auto slot = holder ? store_.slot_of(holder->id) : std::nullopt;
    return slot ? std::vector<Slot>{*slot} : std::vector<Slot>();
  }
  if (is_textual(column->kind)) {
    return store_.view().equal(store_.slots(), *column, value);
  }
  Filter one = filter;
  one.op = Operator::eq;
  one.value = value;
  const auto range = range_of(one);
  if (!range || range->size() > store_.slots().size() / 8) {
    return std::nullopt;
  }
  std::vector<Slot> slots;
  range->index->copy(range->begin, range->end, slots);
  return slots;
}

std::optional<std::vector<Slot>> IndexRanges::named_by_token(const Filter& filter,
                                                             const TokenPattern& pattern) {
  const auto column = token_column_of(type_, filter.property);
  std::optional<std::vector<Slot>> best;
  for (const std::string& token : column ? pattern.plain() : std::vector<std::string>()) {
    auto found = store_.view().with_token(store_.slots(), *column, token);
    if (found && (!best || found->size() < best->size())) {
      best = std::move(found);
    }
  }
  return best;
}

std::optional<std::vector<Slot>> IndexRanges::named_by_option(const Filter& filter,
                                                              std::string_view value) {
  const auto column = token_column_of(type_, filter.property);
  // A text with a semicolon is no option, but may be the whole set.
  const bool usable = column && column->kind == ValueKind::many &&
                      value.find(';') == std::string_view::npos &&
                      options_.is(Option::search_multi_checkbox, "any");
  return usable ? store_.view().with_token(store_.slots(), *column, value) : std::nullopt;
}

std::optional<std::vector<Slot>> IndexRanges::named(const Filter& filter, const FilterTest& test) {
  if (filter.op == Operator::contains_token && !filter.associated && test.tokens()) {
    return named_by_token(filter, *test.tokens());
  }
  const bool one = filter.op == Operator::eq;
  if (!one && filter.op != Operator::in) {
    return std::nullopt;
  }
  std::vector<Slot> slots;
  if (filter.associated) {
    for (const ObjectId id : test.associated_ids().value_or(std::vector<ObjectId>())) {
      if (const auto slot = store_.slot_of(id)) {
        slots.push_back(*slot);
      }
    }
    return slots;
  }
  const std::vector<std::string> just_one{filter.value};
  for (const std::string& value : one ? just_one : filter.values) {
    auto found = named_by_value(filter, value);
    if (!found) {
      found = named_by_option(filter, value);
    }
    if (!found) {
      return std::nullopt;
    }
    slots.insert(slots.end(), found->begin(), found->end());
  }
  return slots;
}

std::optional<std::vector<Slot>> IndexRanges::candidates(const std::vector<Filter>& group,
                                                         const std::vector<FilterTest>& tests) {
  std::optional<std::vector<Slot>> best;
  for (std::size_t i = 0; i < group.size(); ++i) {
    auto found = named(group[i], tests[i]);
    if (found && (!best || found->size() < best->size())) {
      best = std::move(found);
    }
    if (best && best->size() <= few) {
      return best;
    }
  }
  const auto range = narrowest(group);
  if (range && (!best || range->size() < best->size())) {
    if (range->size() > store_.slots().size() / 2) {
      return best;
    }
    best.emplace();
    range->index->copy(range->begin, range->end, *best);
  }
  return best;
}

}  // namespace hubsim::portal
