#include "scenarios/yaml/scalar.h"

#include <cmath>
#include <string_view>

#include "common/base/text.h"

namespace hubsim::scenarios {

namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view without_sign(std::string_view text) {
  const bool sign = !text.empty() && (text[0] == '-' || text[0] == '+');
  return text.substr(sign ? 1 : 0);
}

/// digits [. digits] [e [sign] digits], with at least one digit before or after the point.
bool looks_like_float(std::string_view text) {
  text = without_sign(text);
  const auto e = text.find_first_of("eE");
  if (e != std::string_view::npos && !all_digits(without_sign(text.substr(e + 1)))) {
    return false;
  }
  const std::string_view mantissa = text.substr(0, e);
  const auto point = mantissa.find('.');
  const std::string_view whole = mantissa.substr(0, point);
  const std::string_view part =
      point == std::string_view::npos ? std::string_view() : mantissa.substr(point + 1);
  const bool whole_ok = whole.empty() || all_digits(whole);
  const bool part_ok = part.empty() || all_digits(part);
  return whole_ok && part_ok && !(whole.empty() && part.empty());
}

Failure<std::string> refuse(const std::string& text, const char* why) {
  return Failure{"'" + text + "' " + why};
}

Result<Json> resolve_number(const std::string& text) {
  const std::string_view unsigned_text = without_sign(text);
  const std::string_view number =
      text[0] == '+' ? unsigned_text : std::string_view(text);  // our parsers take no plus
  if (unsigned_text.size() > 1 && unsigned_text[0] == '0' && all_digits(unsigned_text)) {
    return refuse(text, "is octal in YAML 1.1 and decimal in 1.2: quote it, or drop the zeros");
  }
  if (all_digits(unsigned_text)) {
    const auto value = parse_int(number);
    return value ? Result<Json>(Json(*value))
                 : refuse(text, "is too large: quote it if it is text");
  }
  std::string padded(number);  // "5." and ".5" are floats in YAML
  if (padded.back() == '.') {
    padded += '0';
  }
  const auto value = parse_double(padded);
  if (!value || !std::isfinite(*value)) {
    return refuse(text, "is no number that can be kept: quote it if it is text");
  }
  return Json(*value);
}

}  // namespace

Result<Json> resolve_plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    return Json(nullptr);
  }
  if (text == "true" || text == "True" || text == "TRUE") {
    return Json(true);
  }
  if (text == "false" || text == "False" || text == "FALSE") {
    return Json(false);
  }
  if (text.starts_with("0x") || text.starts_with("0o")) {
    return refuse(text, "is a number to some YAML readers and a text to others: quote it");
  }
  const std::string lower = to_lower(without_sign(text));
  if (lower == ".inf" || lower == ".nan") {
    return refuse(text, "is not a usable number");
  }
  if (looks_like_float(text)) {
    return resolve_number(text);
  }
  return Json(text);
}

}  // namespace hubsim::scenarios
