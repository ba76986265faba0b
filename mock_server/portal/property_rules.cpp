#include "mock_server/portal/property_rules.h"

#include <algorithm>

namespace hubsim::portal {

const std::vector<hubspot::ValidationRule>& PropertyRules::of(Key key) const {
  static const std::vector<hubspot::ValidationRule> none;
  const auto found = rules_.find(key);
  return found == rules_.end() ? none : found->second;
}

const hubspot::ValidationRule* PropertyRules::find(Key key, std::string_view rule_type) const {
  for (const hubspot::ValidationRule& rule : of(key)) {
    if (rule.type() == rule_type) {
      return &rule;
    }
  }
  return nullptr;
}

void PropertyRules::set(Key key, hubspot::ValidationRule rule) {
  auto& rules = rules_[key];
  std::erase_if(rules, [&](const auto& known) { return known.type() == rule.type(); });
  const auto place = std::find_if(rules.begin(), rules.end(),
                                  [&](const auto& known) { return known.type() > rule.type(); });
  rules.insert(place, std::move(rule));
}

std::optional<std::string> PropertyRules::apply(Key key, std::string& value, Instant now) const {
  const auto& rules = of(key);
  for (const hubspot::ValidationRule& rule : rules) {
    value = rule.normalised(std::move(value));
  }
  for (const hubspot::ValidationRule& rule : rules) {
    if (auto complaint = value.empty() ? std::nullopt : rule.complaint(value, now)) {
      return complaint;
    }
  }
  return std::nullopt;
}

}  // namespace hubsim::portal
