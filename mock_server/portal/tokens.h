// Token matching of HubSpot's CONTAINS_TOKEN: values are split on everything but letters and
// digits; the wanted tokens must appear next to each other, `*` standing for any run of letters
// inside one. Evidence: behaviour reference 5 ("example.org" finds x@example.org, recorded 2024;
// wildcards documented).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hubsim::portal {

/// The tokens of a value, in lower case.
[[nodiscard]] std::vector<std::string> tokens_of(std::string_view value);

/// The digits alone, as a phone number is compared.
[[nodiscard]] std::string digits_of(std::string_view text);

class TokenPattern {
 public:
  /// Without `wildcards` a star is a separator like any other sign.
  explicit TokenPattern(std::string_view pattern, bool wildcards = true);
  [[nodiscard]] bool matches(std::string_view value) const;
  /// Tokens that every match has as they stand: those without a star.
  [[nodiscard]] std::vector<std::string> plain() const;

 private:
  std::vector<std::string> wanted_;
};

}  // namespace hubsim::portal
