// Phone numbers as HubSpot normalises them: international form, country, and the digits that search
// looks at (4.4 and 5; recorded 2024 to 2026). What no country's plan allows keeps its digits
// ("+1 555-1234" is searched as 15551234) and has no international form.
#include <algorithm>
#include <array>

#include "mock_server/portal/phone_numbers.h"
#include "mock_server/portal/system_kinds.h"

namespace hubsim::portal {

namespace {

std::optional<std::string> phone(const Subject& subject, const KindParts& parts) {
  const PhoneNumber number = read_phone(subject.stored(parts[2]));
  if (number.digits.empty()) {
    return std::nullopt;
  }
  if (parts[1] == "searchable") {
    return number.national.empty() ? number.digits : number.national;
  }
  if (parts[1] == "searchable_international") {
    return number.code + (number.national.empty() ? number.digits : number.national);
  }
  if (number.national.empty()) {
    return std::nullopt;
  }
  if (parts[1] == "international") {
    return "+" + number.code + number.national;
  }
  if (parts[1] == "country") {
    return std::string(number.country);
  }
  // Only the North American plan has area codes of one length.
  return number.code == "1" ? std::optional(number.national.substr(0, 3)) : std::nullopt;
}

constexpr std::array<SystemKind, 1> kinds{{{"phone", 2, phone}}};

}  // namespace

std::span<const SystemKind> phone_kinds() { return kinds; }

}  // namespace hubsim::portal
