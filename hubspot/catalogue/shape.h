// Shape: what a JSON body (or the query parameters) of an operation looks like: a named, possibly
// recursive schema. A Shape is a small handle into packed tables (shape_tables.h): copying one
// costs nothing, nothing is built at start. Value semantics; a default one is "nothing known" and
// false. Threads: constant data. Lifetime: the tables' (the built-in ones: for ever; those of an
// OpenAPI file: as long as their Catalogue). Invariants: accessors never fail; what a kind does not
// have is empty (fields of a string: none).
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace hubsim::hubspot {

/// any: every JSON value. one_of: one of alternatives(). map: object with free keys and element().
enum class ShapeKind : std::uint8_t {
  any,
  string,
  integer,
  number,
  boolean,
  object,
  array,
  map,
  one_of,
};
/// How a string (or an integer) is to be read. date_time: ISO 8601; binary: bytes of a file.
enum class ShapeFormat : std::uint8_t { none, date, date_time, binary, uuid, int32, int64 };

[[nodiscard]] std::string_view shape_kind_name(ShapeKind kind) noexcept;

/// What a Shape, or a parameter, owns by index, as a range for `for`.
template <class Owner, class Item, Item (Owner::*At)(std::size_t) const noexcept>
class Items {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using pointer = const Item*;
    using reference = Item;
    Iterator(const Owner& owner, std::size_t index) : owner_(owner), index_(index) {}
    Item operator*() const noexcept { return (owner_.*At)(index_); }
    Iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator& other) const noexcept { return index_ == other.index_; }

   private:
    Owner owner_;
    std::size_t index_;
  };
  Items(const Owner& owner, std::size_t size) : owner_(owner), size_(size) {}
  [[nodiscard]] Iterator begin() const noexcept { return {owner_, 0}; }
  [[nodiscard]] Iterator end() const noexcept { return {owner_, size_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] Item operator[](std::size_t index) const noexcept { return (owner_.*At)(index); }

 private:
  Owner owner_;
  std::size_t size_;
};

struct Field;
struct ShapeTables;

class Shape {
 public:
  Shape() = default;
  Shape(const ShapeTables& tables, std::uint32_t index) : tables_(&tables), index_(index) {}

  /// Whether anything is known at all. An operation without a body has a false one.
  [[nodiscard]] explicit operator bool() const noexcept { return tables_ != nullptr; }
  [[nodiscard]] ShapeKind kind() const noexcept;
  [[nodiscard]] ShapeFormat format() const noexcept;
  /// "HubDbTableV3"; empty for what is written in place.
  [[nodiscard]] std::string_view name() const noexcept;
  /// Equal for equal shapes of one set of tables: a key for caches and for recursion.
  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }

  [[nodiscard]] std::size_t field_count() const noexcept;
  [[nodiscard]] Field field_at(std::size_t index) const noexcept;
  /// Fields of an object, in order of name; parameters of a query.
  [[nodiscard]] auto fields() const noexcept;
  /// By JSON name; a false shape in it when there is none.
  [[nodiscard]] Field field(std::string_view name) const noexcept;

  /// Items of an array, values of a map, further members of an open object; else false.
  [[nodiscard]] Shape element() const noexcept;

  [[nodiscard]] std::size_t value_count() const noexcept;
  [[nodiscard]] std::string_view value_at(std::size_t index) const noexcept;
  /// Values of an enumeration (a string, rarely an integer); empty: any value.
  [[nodiscard]] auto values() const noexcept;

  [[nodiscard]] std::size_t alternative_count() const noexcept;
  [[nodiscard]] Shape alternative_at(std::size_t index) const noexcept;
  [[nodiscard]] auto alternatives() const noexcept;

  bool operator==(const Shape&) const = default;

 private:
  const ShapeTables* tables_ = nullptr;
  std::uint32_t index_ = 0;
};

struct Field {
  std::string_view name;  ///< as in JSON
  Shape shape;
  bool required = false;
  bool nullable = false;   ///< null is written although the field is there
  bool read_only = false;  ///< only the server sets it
  bool header = false;     ///< a parameter that is a header, not in the query
  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(shape); }
};

inline auto Shape::fields() const noexcept {
  return Items<Shape, Field, &Shape::field_at>(*this, field_count());
}
inline auto Shape::values() const noexcept {
  return Items<Shape, std::string_view, &Shape::value_at>(*this, value_count());
}
inline auto Shape::alternatives() const noexcept {
  return Items<Shape, Shape, &Shape::alternative_at>(*this, alternative_count());
}

}  // namespace hubsim::hubspot
