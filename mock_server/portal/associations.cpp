#include "mock_server/portal/associations.h"

#include <algorithm>
#include <limits>

#include "common/base/assert.h"

namespace hubsim::portal {

namespace {

constexpr unsigned label_bits = 16;
constexpr std::uint64_t label_mask = (std::uint64_t{1} << label_bits) - 1;
// A key is two types and an id: ids of HubSpot's magnitude (12 digits) fit four times over.
constexpr unsigned id_bits = 42;
constexpr unsigned type_bits = 11;
constexpr ObjectId largest_id = (ObjectId{1} << id_bits) - 1;

/// Callers ask for any number that stands in a URL; no record has one that is larger.
bool can_exist(ObjectId id) { return id <= largest_id; }

std::uint64_t key_of(Endpoint from, TypeIndex to_type) {
  HUBSIM_ASSERT(can_exist(from.id) && (from.type | to_type) >> type_bits == 0);
  return (std::uint64_t{from.type} << (id_bits + type_bits)) | (std::uint64_t{to_type} << id_bits) |
         from.id;
}

std::uint64_t link_of(ObjectId to, std::uint64_t labels) {
  HUBSIM_ASSERT(can_exist(to));
  return (to << label_bits) | labels;
}
ObjectId id_of(std::uint64_t link) { return link >> label_bits; }

}  // namespace

// ---- Links: what one record is tied to, in order of the ids ------------------------------------

std::size_t Associations::Links::size() const noexcept {
  return first == 0 ? 0 : 1 + (more ? more->size() : 0);
}

std::uint64_t* Associations::Links::find(ObjectId to) noexcept {
  if (first != 0 && id_of(first) == to) {
    return &first;
  }
  if (!more || !can_exist(to)) {
    return nullptr;
  }
  const auto at = std::lower_bound(more->begin(), more->end(), link_of(to, 0));
  return at != more->end() && id_of(*at) == to ? &*at : nullptr;
}

void Associations::Links::insert(std::uint64_t link) {
  if (first == 0) {
    first = link;
    return;
  }
  if (link < first) {
    std::swap(link, first);
  }
  if (!more) {
    more = Copied(std::make_unique<std::vector<std::uint64_t>>());
  }
  more->insert(std::lower_bound(more->begin(), more->end(), link), link);
}

void Associations::Links::erase(ObjectId to) {
  if (id_of(first) != to) {
    std::erase_if(*more, [to](std::uint64_t link) { return id_of(link) == to; });
  } else if (more) {
    first = more->front();
    more->erase(more->begin());
  } else {
    first = 0;
  }
  if (more && more->empty()) {
    more = Copied();
  }
}

// ---- sets of labels ----------------------------------------------------------------------------

std::uint64_t Associations::labels_index(const std::vector<int>& labels) {
  const auto known = std::find(label_sets_.begin(), label_sets_.end(), labels);
  if (known == label_sets_.end()) {
    HUBSIM_ASSERT(label_sets_.size() <= label_mask);
    label_sets_.push_back(labels);
    return label_sets_.size() - 1;
  }
  return static_cast<std::uint64_t>(known - label_sets_.begin());
}

bool Associations::add_side(Endpoint from, Endpoint to, int type_id) {
  HUBSIM_ASSERT(to.id != 0);
  if (to_types_.size() <= from.type) {
    to_types_.resize(from.type + std::size_t{1});
  }
  to_types_[from.type].set(to.type);
  Links& links = links_[key_of(from, to.type)];
  std::uint64_t* link = links.find(to.id);
  if (link == nullptr) {
    links.insert(link_of(to.id, labels_index({type_id})));
    return true;
  }
  std::vector<int> labels = label_sets_[*link & label_mask];
  const auto place = std::lower_bound(labels.begin(), labels.end(), type_id);
  if (place != labels.end() && *place == type_id) {
    return false;
  }
  labels.insert(place, type_id);
  *link = link_of(to.id, labels_index(labels));
  return true;
}

bool Associations::remove_side(Endpoint from, Endpoint to, std::optional<int> type_id) {
  const auto it = can_exist(from.id) ? links_.find(key_of(from, to.type)) : links_.end();
  std::uint64_t* link = it == links_.end() ? nullptr : it->second.find(to.id);
  if (link == nullptr) {
    return false;
  }
  std::vector<int> labels;
  if (type_id) {
    labels = label_sets_[*link & label_mask];
    if (std::erase(labels, *type_id) == 0) {
      return false;
    }
  }
  if (!labels.empty()) {
    *link = link_of(to.id, labels_index(labels));
    return true;
  }
  it->second.erase(to.id);
  if (it->second.size() == 0) {
    links_.erase(it);
  }
  return true;
}

// ---- what callers see --------------------------------------------------------------------------

bool Associations::add(const AssociationEdge& edge) {
  const bool added = add_side(edge.from, edge.to, edge.type_id);
  add_side(edge.to, edge.from, edge.inverse_type_id);
  return added;
}

bool Associations::remove(const AssociationEdge& edge) {
  remove_side(edge.to, edge.from, edge.inverse_type_id);
  return remove_side(edge.from, edge.to, edge.type_id);
}

bool Associations::remove_all(Endpoint from, Endpoint to) {
  remove_side(to, from, std::nullopt);
  return remove_side(from, to, std::nullopt);
}

std::vector<Associations::Edge> Associations::edges_of(Endpoint record) const {
  std::vector<Edge> edges;
  if (record.type >= to_types_.size()) {
    return edges;
  }
  constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  for (std::size_t to = 0; to < to_types_[record.type].size(); ++to) {
    const auto to_type = static_cast<TypeIndex>(to);
    if (!to_types_[record.type].test(to)) {
      continue;
    }
    for (const Item& item : list(record, to_type, 0, all)) {
      const Endpoint other{to_type, item.to_id};
      const auto back = list(other, record.type, record.id - 1, 1);
      const bool mutual = !back.empty() && back.front().to_id == record.id;
      edges.push_back(
          {other,
           {item.type_ids.begin(), item.type_ids.end()},
           mutual ? std::set<int>(back.front().type_ids.begin(), back.front().type_ids.end())
                  : std::set<int>()});
    }
  }
  return edges;
}

std::vector<Associations::Edge> Associations::take_record(Endpoint record) {
  auto edges = edges_of(record);
  for (const Edge& edge : edges) {
    remove_all(record, edge.other);
  }
  return edges;
}

void Associations::put(Endpoint record, const Edge& edge) {
  for (const int type_id : edge.types) {
    add_side(record, edge.other, type_id);
  }
  for (const int type_id : edge.inverse_types) {
    add_side(edge.other, record, type_id);
  }
}

std::vector<Associations::Item> Associations::list(Endpoint from, TypeIndex to_type, ObjectId after,
                                                   std::size_t limit) const {
  std::vector<Item> items;
  const auto it = can_exist(from.id) ? links_.find(key_of(from, to_type)) : links_.end();
  if (it == links_.end() || after >= largest_id) {
    return items;
  }
  const Links& links = it->second;
  const auto take = [&](std::uint64_t link) {
    items.push_back({id_of(link), label_sets_[link & label_mask]});
  };
  if (limit > 0 && id_of(links.first) > after) {
    take(links.first);
  }
  if (links.more) {
    auto at = std::lower_bound(links.more->begin(), links.more->end(), link_of(after + 1, 0));
    for (; at != links.more->end() && items.size() < limit; ++at) {
      take(*at);
    }
  }
  return items;
}

std::size_t Associations::count(Endpoint from, TypeIndex to_type) const {
  const auto it = can_exist(from.id) ? links_.find(key_of(from, to_type)) : links_.end();
  return it == links_.end() ? 0 : it->second.size();
}

}  // namespace hubsim::portal
