#include "hubspot/rules/json_place.h"

#include <algorithm>
#include <string>

#include "common/base/text.h"

namespace hubsim::hubspot {

namespace {

/// Walks a valid JSON text without building anything. Every step stays inside the text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { skip_blanks(); }

  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  [[nodiscard]] char here() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

  /// Moves to the member or element; false when there is none, standing somewhere inside.
  bool enter(std::string_view token) {
    const char open = here();
    if (open != '{' && open != '[') {
      return false;
    }
    step();
    std::size_t index = 0;
    while (here() != '\0' && here() != '}' && here() != ']') {
      const bool wanted = open == '{' ? member_is(token) : std::to_string(index) == token;
      if (wanted) {
        return true;
      }
      skip_value();
      if (here() == ',') {
        step();
      }
      ++index;
    }
    return false;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }
  void step() {
    ++at_;
    skip_blanks();
  }
  std::string_view skip_string() {
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      at_ += text_[at_] == '\\' ? 2U : 1U;
    }
    at_ = std::min(at_, text_.size());
    const std::string_view inside = text_.substr(begin, at_ - begin);
    step();
    return inside;
  }
  bool member_is(std::string_view token) {
    const std::string_view key = skip_string();
    step();  // the colon
    return key == token;
  }
  void skip_value() {
    std::size_t depth = 0;
    do {
      const char c = here();
      if (c == '"') {
        skip_string();
        continue;
      }
      depth += c == '{' || c == '[' ? 1U : 0U;
      depth -= (c == '}' || c == ']') && depth > 0 ? 1U : 0U;
      step();
    } while (at_ < text_.size() && (depth > 0 || !ends_value(here())));
  }
  static bool ends_value(char c) { return c == ',' || c == '}' || c == ']'; }

  std::string_view text_;
  std::size_t at_ = 0;
};

JsonPlace place_at(std::string_view body, std::size_t offset) {
  JsonPlace place;
  const std::string_view before = body.substr(0, std::min(offset, body.size()));
  place.line += static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const auto line_start = before.rfind('\n');
  place.column = offset - (line_start == std::string_view::npos ? 0 : line_start + 1) + 1;
  return place;
}

}  // namespace

JsonPlace place_of(std::string_view body, std::string_view path) {
  Scanner scanner(body);
  std::size_t reached = scanner.at();
  if (!path.empty()) {
    for (const std::string_view token : split(path.substr(1), '/')) {
      if (!scanner.enter(token)) {
        break;
      }
      reached = scanner.at();
    }
  }
  return place_at(body, reached);
}

JsonPlace place_of_end(std::string_view body) {
  return place_at(body, body.empty() ? 0 : body.size() - 1);
}

}  // namespace hubsim::hubspot
