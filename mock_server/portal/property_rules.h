// Property rules: the validation rules that administrators set on the properties of a portal, by
// object type and property. What a rule means: hubspot/rules/validation_rules.h.
// Threads: guarded by the portal's lock. Invariant: a property has one rule of a type at most.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hubspot/rules/validation_rules.h"
#include "mock_server/portal/part.h"
#include "mock_server/portal/record.h"

namespace hubsim::portal {

class Portal;

class PropertyRules : public PartOf<PropertyRules> {
 public:
  using Key = std::pair<TypeIndex, PropertyIndex>;

  explicit PropertyRules(const Portal& /*portal*/) {}

  /// Sorted by rule type.
  [[nodiscard]] const std::vector<hubspot::ValidationRule>& of(Key key) const;
  [[nodiscard]] const hubspot::ValidationRule* find(Key key, std::string_view rule_type) const;
  /// In place of the rule of that type, where there is one.
  void set(Key key, hubspot::ValidationRule rule);
  [[nodiscard]] const std::map<Key, std::vector<hubspot::ValidationRule>>& all() const noexcept {
    return rules_;
  }

  /// Normalises the value where a rule does that, and says which rule it breaks.
  [[nodiscard]] std::optional<std::string> apply(Key key, std::string& value, Instant now) const;

 private:
  std::map<Key, std::vector<hubspot::ValidationRule>> rules_;
};

}  // namespace hubsim::portal
