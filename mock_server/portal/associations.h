// Associations: edges between records, each with one or more types (labels). Edges are kept from
// both ends, so either side lists in order of the other's id. Compact, because a portal may have
// more edges than records: 8 bytes each (the other's id, and which set of labels), the first in
// place; the few different sets of labels are kept once.
// Threads: guarded by the portal's lock. Source of the rules: behaviour reference, section 6.1.
#pragma once

#include <bitset>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <utility>
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
  /// What one record has with another: the types seen from it, and from the other.
  struct Edge {
    Endpoint other;
    std::set<int> types;
    std::set<int> inverse_types;
  };
  [[nodiscard]] std::vector<Edge> edges_of(Endpoint record) const;
  /// Removes all the record has, from both sides, and answers it.
  std::vector<Edge> take_record(Endpoint record);
  void put(Endpoint record, const Edge& edge);

  struct Item {
    ObjectId to_id = 0;
    std::vector<int> type_ids;
  };
  /// Edges of `from` to records of `to_type` with id > after, in id order, at most `limit`.
  [[nodiscard]] std::vector<Item> list(Endpoint from, TypeIndex to_type, ObjectId after,
                                       std::size_t limit) const;
  [[nodiscard]] std::size_t count(Endpoint from, TypeIndex to_type) const;

 private:
  /// A pointer to a vector that copies with its owner.
  class Copied {
   public:
    Copied() = default;
    explicit Copied(std::unique_ptr<std::vector<std::uint64_t>> made) : made_(std::move(made)) {}
    Copied(const Copied& other)
        : made_(other ? std::make_unique<std::vector<std::uint64_t>>(*other) : nullptr) {}
    Copied(Copied&&) noexcept = default;
    Copied& operator=(Copied other) noexcept {
      made_.swap(other.made_);
      return *this;
    }
    ~Copied() = default;
    explicit operator bool() const noexcept { return made_ != nullptr; }
    std::vector<std::uint64_t>& operator*() const { return *made_; }
    std::vector<std::uint64_t>* operator->() const { return made_.get(); }

   private:
    std::unique_ptr<std::vector<std::uint64_t>> made_;
  };
  /// The other's id and the index of the labels in one number; 0 is none.
  struct Links {
    std::uint64_t first = 0;
    Copied more;

    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] std::uint64_t* find(ObjectId to) noexcept;
    void insert(std::uint64_t link);
    void erase(ObjectId to);
  };

  bool add_side(Endpoint from, Endpoint to, int type_id);
  /// One label, or all of them.
  bool remove_side(Endpoint from, Endpoint to, std::optional<int> type_id);
  [[nodiscard]] std::uint64_t labels_index(const std::vector<int>& labels);

  /// By type and id of the record, and type of the others.
  boost::unordered_flat_map<std::uint64_t, Links> links_;
  std::vector<std::vector<int>> label_sets_;
  /// By type of the record: which types it was ever tied to.
  std::vector<std::bitset<2048>> to_types_;
};

}  // namespace hubsim::portal
