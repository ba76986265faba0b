#include "hubspot/rules/value_shapes.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <optional>

#include "common/base/text.h"
#include "hubspot/rules/validation_rules.h"

namespace hubsim::hubspot {

namespace {

struct CallingCode {
  std::string_view country;
  std::string_view code;
};
constexpr std::array<CallingCode, 40> calling_codes{
    {{"ae", "971"}, {"ar", "54"}, {"at", "43"},  {"au", "61"}, {"be", "32"},  {"bg", "359"},
     {"br", "55"},  {"ca", "1"},  {"ch", "41"},  {"cl", "56"}, {"cn", "86"},  {"co", "57"},
     {"cz", "420"}, {"de", "49"}, {"dk", "45"},  {"es", "34"}, {"fi", "358"}, {"fr", "33"},
     {"gb", "44"},  {"gr", "30"}, {"hk", "852"}, {"hu", "36"}, {"ie", "353"}, {"il", "972"},
     {"in", "91"},  {"it", "39"}, {"jp", "81"},  {"kr", "82"}, {"lu", "352"}, {"mx", "52"},
     {"nl", "31"},  {"no", "47"}, {"nz", "64"},  {"pl", "48"}, {"pt", "351"}, {"ro", "40"},
     {"se", "46"},  {"sg", "65"}, {"us", "1"},   {"za", "27"}}};

bool is_host_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(),
                     [](char c) { return is_letter_char(c) || is_digit_char(c) || c == '-'; });
}

/// One number and its unit of a period; `rest` begins behind it.
struct PeriodStep {
  std::int64_t count = 0;
  char unit = 0;
};
std::optional<PeriodStep> take_step(std::string_view& rest) {
  constexpr std::size_t most_digits = 4;  // beyond that no date HubSpot can show is left
  std::size_t digits = 0;
  while (digits < rest.size() && is_digit_char(rest[digits])) {
    ++digits;
  }
  if (digits == 0 || digits > most_digits || digits == rest.size()) {
    return std::nullopt;
  }
  const PeriodStep step{*parse_int(rest.substr(0, digits)), rest[digits]};
  rest.remove_prefix(digits + 1);
  return step;
}

/// Twelve thousand years around: what the calendar below can count in without overflow.
bool is_near(Instant instant) {
  constexpr std::chrono::days reach(12'000 * 365);
  const auto since = instant.time_since_epoch();
  return since < reach && since > -reach;
}

/// Months keep the day of the month, or take the last one there is.
Instant add_months(Instant from, std::int64_t months) {
  const auto day = std::chrono::floor<std::chrono::days>(from);
  std::chrono::year_month_day date(day);
  date += std::chrono::months(months);
  if (!date.ok()) {
    date = date.year() / date.month() / std::chrono::last;
  }
  return Instant(std::chrono::sys_days(date)) + (from - Instant(day));
}

std::optional<Instant> add_step(Instant from, PeriodStep step, bool time_part) {
  if (time_part) {
    switch (step.unit) {
      case 'H':
        return from + std::chrono::hours(step.count);
      case 'M':
        return from + std::chrono::minutes(step.count);
      case 'S':
        return from + std::chrono::seconds(step.count);
      default:
        return std::nullopt;
    }
  }
  switch (step.unit) {
    case 'Y':
      return add_months(from, step.count * 12);
    case 'M':
      return add_months(from, step.count);
    case 'W':
      return from + std::chrono::days(step.count * 7);
    case 'D':
      return from + std::chrono::days(step.count);
    default:
      return std::nullopt;
  }
}

}  // namespace

bool is_digit_char(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter_char(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalpha(byte) != 0;
}
bool is_space_char(char c) noexcept { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::size_t count_characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string in_case(std::string_view wanted, std::string_view text) {
  std::string out(text);
  bool starts_word = true;
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (wanted == "UPPER" || (wanted == "CAPITALIZATION" && starts_word)) {
      c = byte < 0x80 ? static_cast<char>(std::toupper(byte)) : c;
    } else if (wanted == "LOWER") {
      c = to_lower_ascii(c);
    }
    starts_word = is_space_char(c);
  }
  return out;
}

std::int64_t decimal_places(std::string_view number) noexcept {
  const auto exponent_at = number.find_first_of("eE");
  std::string_view mantissa = number.substr(0, exponent_at);
  std::int64_t exponent = 0;
  if (exponent_at != std::string_view::npos) {
    std::string_view digits = number.substr(exponent_at + 1);
    digits.remove_prefix(digits.starts_with('+') ? 1 : 0);
    exponent = parse_int(digits).value_or(0);
  }
  const auto dot = mantissa.find('.');
  const auto places =
      dot == std::string_view::npos ? 0 : static_cast<std::int64_t>(mantissa.size() - dot - 1);
  return std::max<std::int64_t>(0, places - std::clamp<std::int64_t>(exponent, -400, 400));
}

bool is_host_name(std::string_view text) noexcept {
  const auto labels = split(text, '.');
  return text.size() <= 253 && labels.size() >= 2 &&
         std::all_of(labels.begin(), labels.end(), is_host_label) && labels.back().size() >= 2;
}

std::string_view url_host(std::string_view text) noexcept {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text.size() > scheme.size() &&
        equals_ignoring_case(text.substr(0, scheme.size()), scheme)) {
      std::string_view host = text.substr(scheme.size());
      host = host.substr(0, host.find_first_of("/?#"));
      host = host.substr(0, host.find(':'));
      const bool blanks = std::any_of(text.begin(), text.end(), is_space_char);
      return is_host_name(host) && !blanks ? host : std::string_view();
    }
  }
  return {};
}

bool is_international_phone(std::string_view text, std::string_view country) noexcept {
  if (!text.starts_with('+')) {
    return false;
  }
  std::string digits;
  for (const char c : text.substr(1)) {
    if (is_digit_char(c)) {
      digits += c;
    } else if (std::string_view(" -().").find(c) == std::string_view::npos) {
      return false;
    }
  }
  const auto* known =
      std::find_if(calling_codes.begin(), calling_codes.end(),
                   [&](const CallingCode& each) { return each.country == country; });
  return digits.size() >= 7 && digits.size() <= 15 &&
         (known == calling_codes.end() || digits.starts_with(known->code));
}

const std::array<std::string_view, 7>& week_days() noexcept {
  static constexpr std::array<std::string_view, 7> names{
      "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"};
  return names;
}

std::string_view week_day(Instant instant) noexcept {
  const std::chrono::weekday day(std::chrono::floor<std::chrono::days>(instant));
  return week_days()[day.iso_encoding() - 1];
}

std::optional<Instant> shifted(Instant from, std::string_view period, int sign) {
  if (!period.starts_with('P') || period.size() < 3) {
    return std::nullopt;
  }
  std::string_view rest = period.substr(1);
  bool time_part = false;
  while (!rest.empty()) {
    if (!time_part && rest.starts_with('T')) {
      time_part = true;
      rest.remove_prefix(1);
      continue;
    }
    auto step = take_step(rest);
    if (!step) {
      return std::nullopt;
    }
    step->count *= sign;
    const auto next = add_step(from, *step, time_part);
    if (!next || !is_near(*next)) {
      return std::nullopt;
    }
    from = *next;
  }
  return time_part && period.ends_with('T') ? std::nullopt : std::optional(from);
}

}  // namespace hubsim::hubspot
