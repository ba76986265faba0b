#include "mock_server/portal/associations.h"

#include <limits>

namespace hubsim::portal {

bool Associations::add(const AssociationEdge& edge) {
  const bool added = edges_[{edge.from, edge.to}].insert(edge.type_id).second;
  edges_[{edge.to, edge.from}].insert(edge.inverse_type_id);
  return added;
}

bool Associations::remove(const AssociationEdge& edge) {
  const auto take = [&](Endpoint from, Endpoint to, int type_id) {
    const auto it = edges_.find({from, to});
    if (it == edges_.end() || it->second.erase(type_id) == 0) {
      return false;
    }
    if (it->second.empty()) {
      edges_.erase(it);
    }
    return true;
  };
  take(edge.to, edge.from, edge.inverse_type_id);
  return take(edge.from, edge.to, edge.type_id);
}

bool Associations::remove_all(Endpoint from, Endpoint to) {
  edges_.erase({to, from});
  return edges_.erase({from, to}) == 1;
}

void Associations::remove_record(Endpoint record) {
  auto it = edges_.lower_bound({record, Endpoint{}});
  while (it != edges_.end() && std::get<0>(it->first) == record) {
    edges_.erase({std::get<1>(it->first), record});
    it = edges_.erase(it);
  }
}

std::vector<Associations::Item> Associations::list(Endpoint from, TypeIndex to_type, ObjectId after,
                                                   std::size_t limit) const {
  std::vector<Item> items;
  auto it = edges_.upper_bound({from, Endpoint{to_type, after}});
  for (; it != edges_.end() && items.size() < limit; ++it) {
    const auto& [key_from, key_to] = it->first;
    if (key_from != from || key_to.type != to_type) {
      break;
    }
    items.push_back({key_to.id, {it->second.begin(), it->second.end()}});
  }
  return items;
}

std::size_t Associations::count(Endpoint from, TypeIndex to_type) const {
  return list(from, to_type, 0, std::numeric_limits<std::size_t>::max()).size();
}

}  // namespace hubsim::portal
