#include "common/json/json.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace hubsim::json {

namespace {

/// Nesting depth by brackets outside strings: cheap, and enough to refuse hostile input before
/// the recursive parser sees it.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      i += c == '\\' ? 1 : 0;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > max_depth) {
        return true;
      }
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

ParseError locate(std::string_view text, std::size_t byte, std::string message) {
  const std::size_t end = std::min(byte, text.size());
  ParseError error{.message = std::move(message)};
  for (std::size_t i = 0; i < end; ++i) {
    const bool newline = text[i] == '\n';
    error.line += newline ? 1 : 0;
    error.column = newline ? 1 : error.column + 1;
  }
  return error;
}

void append_escape(std::string& out, char c) {
  static constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += hex[(static_cast<unsigned char>(c) >> 4U) & 15U];
      out += hex[static_cast<unsigned char>(c) & 15U];
  }
}

bool needs_escape(char c) noexcept {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

/// The same for eight bytes at once: whether any of them needs it. Each term sets the top bit of a
/// byte that is below 0x20, '"' or '\\'; bytes from 0x80 on are never one of these. A borrow can
/// only mark a byte above one that is marked rightly, so the answer for the word is exact.
bool any_needs_escape(const char* eight_bytes) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101ULL;
  constexpr std::uint64_t tops = 0x8080808080808080ULL;
  std::uint64_t word = 0;
  std::memcpy(&word, eight_bytes, sizeof word);
  const std::uint64_t quote = word ^ (ones * '"');
  const std::uint64_t backslash = word ^ (ones * '\\');
  const std::uint64_t marked = ((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) |
                               ((backslash - ones) & ~backslash);
  return (marked & tops) != 0;
}

/// How many bytes from `at` on can be copied as they are.
std::size_t plain_run(std::string_view text, std::size_t at) noexcept {
  std::size_t end = at;
  while (end + 8 <= text.size() && !any_needs_escape(text.data() + end)) {
    end += 8;
  }
  while (end < text.size() && !needs_escape(text[end])) {
    ++end;
  }
  return end - at;
}

}  // namespace

Result<Json, ParseError> parse(std::string_view text) {
  if (too_deep(text)) {
    return Failure{ParseError{.message = "nested deeper than 64 levels"}};
  }
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& e) {
    return Failure{locate(text, e.byte == 0 ? 0 : e.byte - 1, e.what())};
  } catch (const Json::exception& e) {
    return Failure{ParseError{.message = e.what()}};
  }
}

std::string dump(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t at = 0;
  while (true) {
    const std::size_t plain = plain_run(text, at);
    out.append(text, at, plain);
    at += plain;
    if (at == text.size()) {
      break;
    }
    append_escape(out, text[at++]);
  }
  out += '"';
}

const Json* find(const Json& object, std::string_view key) {
  if (!object.is_object()) {
    return nullptr;
  }
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

std::string text_of(const Json& value) {
  if (value.is_string()) {
    return value.get_ref<const std::string&>();
  }
  return value.is_number() || value.is_boolean() ? dump(value) : std::string();
}

std::string pointer_token(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace hubsim::json
