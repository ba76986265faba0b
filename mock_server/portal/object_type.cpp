#include "mock_server/portal/object_type.h"

#include <algorithm>
#include <array>

#include "common/base/assert.h"

namespace hubsim::portal {

namespace {

struct DerivedName {
  std::string_view name;
  Derived derived;
};
constexpr std::array<DerivedName, 7> derived_names{{{"object_id", Derived::object_id},
                                                    {"created_at", Derived::created_at},
                                                    {"updated_at", Derived::updated_at},
                                                    {"email_domain", Derived::email_domain},
                                                    {"source", Derived::source},
                                                    {"source_id", Derived::source_id},
                                                    {"source_label", Derived::source_label}}};
constexpr std::string_view constant_prefix = "constant:";

Property make_property(hubspot::PropertyFact&& made, Instant now) {
  Property property{.fact = std::move(made), .created_at = now, .updated_at = now};
  const hubspot::PropertyFact& fact = property.fact;
  if (fact.derived.starts_with(constant_prefix)) {
    property.derived = Derived::constant;
    property.constant = fact.derived.substr(constant_prefix.size());
  }
  for (const auto& [name, derived] : derived_names) {
    if (fact.derived == name) {
      property.derived = derived;
    }
  }
  if (!fact.derived.empty() && property.derived == Derived::no) {
    property.derived = Derived::computed;
  }
  return property;
}

ValueGuard guard_of(const hubspot::PropertyFact& fact) {
  if (!fact.hubspot_defined || fact.read_only_value || fact.type != "enumeration") {
    return ValueGuard::none;
  }
  if (fact.name == "pipeline" || fact.name == "hs_pipeline") {
    return ValueGuard::pipeline;
  }
  if (fact.name == "dealstage" || fact.name == "hs_pipeline_stage" ||
      fact.name == "lifecyclestage") {
    return ValueGuard::stage;
  }
  const bool one_owner = fact.referenced_object_type == "OWNER" && fact.field_type != "checkbox";
  return one_owner ? ValueGuard::owner : ValueGuard::none;
}

}  // namespace

ObjectType::ObjectType(TypeIndex index, hubspot::ObjectTypeFact fact, Instant now)
    : index_(index),
      fact_(std::move(fact)),
      label_(std::make_shared<const TypeLabel>(TypeLabel{fact_.type_id, fact_.singular})),
      created_at_(now) {
  for (auto& property : fact_.properties) {
    HUBSIM_ASSERT(add_property(make_property(std::move(property), now)));
  }
  fact_.properties.clear();
  fact_.properties.shrink_to_fit();
  created_ = property_index(fact_.created_property).value();
  modified_ = property_index(fact_.modified_property).value();
  std::vector<std::string> names = fact_.default_properties;
  std::sort(names.begin(), names.end());
  for (const auto& name : names) {
    view_.push_back(property_index(name).value());
  }
}

std::optional<PropertyIndex> ObjectType::property_index(std::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? std::nullopt : std::optional(it->second);
}

bool ObjectType::add_property(Property property) {
  const auto index = static_cast<PropertyIndex>(properties_.size());
  if (!by_name_.emplace(property.fact.name, index).second) {
    return false;
  }
  if (property.fact.in_create_answer) {
    create_answer_.push_back(index);
  }
  if (property.fact.in_update_answer) {
    update_answer_.push_back(index);
  }
  if (!property.fact.default_value.empty() || !property.fact.default_from.empty()) {
    defaulted_.push_back(index);
  }
  property.guard = guard_of(property.fact);
  properties_.push_back(std::move(property));
  return true;
}

void ObjectType::redefine_property(PropertyIndex index, Property property) {
  HUBSIM_ASSERT(property.fact.name == properties_[index].fact.name);
  property.guard = guard_of(property.fact);
  properties_[index] = std::move(property);
}

std::vector<PropertyIndex> ObjectType::unique_properties() const {
  std::vector<PropertyIndex> unique;
  for (std::size_t i = 0; i < properties_.size(); ++i) {
    if (properties_[i].fact.has_unique_value && properties_[i].derived == Derived::no) {
      unique.push_back(static_cast<PropertyIndex>(i));
    }
  }
  return unique;
}

}  // namespace hubsim::portal
