#include "mock_server/portal/association_types.h"

#include <algorithm>

#include "common/base/text.h"
#include "mock_server/portal/portal.h"

namespace hubsim::portal {

namespace {

bool is_custom(const ObjectType& type) { return type.fact().type_id.starts_with("2-"); }

}  // namespace

AssociationTypes::AssociationTypes(const Portal& portal) : facts_(&portal.facts()) {}

AssociationTypes::Fact AssociationTypes::find(int type_id) const {
  const auto own = own_.find(type_id);
  return own != own_.end() ? own->second.get() : facts_->find_association_type(type_id);
}

std::vector<AssociationTypes::Fact> AssociationTypes::between(std::string_view from_type_id,
                                                              std::string_view to_type_id) const {
  std::vector<Fact> found;
  const auto take = [&](const hubspot::AssociationTypeFact& fact) {
    if (fact.from_type_id == from_type_id && fact.to_type_id == to_type_id) {
      found.push_back(&fact);
    }
  };
  for (const auto& fact : facts_->association_types) {
    take(fact);
  }
  for (const auto& [id, fact] : own_) {
    take(*fact);
  }
  return found;
}

AssociationTypes::Fact AssociationTypes::find(std::string_view from_type_id,
                                              std::string_view to_type_id,
                                              std::string_view name) const {
  for (Fact fact : between(from_type_id, to_type_id)) {
    if (equals_ignoring_case(fact->name, name) || std::to_string(fact->type_id) == name) {
      return fact;
    }
  }
  return nullptr;
}

AssociationTypes::Fact AssociationTypes::plain(const ObjectType& from, const ObjectType& to) {
  for (Fact fact : between(from.fact().type_id, to.fact().type_id)) {
    if (fact->label.empty()) {
      return fact;
    }
  }
  if (!is_custom(from) && !is_custom(to)) {
    return nullptr;
  }
  return add_label(from, to, {from.fact().singular + "_to_" + to.fact().singular, "", ""}).front();
}

AssociationTypes::Fact AssociationTypes::add(hubspot::AssociationTypeFact fact) {
  const int id = fact.type_id;
  auto& place = own_[id];
  place = std::make_shared<const hubspot::AssociationTypeFact>(std::move(fact));
  return place.get();
}

std::vector<AssociationTypes::Fact> AssociationTypes::add_label(const ObjectType& from,
                                                                const ObjectType& to, Label label) {
  const int id = ++last_id_;
  const bool symmetric = from.index() == to.index() && label.label == label.inverse_label;
  const int inverse = symmetric ? id : ++last_id_;
  std::vector<Fact> made{add({.from_type_id = from.fact().type_id,
                              .to_type_id = to.fact().type_id,
                              .type_id = id,
                              .category = "USER_DEFINED",
                              .label = label.label,
                              .name = label.name,
                              .inverse_type_id = inverse})};
  if (!symmetric) {
    made.push_back(add({.from_type_id = to.fact().type_id,
                        .to_type_id = from.fact().type_id,
                        .type_id = inverse,
                        .category = "USER_DEFINED",
                        .label = label.inverse_label,
                        .name = label.name,
                        .inverse_type_id = id}));
  }
  return made;
}

void AssociationTypes::relabel(int type_id, const std::string& label,
                               const std::string& inverse_label) {
  hubspot::AssociationTypeFact fact = *own_.at(type_id);
  hubspot::AssociationTypeFact inverse = *own_.at(fact.inverse_type_id);
  inverse.label = inverse_label;
  fact.label = label;
  add(std::move(inverse));
  add(std::move(fact));
}

void AssociationTypes::remove(int type_id) {
  const auto own = own_.find(type_id);
  if (own == own_.end()) {
    return;
  }
  const int inverse = own->second->inverse_type_id;
  for (const int id : {type_id, inverse}) {
    own_.erase(id);
    limits_.erase(id);
  }
}

bool AssociationTypes::has_name(std::string_view name) const {
  return std::any_of(own_.begin(), own_.end(),
                     [&](const auto& entry) { return entry.second->name == name; });
}

std::optional<std::size_t> AssociationTypes::limit(int type_id) const {
  const auto found = limits_.find(type_id);
  return found == limits_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace hubsim::portal
