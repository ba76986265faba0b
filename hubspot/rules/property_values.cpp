#include "hubspot/rules/property_values.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::hubspot {

namespace {

using Value = Result<std::string, ValueError>;

constexpr std::int64_t day_ms = 86'400'000;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Characters, as the documented limit counts them: bytes that do not continue a UTF-8 sequence.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool is_label_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '-' || byte >= 0x80;
}

bool is_host(std::string_view host) {
  const auto labels = split(host, '.');
  const bool labels_fine = std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), is_label_char);
  });
  return labels.size() >= 2 && labels_fine && labels.back().size() >= 2;
}

Value email_value(std::string_view raw) {
  std::string email = to_lower(trim(raw));
  if (!is_valid_email(email)) {
    return Failure{
        ValueError{"INVALID_EMAIL", "Email address " + std::string(raw) + " is invalid"}};
  }
  return email;
}

/// Kept as given: "5000.00" and "3000" both came back as sent (4.10, R).
Value number_value(std::string_view raw) {
  const auto number = parse_double(raw);
  if (!number || !std::isfinite(*number)) {
    return Failure{ValueError{"INVALID_INTEGER", std::string(raw) + " was not a valid number."}};
  }
  return std::string(raw);
}

std::string clock_text(std::int64_t ms_of_day) {
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const std::int64_t ms = ms_of_day % 1000;
  std::string text = std::to_string(ms_of_day / 3'600'000) + ":" + two(ms_of_day / 60'000 % 60) +
                     ":" + two(ms_of_day / 1000 % 60);
  if (ms != 0) {
    const std::string digits = std::to_string(ms);
    text += "." + std::string(3 - digits.size(), '0') + digits;
  }
  return text;
}

/// Years 1 to 9999: what the wire format can show.
std::optional<Instant> instant_of(std::string_view raw) {
  constexpr std::int64_t first_ms = -62'135'596'800'000;
  constexpr std::int64_t last_ms = 253'402'300'799'999;
  if (const auto ms = parse_int(raw)) {
    return *ms >= first_ms && *ms <= last_ms ? std::optional(from_unix_ms(*ms)) : std::nullopt;
  }
  return parse_iso8601(raw);
}

/// A day, given as such or as epoch milliseconds at midnight UTC (4.10, D; text R community).
Value date_value(std::string_view raw) {
  const auto instant = instant_of(raw);
  if (!instant) {
    return Failure{ValueError{"INVALID_DATE", std::string(raw) + " was not a valid date."}};
  }
  const std::int64_t past_midnight = ((to_unix_ms(*instant) % day_ms) + day_ms) % day_ms;
  if (past_midnight != 0) {
    return Failure{ValueError{
        "INVALID_DATE",
        std::string(raw) + " is at " + clock_text(past_midnight) + " UTC, not midnight!"}};
  }
  return format_date(*instant);
}

/// INVALID_LONG is what a bad datetime gets (3.4, R: "invalid was not a valid long.").
Value datetime_value(std::string_view raw) {
  const auto instant = instant_of(raw);
  if (!instant) {
    return Failure{ValueError{"INVALID_LONG", std::string(raw) + " was not a valid long."}};
  }
  return format_iso8601(from_unix_ms(to_unix_ms(*instant)));
}

Value bool_value(std::string_view raw) {
  for (const std::string_view known : {"true", "false"}) {
    if (equals_ignoring_case(raw, known)) {
      return std::string(known);
    }
  }
  return Failure{ValueError{"INVALID_OPTION", std::string(raw) +
                                                  " was not one of the allowed options: "
                                                  "[true, false]"}};
}

/// A property whose options live elsewhere (owners, currencies, teams) takes any value.
bool is_option(const PropertyFact& property, std::string_view value) {
  return property.external_options || property.options.empty() ||
         std::any_of(property.options.begin(), property.options.end(),
                     [&](const PropertyOption& option) { return option.value == value; });
}

ValueError invalid_option(const PropertyFact& property, std::string_view value) {
  std::vector<std::string> known;
  for (const PropertyOption& option : property.options) {
    known.push_back(option.value);
  }
  return {"INVALID_OPTION",
          std::string(value) + " was not one of the allowed options: [" + join(known, ", ") + "]"};
}

void add_option(std::string& set, std::string_view value) {
  const auto known = split(set, ';');
  if (value.empty() || std::find(known.begin(), known.end(), value) != known.end()) {
    return;
  }
  if (!set.empty()) {
    set += ';';
  }
  set += value;
}

Value checkbox_value(const PropertyFact& property, std::string_view raw) {
  std::string set;
  for (const std::string_view value : split(raw, ';')) {
    if (!value.empty() && !is_option(property, value)) {
      return Failure{invalid_option(property, value)};
    }
    add_option(set, value);
  }
  return raw.starts_with(';') ? ";" + set : set;
}

Value enumeration_value(const PropertyFact& property, std::string_view raw) {
  if (property.field_type == "checkbox") {
    return checkbox_value(property, raw);
  }
  if (!is_option(property, raw)) {
    return Failure{invalid_option(property, raw)};
  }
  return std::string(raw);
}

Value string_value(const PropertyFact& property, std::string_view raw) {
  if (property.hubspot_defined && property.name == "email") {
    return email_value(raw);
  }
  if (property.hubspot_defined && property.name == "domain") {
    return normalise_domain(raw);
  }
  return std::string(raw);
}

Value typed_value(const PropertyFact& property, std::string_view raw) {
  if (property.type == "number") {
    return number_value(raw);
  }
  if (property.type == "date") {
    return date_value(raw);
  }
  if (property.type == "datetime") {
    return datetime_value(raw);
  }
  if (property.type == "bool") {
    return bool_value(raw);
  }
  if (property.type == "enumeration") {
    return enumeration_value(property, raw);
  }
  return string_value(property, raw);
}

}  // namespace

