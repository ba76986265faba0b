// Shape tables: the packed form of shapes, as tools/catalogue writes it into the binary and as the
// OpenAPI import builds it in memory. Only catalogue code looks in here; everybody else has Shape.
// Threads: constant once made.
// Invariants: indexes lie inside the tables (the compiler and the importer see to it); fields of
// one object stand together, sorted by name; shape 0 is `any`.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hubsim::hubspot {

/// A text by place in the pool.
struct PackedText {
  std::uint32_t at = 0;
  std::uint32_t size = 0;
};

struct PackedShape {
  PackedText name;
  std::uint8_t kind = 0;
  std::uint8_t format = 0;
  std::uint16_t reserved = 0;
  std::uint32_t first = 0;  ///< of fields (object), values (string), alternatives (one_of)
  std::uint32_t count = 0;
  std::uint32_t element = 0xffffffff;
};

struct PackedField {
  enum Flag : std::uint32_t { required = 1, nullable = 2, read_only = 4, header = 8 };
  PackedText name;
  std::uint32_t shape = 0;
  std::uint32_t flags = 0;
};

struct ShapeTables {
  static constexpr std::uint32_t none = 0xffffffff;
  std::string_view pool;
  std::span<const PackedShape> shapes;
  std::span<const PackedField> fields;
  std::span<const PackedText> texts;  ///< values of enumerations

  [[nodiscard]] std::string_view text(PackedText packed) const noexcept {
    return pool.substr(packed.at, packed.size);
  }
};

}  // namespace hubsim::hubspot
