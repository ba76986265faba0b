#include "reports/formats/csv_text.h"

#include <fmt/format.h>

#include <cmath>

#include "common/base/text.h"
#include "reports/formats/words.h"

namespace hubsim::reports {

std::string csv_field(std::string_view text) {
  std::string clean = printable(text);
  if (!clean.empty() && std::string_view("=+-@").find(clean.front()) != std::string_view::npos) {
    clean.insert(0, "'");
  }
  if (clean.find_first_of("\",") == std::string::npos) {
    return clean;
  }
  std::string out = "\"";
  for (const char c : clean) {
    out += c == '"' ? "\"\"" : std::string(1, c);
  }
  return out + "\"";
}

std::string csv_number(std::optional<double> value) {
  return value && std::isfinite(*value) ? fmt::format("{}", *value) : "";
}

std::string csv_row(std::span<const std::string> fields) { return join(fields, ",") + "\r\n"; }

}  // namespace hubsim::reports