Value normalise(const PropertyFact& property, std::string_view raw) {
  if (property.calculated || property.read_only_value) {
    const std::string kind = property.calculated ? "calculated" : "read only";
    return Failure{ValueError{"READ_ONLY_VALUE", "\"" + property.name + "\" is a " + kind +
                                                     " property; its value cannot be set."}};
  }
  if (raw.size() > max_value_length && count_characters(raw) > max_value_length) {
    return Failure{ValueError{"PROPERTY_VALUE_TOO_LONG",
                              "The value of property \"" + property.name + "\" was too long"}};
  }
  // Since April 2025 padded values that are not strings are refused instead of trimmed (3.4, D):
  // the padding reaches the reader of the type, which takes none.
  return raw.empty() ? Value(std::string()) : typed_value(property, raw);
}

std::string append_options(const PropertyFact& property, std::string_view stored,
                           std::string normalised) {
  if (property.field_type != "checkbox" || !normalised.starts_with(';')) {
    return normalised;
  }
  std::string set(stored);
  for (const std::string_view value : split(normalised, ';')) {
    add_option(set, value);
  }
  return set;
}

ValueError unknown_property(std::string_view name) {
  return {"PROPERTY_DOESNT_EXIST", "Property \"" + std::string(name) + "\" does not exist"};
}

bool is_valid_email(std::string_view email) noexcept {
  const auto at = email.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || email.size() > 254) {
    return false;
  }
  const std::string_view local = email.substr(0, at);
  const bool plain = std::none_of(local.begin(), local.end(), [](char c) {
    return is_blank(c) || static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
           std::string_view("()<>[]:;,\\\"").find(c) != std::string_view::npos;
  });
  const bool dots_fine =
      local.front() != '.' && local.back() != '.' && local.find("..") == std::string_view::npos;
  return plain && dots_fine && is_host(email.substr(at + 1));
}

std::string normalise_domain(std::string_view raw) {
  std::string domain = to_lower(trim(raw));
  if (const auto scheme = domain.find("://"); scheme != std::string::npos) {
    domain.erase(0, scheme + 3);
  }
  domain.erase(std::min(domain.find_first_of("/?#:"), domain.size()));
  if (domain.starts_with("www.")) {
    domain.erase(0, 4);
  }
  return domain;
}

std::string email_domain(std::string_view email) {
  const auto at = email.rfind('@');
  return at == std::string_view::npos ? std::string() : to_lower(email.substr(at + 1));
}

}  // namespace hubsim::hubspot
