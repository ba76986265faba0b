#include "mock_server/portal/tokens.h"

#include <algorithm>
#include <iterator>

#include "common/base/text.h"

namespace hubsim::portal {

namespace {

bool is_token_char(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u >= 0x80;
}

std::vector<std::string> tokenise(std::string_view text, bool keep_stars) {
  std::vector<std::string> tokens;
  std::string token;
  for (const char c : text) {
    if (is_token_char(c) || (keep_stars && c == '*')) {
      token += to_lower_ascii(c);
    } else if (!token.empty()) {
      tokens.push_back(std::move(token));
      token.clear();
    }
  }
  if (!token.empty()) {
    tokens.push_back(std::move(token));
  }
  return tokens;
}

}  // namespace

std::vector<std::string> tokens_of(std::string_view value) { return tokenise(value, false); }

std::vector<std::string> TokenPattern::plain() const {
  std::vector<std::string> found;
  std::copy_if(wanted_.begin(), wanted_.end(), std::back_inserter(found),
               [](const std::string& token) { return token.find('*') == std::string::npos; });
  return found;
}

std::string digits_of(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

TokenPattern::TokenPattern(std::string_view pattern, bool wildcards)
    : wanted_(tokenise(pattern, wildcards)) {}

bool TokenPattern::matches(std::string_view value) const {
  if (wanted_.empty()) {
    return false;
  }
  const std::vector<std::string> tokens = tokenise(value, false);
  for (std::size_t begin = 0; begin + wanted_.size() <= tokens.size(); ++begin) {
    std::size_t i = 0;
    while (i < wanted_.size() && glob_matches(wanted_[i], tokens[begin + i])) {
      ++i;
    }
    if (i == wanted_.size()) {
      return true;
    }
  }
  return false;
}

}  // namespace hubsim::portal
