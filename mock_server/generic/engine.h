// Engine: answers every operation of the catalogue that no hand-written code answers, from its row
// alone: resource, role, shapes. What it remembers is a part of the portal (core/store.h).
// Threads: run() under the portal's lock; the index is built by whoever comes first.
// Lifetime: the rows outlive it.
#pragma once

#include <memory>
#include <mutex>
#include <span>

#include "hubspot/catalogue/catalogue.h"
#include "mock_server/operations/operation.h"

namespace hubsim::generic {

class ResourceIndex;
class RoleTable;

class Engine {
 public:
  explicit Engine(std::span<const hubspot::OperationRow> rows);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  [[nodiscard]] operations::Reply run(operations::Context& context,
                                      const hubspot::OperationRow& row) const;
  /// The fault key (design 3a): path and query, and the body of a write.
  [[nodiscard]] std::string key(const operations::Context& context) const;

 private:
  [[nodiscard]] const ResourceIndex& index() const;

  std::span<const hubspot::OperationRow> rows_;
  std::unique_ptr<RoleTable> roles_;
  mutable std::once_flag built_;
  mutable std::unique_ptr<ResourceIndex> index_;
};

}  // namespace hubsim::generic
