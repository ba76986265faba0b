// Associations: edges between records, each with one or more types (labels). Edges are kept from
// both ends, so either side lists in order of the other's id.
// Threads: guarded by the portal's lock. Source of the rules: behaviour reference, section 6.1.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "mock_server/portal/record.h"

namespace hubsim::portal {

struct Endpoint {
  TypeIndex type = 0;
  ObjectId id = 0;
  auto operator<=>(const Endpoint&) const = default;
};

struct AssociationEdge {
  Endpoint from;
  Endpoint to;
  int type_id = 0;
  int inverse_type_id = 0;
};

class Associations {
 public:
  /// False when that edge with that type was there already.
  bool add(const AssociationEdge& edge);
  /// Removes that one type from both sides; false when it was not there.
  bool remove(const AssociationEdge& edge);
  /// Removes every type between the two; false when there was none.
  bool remove_all(Endpoint from, Endpoint to);
  void remove_record(Endpoint record);

  struct Item {
    ObjectId to_id = 0;
    std::vector<int> type_ids;
  };
  /// Edges of `from` to records of `to_type` with id > after, in id order, at most `limit`.
  [[nodiscard]] std::vector<Item> list(Endpoint from, TypeIndex to_type, ObjectId after,
                                       std::size_t limit) const;
  [[nodiscard]] std::size_t count(Endpoint from, TypeIndex to_type) const;

 private:
  using Key = std::tuple<Endpoint, Endpoint>;
  std::map<Key, std::set<int>> edges_;
};

}  // namespace hubsim::portal
