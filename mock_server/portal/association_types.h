// Association types: what associations between two object types may be: HubSpot's own (facts) and
// the labels of the portal, with the limits an administrator sets on them.
// Threads: guarded by the portal's lock. Invariant: every type of the portal's own has its inverse.
// Source: behaviour reference 6.1; "T live 2026-10" marks what a third party's live runs saw.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hubspot/facts/facts.h"
#include "mock_server/portal/object_type.h"
#include "mock_server/portal/part.h"

namespace hubsim::portal {

class Portal;

class AssociationTypes : public PartOf<AssociationTypes> {
 public:
  using Fact = const hubspot::AssociationTypeFact*;

  explicit AssociationTypes(const Portal& portal);

  /// nullptr when neither HubSpot nor the portal has that id.
  [[nodiscard]] Fact find(int type_id) const;
  /// By name and direction, as v3 names types.
  [[nodiscard]] Fact find(std::string_view from_type_id, std::string_view to_type_id,
                          std::string_view name) const;
  /// The unlabelled type between the two. Pairs with a custom object get one of the portal's own
  /// when it is first wanted (T live 2026-10); nullptr for other pairs that HubSpot does not list.
  [[nodiscard]] Fact plain(const ObjectType& from, const ObjectType& to);
  [[nodiscard]] std::vector<Fact> between(std::string_view from_type_id,
                                          std::string_view to_type_id) const;

  struct Label {
    std::string name;
    std::string label;
    std::string inverse_label;
  };
  /// The type of each direction; one where both are the same.
  std::vector<Fact> add_label(const ObjectType& from, const ObjectType& to, Label label);
  void relabel(int type_id, const std::string& label, const std::string& inverse_label);
  /// With its inverse.
  void remove(int type_id);
  [[nodiscard]] bool is_own(int type_id) const { return own_.contains(type_id); }
  [[nodiscard]] bool has_name(std::string_view name) const;

  // Limits: how many records one record may have under a type.
  [[nodiscard]] std::optional<std::size_t> limit(int type_id) const;
  void set_limit(int type_id, std::size_t most) { limits_[type_id] = most; }
  bool remove_limit(int type_id) { return limits_.erase(type_id) == 1; }
  [[nodiscard]] const std::map<int, std::size_t>& limits() const noexcept { return limits_; }

 private:
  Fact add(hubspot::AssociationTypeFact fact);

  const hubspot::Facts* facts_;  ///< the portal's, which its copies keep alive too
  /// Shared with copies of the portal; replaced as a whole when relabelled.
  std::map<int, std::shared_ptr<const hubspot::AssociationTypeFact>> own_;
  std::map<int, std::size_t> limits_;
  int last_id_ = 2'000;  ///< above HubSpot's ids, so that a number names one type
};

}  // namespace hubsim::portal
