// Search values: how the values of a property compare, by its type: texts without regard to case,
// options exactly, numbers and times as numbers; and the columns that an index can keep in order.
// Why here: filters, sorts and indexes must agree on one order.
// Threads: pure functions and plain values. Invariant: a prefix orders as its value does; only
// texts of eight bytes and more can share one and differ.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "mock_server/portal/object_type.h"

namespace hubsim::portal {

enum class ValueKind : std::uint8_t { text, exact, many, number, time };

[[nodiscard]] ValueKind kind_of(const Property& property);
/// Texts and options are compared as texts, the others as numbers.
[[nodiscard]] constexpr bool is_textual(ValueKind kind) noexcept {
  return kind != ValueKind::number && kind != ValueKind::time;
}

/// A number, or a time as epoch milliseconds given either way; never NaN.
[[nodiscard]] std::optional<double> as_number(ValueKind kind, std::string_view text);

/// Below, equal or above; without regard to case when `folds`.
[[nodiscard]] int compare_texts(std::string_view a, std::string_view b, bool folds) noexcept;

/// Where a value stands in the order of its column.
struct SortKey {
  std::uint64_t prefix = 0;
  std::string_view text;  ///< decides where prefixes of texts are equal
};

/// What stands for a value that is no number where one is expected: after all numbers.
inline constexpr std::uint64_t unreadable_prefix = UINT64_MAX;
[[nodiscard]] std::uint64_t number_prefix(std::optional<double> number) noexcept;
[[nodiscard]] SortKey text_key(std::string_view text, bool folds) noexcept;
[[nodiscard]] int compare_keys(const SortKey& a, const SortKey& b, bool folds) noexcept;

/// A property whose values lie in the record itself, so that an index of it can be kept true.
struct Column {
  PropertyIndex property = 0;
  ValueKind kind = ValueKind::text;
  Derived derived = Derived::no;

  [[nodiscard]] bool folds() const noexcept { return kind == ValueKind::text; }
  /// Nothing where the record has no value; the text lives as long as the record.
  [[nodiscard]] std::optional<SortKey> key_of(const Record& record) const;
  /// Where a text that was asked for stands.
  [[nodiscard]] SortKey key_of_text(std::string_view text) const;
};

/// A stored text or set of options, whose tokens an index can keep; nothing for others.
[[nodiscard]] std::optional<Column> token_column_of(const ObjectType& type, PropertyIndex property);
/// Nothing for values that follow from more than their record, and for sets of options.
[[nodiscard]] std::optional<Column> column_of(const ObjectType& type, PropertyIndex property);

}  // namespace hubsim::portal
