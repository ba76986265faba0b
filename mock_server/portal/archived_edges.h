// ArchivedEdges: the associations that archived records had, so that restoring one brings them back
// (behaviour reference 4.6, I; option crm.restore_associations).
// Threads: guarded by the portal's lock.
#pragma once

#include <map>
#include <vector>

#include "mock_server/portal/associations.h"
#include "mock_server/portal/part.h"

namespace hubsim::portal {

class Portal;

class ArchivedEdges : public PartOf<ArchivedEdges> {
 public:
  explicit ArchivedEdges(const Portal& /*unused*/) {}

  void keep(Endpoint record, std::vector<Associations::Edge> edges) {
    if (!edges.empty()) {
      kept_[record] = std::move(edges);
    }
  }
  std::vector<Associations::Edge> take(Endpoint record) {
    auto node = kept_.extract(record);
    return node.empty() ? std::vector<Associations::Edge>() : std::move(node.mapped());
  }

 private:
  std::map<Endpoint, std::vector<Associations::Edge>> kept_;
};

}  // namespace hubsim::portal
