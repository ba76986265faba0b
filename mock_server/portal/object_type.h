// ObjectType: one kind of record in a portal, with its property definitions. Definitions are only
// ever added, so an index stays valid; those of HubSpot come from the facts, custom ones from the
// properties API. It owns its fact: a custom type's is made at run time.
// Threads: guarded by the portal's lock. Copies of a portal share it until one of them changes it
// (Portal::edit_type).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hubspot/facts/facts.h"
#include "hubspot/rules/formula.h"
#include "mock_server/portal/record.h"

namespace hubsim::portal {

/// How a system value follows from the rest of its record.
enum class Derived {
  no,
  object_id,
  created_at,
  updated_at,
  email_domain,
  source,
  source_id,
  source_label,
  constant,
  computed,  ///< from other properties: hubspot/rules/derived_values.h
  formula,   ///< a calculated property's own formula: hubspot/rules/formula.h
};

/// Which part of the portal has a say in the values of a property: value_checks.h.
enum class ValueGuard : std::uint8_t { none, pipeline, stage, owner };

struct Property {
  hubspot::PropertyFact fact;
  Instant created_at{};
  Instant updated_at{};
  bool archived = false;
  Instant archived_at{};
  Derived derived = Derived::no;
  std::string constant;  ///< for Derived::constant
  ValueGuard guard = ValueGuard::none;
  bool has_rules = false;  ///< administrators' validation rules: property_rules.h
  /// For Derived::formula; what was sent is in the fact.
  std::shared_ptr<const hubspot::Formula> formula{};
};

class ObjectType {
 public:
  ObjectType(TypeIndex index, hubspot::ObjectTypeFact fact, Instant now);

  [[nodiscard]] TypeIndex index() const noexcept { return index_; }
  /// Its `properties` list is empty: the definitions are properties().
  [[nodiscard]] const hubspot::ObjectTypeFact& fact() const noexcept { return fact_; }
  [[nodiscard]] const std::shared_ptr<const TypeLabel>& label() const noexcept { return label_; }
  /// A custom type that was deleted: no name finds it, its index stays taken.
  [[nodiscard]] bool removed() const noexcept { return removed_; }
  void mark_removed() noexcept { removed_ = true; }
  /// To change what is required and searchable; its names stay.
  [[nodiscard]] hubspot::ObjectTypeFact& edit_fact() noexcept { return fact_; }
  [[nodiscard]] Instant created_at() const noexcept { return created_at_; }

  [[nodiscard]] std::optional<PropertyIndex> property_index(std::string_view name) const;
  [[nodiscard]] const Property& property(PropertyIndex index) const { return properties_[index]; }
  [[nodiscard]] const std::deque<Property>& properties() const noexcept { return properties_; }
  /// False when the name is taken.
  bool add_property(Property property);
  /// Puts another definition in place of one; the name stays.
  void redefine_property(PropertyIndex index, Property property);

  [[nodiscard]] PropertyIndex created_index() const noexcept { return created_; }
  [[nodiscard]] PropertyIndex modified_index() const noexcept { return modified_; }
  /// Indexes of the default properties in name order, for answers that name none.
  [[nodiscard]] const std::vector<PropertyIndex>& default_view() const noexcept { return view_; }
  [[nodiscard]] std::vector<PropertyIndex> unique_properties() const;
  /// Found once, because every write asks: what answers to creates and updates show beside what was
  /// written, and what HubSpot fills in at birth.
  [[nodiscard]] const std::vector<PropertyIndex>& create_answer() const noexcept {
    return create_answer_;
  }
  [[nodiscard]] const std::vector<PropertyIndex>& update_answer() const noexcept {
    return update_answer_;
  }
  [[nodiscard]] const std::vector<PropertyIndex>& defaulted() const noexcept { return defaulted_; }

 private:
  TypeIndex index_;
  hubspot::ObjectTypeFact fact_;
  std::shared_ptr<const TypeLabel> label_;
  bool removed_ = false;
  Instant created_at_{};
  std::deque<Property> properties_;
  std::map<std::string, PropertyIndex, std::less<>> by_name_;
  PropertyIndex created_ = 0;
  PropertyIndex modified_ = 0;
  std::vector<PropertyIndex> view_;
  std::vector<PropertyIndex> create_answer_;
  std::vector<PropertyIndex> update_answer_;
  std::vector<PropertyIndex> defaulted_;
};

}  // namespace hubsim::portal
