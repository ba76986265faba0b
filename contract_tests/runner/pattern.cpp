#include "contract_tests/runner/pattern.h"

#include <algorithm>
#include <vector>

#include "common/base/text.h"
#include "common/time/format.h"

namespace hubsim::contract {

namespace {

constexpr std::string_view open_key = "...";
constexpr std::string_view has_prefix = "#has:";

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// ISO 8601 in UTC as HubSpot writes it: with 'Z', and no fraction of zeros (0, R).
bool is_time(std::string_view text) {
  const auto instant = parse_iso8601(text);
  return instant && text.size() >= 20 && text.ends_with('Z') && format_iso8601(*instant) == text;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = std::string_view("0123456789abcdef").find(text[i]) != std::string_view::npos;
    if (dash ? text[i] != '-' : !hex) {
      return false;
    }
  }
  return true;
}

std::string complain(const std::string& place, const Json& pattern, const Json& actual) {
  return (place.empty() ? "/" : place) + ": wanted " + json::dump(pattern) + ", got " +
         json::dump(actual);
}

std::string object_mismatch(const Json& pattern, const Json& actual, const std::string& place) {
  if (!actual.is_object()) {
    return complain(place, pattern, actual);
  }
  for (const auto& [key, wanted] : pattern.items()) {
    if (key == open_key) {
      continue;
    }
    const Json* member = json::find(actual, key);
    const bool absent = wanted == "#absent";
    if (absent != (member == nullptr)) {
      return place + "/" + key + (absent ? ": must be absent" : ": is missing in ") +
             (absent ? "" : json::dump(actual));
    }
    const std::string problem = absent ? "" : mismatch(wanted, *member, place + "/" + key);
    if (!problem.empty()) {
      return problem;
    }
  }
  if (json::find(pattern, open_key) == nullptr) {
    for (const auto& [key, value] : actual.items()) {
      if (json::find(pattern, key) == nullptr) {
        return place + "/" + key + ": not expected, got " + json::dump(value);
      }
    }
  }
  return "";
}

std::string set_mismatch(const Json& pattern, const Json& actual, const std::string& place) {
  if (!actual.is_array() || actual.size() + 1 != pattern.size()) {
    return complain(place, pattern, actual);
  }
  std::vector<bool> used(actual.size(), false);
  for (std::size_t i = 1; i < pattern.size(); ++i) {
    std::size_t at = 0;
    while (at < actual.size() && (used[at] || !mismatch(pattern[i], actual[at]).empty())) {
      ++at;
    }
    if (at == actual.size()) {
      return place + ": nothing matches " + json::dump(pattern[i]) + " in " + json::dump(actual);
    }
    used[at] = true;
  }
  return "";
}

std::string array_mismatch(const Json& pattern, const Json& actual, const std::string& place) {
  const std::string lead =
      !pattern.empty() && pattern[0].is_string() ? pattern[0].get<std::string>() : "";
  if (lead == "#set") {
    return set_mismatch(pattern, actual, place);
  }
  const bool each = lead == "#each" && pattern.size() == 2;
  if (!actual.is_array() || (!each && actual.size() != pattern.size())) {
    return complain(place, pattern, actual);
  }
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const std::string problem =
        mismatch(each ? pattern[1] : pattern[i], actual[i], place + "/" + std::to_string(i));
    if (!problem.empty()) {
      return problem;
    }
  }
  return "";
}

bool wildcard_matches(std::string_view wildcard, const Json& actual) {
  if (wildcard == "#any") {
    return true;
  }
  if (wildcard == "#number") {
    return actual.is_number();
  }
  return actual.is_string() && text_matches(wildcard, actual.get_ref<const std::string&>());
}

}  // namespace

std::string substitute_text(std::string_view text, const Variables& variables) {
  std::string out;
  while (true) {
    const auto begin = text.find("${");
    const auto end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) {
      return out += text;
    }
    const auto found = variables.find(std::string(text.substr(begin + 2, end - begin - 2)));
    out += text.substr(0, begin);
    out += found == variables.end() ? text.substr(begin, end - begin + 1)
                                    : std::string_view(found->second);
    text.remove_prefix(end + 1);
  }
}

Json substitute(const Json& value, const Variables& variables) {
  if (value.is_string()) {
    return substitute_text(value.get_ref<const std::string&>(), variables);
  }
  Json out = value;
  if (value.is_structured()) {
    for (auto& item : out) {
      item = substitute(item, variables);
    }
  }
  return out;
}

bool text_matches(std::string_view pattern, std::string_view actual) {
  if (pattern.starts_with(has_prefix)) {
    return actual.find(pattern.substr(has_prefix.size())) != std::string_view::npos;
  }
  if (pattern == "#any" || pattern == "#text") {
    return true;
  }
  if (pattern == "#digits") {
    return all_digits(actual);
  }
  if (pattern == "#time") {
    return is_time(actual);
  }
  return pattern == "#uuid" ? is_uuid(actual) : pattern == actual;
}

std::string mismatch(const Json& pattern, const Json& actual, const std::string& place) {
  if (pattern.is_object()) {
    return object_mismatch(pattern, actual, place);
  }
  if (pattern.is_array()) {
    return array_mismatch(pattern, actual, place);
  }
  const bool fine = pattern.is_string() && pattern.get_ref<const std::string&>().starts_with('#')
                        ? wildcard_matches(pattern.get_ref<const std::string&>(), actual)
                        : pattern == actual;
  return fine ? "" : complain(place, pattern, actual);
}

}  // namespace hubsim::contract
