#include "mock_server/portal/search_values.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::portal {

ValueKind kind_of(const Property& property) {
  const std::string& type = property.fact.type;
  if (type == "number") {
    return ValueKind::number;
  }
  if (type == "date" || type == "datetime") {
    return ValueKind::time;
  }
  if (type == "enumeration" && property.fact.field_type == "checkbox") {
    return ValueKind::many;
  }
  return type == "enumeration" || type == "bool" ? ValueKind::exact : ValueKind::text;
}

std::optional<double> as_number(ValueKind kind, std::string_view text) {
  if (const auto number = parse_double(text)) {
    return std::isnan(*number) ? std::nullopt : number;
  }
  const auto instant = kind == ValueKind::time ? parse_iso8601(text) : std::nullopt;
  return instant ? std::optional(static_cast<double>(to_unix_ms(*instant))) : std::nullopt;
}

int compare_texts(std::string_view a, std::string_view b, bool folds) noexcept {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const auto x = static_cast<unsigned char>(folds ? to_lower_ascii(a[i]) : a[i]);
    const auto y = static_cast<unsigned char>(folds ? to_lower_ascii(b[i]) : b[i]);
    if (x != y) {
      return x < y ? -1 : 1;
    }
  }
  return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

std::uint64_t number_prefix(std::optional<double> number) noexcept {
  if (!number) {
    return unreadable_prefix;
  }
  constexpr std::uint64_t sign = 1ULL << 63U;
  const auto bits = std::bit_cast<std::uint64_t>(*number == 0 ? 0.0 : *number);
  return (bits & sign) != 0 ? ~bits : bits | sign;
}

SortKey text_key(std::string_view text, bool folds) noexcept {
  // Seven bytes, then the length up to eight: equal prefixes of shorter texts mean equal texts.
  std::uint64_t prefix = 0;
  for (std::size_t i = 0; i < 7; ++i) {
    const char c = i < text.size() ? (folds ? to_lower_ascii(text[i]) : text[i]) : '\0';
    prefix = prefix << 8U | static_cast<unsigned char>(c);
  }
  return {prefix << 8U | std::min<std::size_t>(text.size(), 8), text};
}

int compare_keys(const SortKey& a, const SortKey& b, bool folds) noexcept {
  if (a.prefix != b.prefix) {
    return a.prefix < b.prefix ? -1 : 1;
  }
  return (a.prefix & 0xffU) == 8 ? compare_texts(a.text, b.text, folds) : 0;
}

std::optional<SortKey> Column::key_of(const Record& record) const {
  switch (derived) {
    case Derived::object_id:
      return SortKey{number_prefix(static_cast<double>(record.id)), {}};
    case Derived::created_at:
      return SortKey{number_prefix(static_cast<double>(to_unix_ms(record.created_at))), {}};
    case Derived::updated_at:
      return SortKey{number_prefix(static_cast<double>(to_unix_ms(record.updated_at))), {}};
    default:
      break;
  }
  const std::string* value = record.value(property);
  if (value == nullptr || value->empty()) {
    return std::nullopt;
  }
  return key_of_text(*value);
}

SortKey Column::key_of_text(std::string_view text) const {
  return is_textual(kind) ? text_key(text, folds())
                          : SortKey{number_prefix(as_number(kind, text)), {}};
}

std::optional<Column> token_column_of(const ObjectType& type, PropertyIndex property) {
  const Property& definition = type.property(property);
  const ValueKind kind = kind_of(definition);
  return definition.derived == Derived::no && is_textual(kind)
             ? std::optional(Column{property, kind, Derived::no})
             : std::nullopt;
}

std::optional<Column> column_of(const ObjectType& type, PropertyIndex property) {
  const Property& definition = type.property(property);
  const ValueKind kind = kind_of(definition);
  const bool in_record =
      definition.derived == Derived::no || definition.derived == Derived::object_id ||
      definition.derived == Derived::created_at || definition.derived == Derived::updated_at;
  // A type may show its id or dates as something else: an option, a text.
  const bool shown_otherwise = definition.derived != Derived::no && is_textual(kind);
  if (!in_record || shown_otherwise || kind == ValueKind::many) {
    return std::nullopt;
  }
  return Column{property, kind, definition.derived};
}

}  // namespace hubsim::portal
