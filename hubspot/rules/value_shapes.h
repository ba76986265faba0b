// Value shapes: what validation rules ask of a text: its characters, case, decimal places, whether
// it is a host, a URL or an international phone number, the day it falls on, a period of time.
// Threads: pure functions. Letters beyond ASCII count as letters (I).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/time/clock.h"
#include "common/time/format.h"

namespace hubsim::hubspot {

[[nodiscard]] bool is_digit_char(char c) noexcept;
[[nodiscard]] bool is_letter_char(char c) noexcept;
[[nodiscard]] bool is_space_char(char c) noexcept;
/// Characters of UTF-8, as documented limits count them.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

/// UPPER, LOWER, CAPITALIZATION (the first letter of each word); ASCII letters only.
[[nodiscard]] std::string in_case(std::string_view wanted, std::string_view text);

/// "5000.00" has 2, "1e-3" has 3, "1.5e1" none.
[[nodiscard]] std::int64_t decimal_places(std::string_view number) noexcept;

[[nodiscard]] bool is_host_name(std::string_view text) noexcept;
/// The host of an http or https URL; "" when it is none.
[[nodiscard]] std::string_view url_host(std::string_view text) noexcept;
/// "+" and 7 to 15 digits with the usual punctuation; of that country where one is named and its
/// calling code is known.
[[nodiscard]] bool is_international_phone(std::string_view text, std::string_view country) noexcept;

/// MONDAY to SUNDAY.
[[nodiscard]] const std::array<std::string_view, 7>& week_days() noexcept;
[[nodiscard]] std::string_view week_day(Instant instant) noexcept;

}  // namespace hubsim::hubspot
