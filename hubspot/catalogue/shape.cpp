#include "hubspot/catalogue/shape.h"

#include <algorithm>
#include <array>

#include "hubspot/catalogue/shape_tables.h"

namespace hubsim::hubspot {

namespace {

constexpr std::array<std::string_view, 9> kind_names{
    "any", "string", "integer", "number", "boolean", "object", "array", "map", "one_of"};

const PackedShape no_shape{};

const PackedShape& packed(const ShapeTables* tables, std::uint32_t index) noexcept {
  return tables == nullptr ? no_shape : tables->shapes[index];
}

bool has(const PackedField& field, PackedField::Flag flag) noexcept {
  return (field.flags & flag) != 0;
}

}  // namespace

std::string_view shape_kind_name(ShapeKind kind) noexcept {
  return kind_names[static_cast<std::size_t>(kind)];
}

ShapeKind Shape::kind() const noexcept {
  return static_cast<ShapeKind>(packed(tables_, index_).kind);
}

ShapeFormat Shape::format() const noexcept {
  return static_cast<ShapeFormat>(packed(tables_, index_).format);
}

std::string_view Shape::name() const noexcept {
  return tables_ == nullptr ? std::string_view() : tables_->text(packed(tables_, index_).name);
}

std::size_t Shape::field_count() const noexcept {
  return kind() == ShapeKind::object ? packed(tables_, index_).count : 0;
}

Field Shape::field_at(std::size_t index) const noexcept {
  const PackedField& field = tables_->fields[packed(tables_, index_).first + index];
  return {.name = tables_->text(field.name),
          .shape = Shape(*tables_, field.shape),
          .required = has(field, PackedField::required),
          .nullable = has(field, PackedField::nullable),
          .read_only = has(field, PackedField::read_only),
          .header = has(field, PackedField::header)};
}

Field Shape::field(std::string_view name) const noexcept {
  if (field_count() == 0) {
    return {};
  }
  const PackedShape& shape = packed(tables_, index_);
  const auto fields = tables_->fields.subspan(shape.first, shape.count);
  const auto place = std::lower_bound(fields.begin(), fields.end(), name,
                                      [this](const PackedField& field, std::string_view wanted) {
                                        return tables_->text(field.name) < wanted;
                                      });
  if (place == fields.end() || tables_->text(place->name) != name) {
    return {};
  }
  return field_at(static_cast<std::size_t>(place - fields.begin()));
}

Shape Shape::element() const noexcept {
  const std::uint32_t element = packed(tables_, index_).element;
  return tables_ == nullptr || element == ShapeTables::none ? Shape() : Shape(*tables_, element);
}

std::size_t Shape::value_count() const noexcept {
  const bool scalar = kind() == ShapeKind::string || kind() == ShapeKind::integer;
  return scalar ? packed(tables_, index_).count : 0;
}

std::string_view Shape::value_at(std::size_t index) const noexcept {
  return tables_->text(tables_->texts[packed(tables_, index_).first + index]);
}

std::size_t Shape::alternative_count() const noexcept {
  return kind() == ShapeKind::one_of ? packed(tables_, index_).count : 0;
}

Shape Shape::alternative_at(std::size_t index) const noexcept {
  return {*tables_, tables_->fields[packed(tables_, index_).first + index].shape};
}

}  // namespace hubsim::hubspot
