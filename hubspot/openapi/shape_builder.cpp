#include "hubspot/openapi/shape_builder.h"

#include <algorithm>

namespace hubsim::hubspot {

ShapeBuilder::ShapeBuilder() { plain(ShapeKind::any); }

PackedText ShapeBuilder::text(std::string_view text) {
  const auto [place, fresh] = places_.try_emplace(std::string(text));
  if (fresh) {
    place->second = {.at = static_cast<std::uint32_t>(pool_.size()),
                     .size = static_cast<std::uint32_t>(text.size())};
    pool_ += text;
  }
  return place->second;
}

std::uint32_t ShapeBuilder::push(PackedShape shape) {
  shapes_.push_back(shape);
  return static_cast<std::uint32_t>(shapes_.size() - 1);
}

std::uint32_t ShapeBuilder::plain(ShapeKind kind, ShapeFormat format) {
  const auto key = static_cast<std::uint64_t>(kind) << 8 | static_cast<std::uint64_t>(format);
  const auto [place, fresh] = known_.try_emplace(key);
  if (fresh) {
    PackedShape shape;
    shape.kind = static_cast<std::uint8_t>(kind);
    shape.format = static_cast<std::uint8_t>(format);
    place->second = push(shape);
  }
  return place->second;
}

std::uint32_t ShapeBuilder::container(ShapeKind kind, std::uint32_t element) {
  const std::uint64_t key = (std::uint64_t{element} + 1) << 16 | static_cast<std::uint64_t>(kind);
  const auto [place, fresh] = known_.try_emplace(key);
  if (fresh) {
    PackedShape shape;
    shape.kind = static_cast<std::uint8_t>(kind);
    shape.element = element;
    place->second = push(shape);
  }
  return place->second;
}

std::uint32_t ShapeBuilder::enumeration(ShapeKind kind, const std::vector<std::string>& values) {
  PackedShape shape;
  shape.kind = static_cast<std::uint8_t>(kind);
  shape.first = static_cast<std::uint32_t>(texts_.size());
  shape.count = static_cast<std::uint32_t>(values.size());
  for (const std::string& value : values) {
    texts_.push_back(text(value));
  }
  return push(shape);
}

std::uint32_t ShapeBuilder::one_of(const std::vector<std::uint32_t>& alternatives) {
  PackedShape shape;
  shape.kind = static_cast<std::uint8_t>(ShapeKind::one_of);
  shape.first = static_cast<std::uint32_t>(fields_.size());
  shape.count = static_cast<std::uint32_t>(alternatives.size());
  for (const std::uint32_t alternative : alternatives) {
    fields_.push_back({.name = {}, .shape = alternative, .flags = 0});
  }
  return push(shape);
}

std::uint32_t ShapeBuilder::reserve(std::string_view name) {
  PackedShape shape;
  shape.name = text(name);
  shape.kind = static_cast<std::uint8_t>(ShapeKind::object);
  return push(shape);
}

void ShapeBuilder::fill(std::uint32_t object, std::vector<BuiltField> fields,
                        std::uint32_t element) {
  std::stable_sort(fields.begin(), fields.end(),
                   [](const BuiltField& a, const BuiltField& b) { return a.name < b.name; });
  const auto first = static_cast<std::uint32_t>(fields_.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i + 1 < fields.size() && fields[i].name == fields[i + 1].name) {
      continue;
    }
    fields_.push_back(
        {.name = text(fields[i].name), .shape = fields[i].shape, .flags = fields[i].flags});
  }
  shapes_[object].first = first;
  shapes_[object].count = static_cast<std::uint32_t>(fields_.size()) - first;
  shapes_[object].element = element;
}

void ShapeBuilder::become(std::uint32_t reserved, std::uint32_t other) {
  const PackedText name = shapes_[reserved].name;
  shapes_[reserved] = shapes_[other];
  shapes_[reserved].name = name;
}

const ShapeTables& ShapeBuilder::finish() {
  tables_ = {.pool = pool_, .shapes = shapes_, .fields = fields_, .texts = texts_};
  return tables_;
}

}  // namespace hubsim::hubspot
