// Part: one component of a portal's state beside records and associations (pipelines, lists,
// imports, ...), kept in a header of its own. The portal makes it at first use and copies it with a
// snapshot or fork, so a new part edits nothing here.
// Threads: guarded by the portal's lock. Invariant: a copy shares nothing mutable with its origin.
#pragma once

#include <memory>

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

}  // namespace hubsim::portal
