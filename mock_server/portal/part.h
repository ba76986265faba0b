// Part: one component of a portal's state beside records and associations (pipelines, lists,
// imports, ...), kept in a header of its own. The portal makes it at first use and copies it with a
// snapshot or fork, so a new part edits nothing here.
// Threads: guarded by the portal's lock. Invariant: a copy shares nothing mutable with its origin.
#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace hubsim::portal {

class Part {
 public:
  Part() = default;
  Part(const Part&) = default;
  Part& operator=(const Part&) = default;
  virtual ~Part() = default;
  [[nodiscard]] virtual std::unique_ptr<Part> clone() const = 0;
};

/// `class Pipelines : public PartOf<Pipelines>` with a constructor `explicit Pipelines(const
/// Portal&)`; reached by `portal.part<Pipelines>()`.
template <class Self>
class PartOf : public Part {
 public:
  [[nodiscard]] std::unique_ptr<Part> clone() const final {
    return std::make_unique<Self>(static_cast<const Self&>(*this));
  }

 private:
  PartOf() = default;
  friend Self;
};

/// Its address names the type: compared a hundred times in one batch, where typeid compares texts.
template <class T>
inline constexpr char part_name = 0;
using PartName = const char*;

/// A portal's parts by type; a copy has copies of them all.
class Parts {
 public:
  Parts() = default;
  Parts(Parts&&) = default;
  Parts& operator=(Parts&&) = default;
  Parts(const Parts& other) {
    for (const auto& [name, part] : other.parts_) {
      parts_.emplace_back(name, part->clone());
    }
  }
  Parts& operator=(const Parts&) = delete;
  ~Parts() = default;

  /// nullptr when it was not made yet.
  [[nodiscard]] Part* find(PartName wanted) const {
    for (const auto& [name, part] : parts_) {
      if (name == wanted) {
        return part.get();
      }
    }
    return nullptr;
  }
  Part& add(PartName name, std::unique_ptr<Part> part) {
    return *parts_.emplace_back(name, std::move(part)).second;
  }

 private:
  std::vector<std::pair<PartName, std::unique_ptr<Part>>> parts_;
};

}  // namespace hubsim::portal
