// Validation rules: what an account's administrators demand of the values of a property beyond its
// type: lengths, ranges, days, formats, domains, regular expressions (RE2), as set through the
// property validations API. Why here: every write path of the CRM and the definitions API must
// agree on them.
// Threads: a rule is immutable once made; checks are pure.
// Source: behaviour reference 4.10 and A3 (rule types); arguments and supported types D docs
// property-validations. What HubSpot answers for a broken rule is unknown: the texts are ours.
// Limits: 20 arguments of 2,000 characters; the automaton of a REGEX takes at most 1 MiB.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/time/clock.h"
#include "hubspot/facts/facts.h"

namespace re2 {
class RE2;
}

namespace hubsim::hubspot {

struct RuleKind;

class ValidationRule {
 public:
  /// The rule, or why it cannot be set on that property.
  [[nodiscard]] static Result<ValidationRule> make(const PropertyFact& property,
                                                   std::string_view type,
                                                   std::vector<std::string> arguments,
                                                   bool normalises);

  [[nodiscard]] std::string_view type() const;
  [[nodiscard]] const std::vector<std::string>& arguments() const noexcept { return arguments_; }
  [[nodiscard]] bool normalises() const noexcept { return normalises_; }
  [[nodiscard]] const re2::RE2* pattern() const noexcept { return pattern_.get(); }

  /// The value as the rule would have it where it normalises: case and white space.
  [[nodiscard]] std::string normalised(std::string value) const;
  /// What the value, stored form and not empty, lacks; nothing when it is fine.
  [[nodiscard]] std::optional<std::string> complaint(std::string_view value, Instant now) const;

 private:
  ValidationRule(const RuleKind* kind, std::vector<std::string> arguments, bool normalises)
      : kind_(kind), arguments_(std::move(arguments)), normalises_(normalises) {}

  const RuleKind* kind_;
  std::vector<std::string> arguments_;
  bool normalises_ = false;
  std::shared_ptr<const re2::RE2> pattern_;
};

/// All rule types, sorted: AFTER_DATETIME_DURATION, AFTER_DURATION, ...
[[nodiscard]] std::span<const std::string_view> rule_type_names() noexcept;

/// `from` moved by an ISO 8601 period ("P1Y", "P7D", "PT2H"), `sign` times; nothing when it is
/// none.
[[nodiscard]] std::optional<Instant> shifted(Instant from, std::string_view period, int sign);

}  // namespace hubsim::hubspot
