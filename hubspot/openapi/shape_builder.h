// ShapeBuilder: makes shape tables in memory, with the invariants of shape_tables.h: equal simple
// shapes once, fields of one object together and sorted.
// Threads: one; tables() after the last call of anything else. Lifetime: owns what tables() views.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hubspot/catalogue/shape.h"
#include "hubspot/catalogue/shape_tables.h"

namespace hubsim::hubspot {

struct BuiltField {
  std::string name;
  std::uint32_t shape = 0;
  std::uint32_t flags = 0;  ///< PackedField::Flag
};

class ShapeBuilder {
 public:
  ShapeBuilder();

  [[nodiscard]] std::size_t size() const noexcept { return shapes_.size(); }
  std::uint32_t plain(ShapeKind kind, ShapeFormat format = ShapeFormat::none);
  /// array or map.
  std::uint32_t container(ShapeKind kind, std::uint32_t element);
  std::uint32_t enumeration(ShapeKind kind, const std::vector<std::string>& values);
  std::uint32_t one_of(const std::vector<std::uint32_t>& alternatives);
  /// A place for an object whose fields are not known yet: shapes may contain themselves.
  std::uint32_t reserve(std::string_view name);
  /// A field that occurs again takes the place of the one before it.
  void fill(std::uint32_t object, std::vector<BuiltField> fields,
            std::uint32_t element = ShapeTables::none);
  /// A reserved place that turned out to be another shape: a copy of it.
  void become(std::uint32_t reserved, std::uint32_t other);

  /// Once at the end; the views stay while the builder lives and is left alone.
  const ShapeTables& finish();

 private:
  PackedText text(std::string_view text);
  std::uint32_t push(PackedShape shape);

  std::string pool_;
  std::unordered_map<std::string, PackedText> places_;
  std::vector<PackedShape> shapes_;
  std::vector<PackedField> fields_;
  std::vector<PackedText> texts_;
  std::map<std::uint64_t, std::uint32_t> known_;  ///< plain shapes and containers
  ShapeTables tables_;
};

}  // namespace hubsim::hubspot
