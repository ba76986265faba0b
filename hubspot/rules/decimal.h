// Decimal: numbers as HubSpot's calculated properties keep them: exact, with the decimals they were
// written with ("1500.00" stays so), because a product shows every digit of both sides (recorded
// 2025: 1000000.0 times the probability 0.2 is "200000.00000000001110...").
// Threads: plain value. Invariant: at most most_digits on each side, else there is no value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubsim::hubspot {

class Decimal {
 public:
  Decimal() = default;
  /// "-12.50", "1e3"; nothing for what is no number or too long for one.
  [[nodiscard]] static std::optional<Decimal> parse(std::string_view text);
  /// Every digit of the binary number: 0.2 is 0.200000000000000011102230246251565...
  [[nodiscard]] static Decimal exactly(double number);

  [[nodiscard]] Decimal plus(const Decimal& other) const;
  [[nodiscard]] Decimal minus(const Decimal& other) const;
  [[nodiscard]] Decimal times(const Decimal& other) const;
  [[nodiscard]] Decimal percent() const;
  [[nodiscard]] std::string text() const;

 private:
  Decimal(bool negative, std::string digits, std::size_t scale);
  bool negative_ = false;
  std::string digits_ = "0";  ///< without leading zeros
  std::size_t scale_ = 0;     ///< how many of them stand behind the point
};

}  // namespace hubsim::hubspot
