#include "mock_server/portal/search_filter.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/portal/association_lag.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

using hubspot::Option;

namespace {

bool in_range(int order, int low, int high) { return order >= low && order <= high; }

}  // namespace

FilterTest::FilterTest(const Portal& portal, const ObjectType& type, const Filter& filter)
    : portal_(portal), type_(type), filter_(filter), options_(portal.options()) {
  if (filter.associated) {
    find_associated();
    return;
  }
  const Property& property = type.property(filter.property);
  derived_ = property.derived;
  kind_ = kind_of(property);
  if (!is_textual(kind_)) {
    number_ = as_number(kind_, filter.value);
    high_ = as_number(kind_, filter.high_value);
    for (const std::string& value : filter.values) {
      numbers_.push_back(as_number(kind_, value));
    }
  }
  if (filter.op == Operator::contains_token || filter.op == Operator::not_contains_token) {
    tokens_.emplace(filter.value, options_.on(Option::search_wildcards));
  }
}

void FilterTest::find_associated() {
  const Operator op = filter_.op;
  if (op == Operator::has_property || op == Operator::not_has_property) {
    return;
  }
  std::vector<std::string> wanted = filter_.values;
  if (op == Operator::eq || op == Operator::neq) {
    wanted = {filter_.value};
  }
  std::vector<ObjectId> ids;
  for (const std::string& id : wanted) {
    const auto found =
        seen_partners({*filter_.associated, parse_uint(id).value_or(0)}, type_.index());
    ids.insert(ids.end(), found.begin(), found.end());
  }
  std::sort(ids.begin(), ids.end());
  ids_ = std::move(ids);
}

/// The records of the type that search sees tied to `from`, in id order.
std::vector<ObjectId> FilterTest::seen_partners(Endpoint from, TypeIndex type) const {
  std::vector<ObjectId> ids;
  for (const auto& item : portal_.associations().list(from, type, 0, SIZE_MAX)) {
    ids.push_back(item.to_id);
  }
  portal_.part<AssociationLag>().apply(from, type, ids);
  return ids;
}

bool FilterTest::matches(const Record& record) const {
  if (filter_.associated) {
    return matches_association(record);
  }
  Cell cell;
  const bool set = read(record, cell);
  // Negative operators match what has no value (5, R/T).
  const bool null_matches = options_.on(Option::search_negatives_match_null);
  switch (filter_.op) {
    case Operator::has_property:
      return set;
    case Operator::not_has_property:
      return !set;
    case Operator::neq:
      return set ? !equals(cell, filter_.value, number_) : null_matches;
    case Operator::not_in:
      return set ? !in_list(cell) : null_matches;
    case Operator::not_contains_token:
      return set ? !has_token(cell) : null_matches;
    default:
      return set && matches_set(cell);
  }
}

bool FilterTest::matches_association(const Record& record) const {
  if (!ids_) {
    const Endpoint self{type_.index(), record.id};
    const bool any = portal_.part<AssociationLag>().empty()
                         ? portal_.associations().count(self, *filter_.associated) > 0
                         : !seen_partners(self, *filter_.associated).empty();
    return any == (filter_.op == Operator::has_property);
  }
  const bool found = std::binary_search(ids_->begin(), ids_->end(), record.id);
  return found == (filter_.op == Operator::eq || filter_.op == Operator::in);
}

bool FilterTest::read(const Record& record, Cell& cell) const {
  // A type may show its id or dates as something else: an option, a text.
  switch (is_textual(kind_) && derived_ != Derived::no ? Derived::computed : derived_) {
    case Derived::no:
      cell.text = record.value(filter_.property);
      break;
    case Derived::object_id:
      cell.number = static_cast<double>(record.id);
      return true;
    case Derived::created_at:
      cell.number = static_cast<double>(to_unix_ms(record.created_at));
      return true;
    case Derived::updated_at:
      cell.number = static_cast<double>(to_unix_ms(record.updated_at));
      return true;
    default:
      if (auto value = portal_.value_of(record, filter_.property)) {
        cell.own = std::move(*value);
        cell.text = &cell.own;
      }
  }
  if (cell.text == nullptr || cell.text->empty()) {
    return false;
  }
  if (!is_textual(kind_)) {
    cell.number = as_number(kind_, *cell.text);
  }
  return true;
}

bool FilterTest::matches_set(const Cell& cell) const {
  switch (filter_.op) {
    case Operator::eq:
      return equals(cell, filter_.value, number_);
    case Operator::in:
      return in_list(cell);
    case Operator::contains_token:
      return has_token(cell);
    case Operator::lt:
      return compare(cell, filter_.value, number_) < 0;
    case Operator::lte:
      return in_range(compare(cell, filter_.value, number_), -1, 0);
    case Operator::gt:
      return in_range(compare(cell, filter_.value, number_), 1, 1);
    case Operator::gte:
      return in_range(compare(cell, filter_.value, number_), 0, 1);
    case Operator::between:
      return in_range(compare(cell, filter_.value, number_), 0, 1) &&
             in_range(compare(cell, filter_.high_value, high_), -1, 0);
    default:
      return false;
  }
}

bool FilterTest::equals(const Cell& cell, std::string_view wanted,
                        std::optional<double> number) const {
  if (!is_textual(kind_)) {
    return cell.number && number && *cell.number == *number;
  }
  if (kind_ == ValueKind::many && options_.is(Option::search_multi_checkbox, "any")) {
    const auto chosen = split(*cell.text, ';');
    if (std::any_of(chosen.begin(), chosen.end(),
                    [&](std::string_view one) { return equals_text(one, wanted); })) {
      return true;
    }
  }
  return equals_text(*cell.text, wanted);
}

bool FilterTest::equals_text(std::string_view value, std::string_view wanted) const {
  const bool exact = kind_ == ValueKind::text ? !options_.on(Option::search_eq_ignores_case)
                                              : options_.on(Option::search_enumeration_exact_case);
  return exact ? value == wanted : equals_ignoring_case(value, wanted);
}

bool FilterTest::in_list(const Cell& cell) const {
  for (std::size_t i = 0; i < filter_.values.size(); ++i) {
    const std::string& wanted = filter_.values[i];
    if (kind_ != ValueKind::text) {
      if (equals(cell, wanted, numbers_.empty() ? std::nullopt : numbers_[i])) {
        return true;
      }
      continue;
    }
    // Exact over lower case: a value given in upper case finds nothing (5, D).
    const bool same = options_.on(Option::search_in_lower_case)
                          ? to_lower(*cell.text) == wanted
                          : equals_ignoring_case(*cell.text, wanted);
    if (same) {
      return true;
    }
  }
  return false;
}

bool FilterTest::has_token(const Cell& cell) const {
  if (cell.text != nullptr) {
    return tokens_->matches(*cell.text);
  }
  if (derived_ == Derived::object_id) {
    return tokens_->matches(std::to_string(static_cast<std::uint64_t>(*cell.number)));
  }
  return tokens_->matches(format_iso8601(from_unix_ms(static_cast<std::int64_t>(*cell.number))));
}

int FilterTest::compare(const Cell& cell, std::string_view text,
                        std::optional<double> number) const {
  if (is_textual(kind_)) {
    return compare_texts(*cell.text, text, kind_ == ValueKind::text);
  }
  if (!cell.number || !number) {
    return 2;
  }
  return *cell.number < *number ? -1 : *cell.number > *number ? 1 : 0;
}

}  // namespace hubsim::portal
