// Phone numbers: digits, country code and national number of what people type. Why here: calculated
// properties and the free text of searches must agree on the digits.
// Threads: pure. Source: behaviour reference 4.4 and 5; the country codes are those of ITU E.164.
#pragma once

#include <string>
#include <string_view>

namespace hubsim::portal {

struct PhoneNumber {
  std::string digits;        ///< all of them; empty: no number
  std::string code;          ///< "33"; empty where no country's plan allows the number
  std::string national;      ///< without the code
  std::string_view country;  ///< "FR"
};

/// Without a plus sign the number is read as one of the United States (R 2023).
[[nodiscard]] PhoneNumber read_phone(std::string_view text);

}  // namespace hubsim::portal
