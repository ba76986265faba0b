#include "common/json/json.h"

#include <algorithm>
#include <array>

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
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) [[unlikely]] {
      out.append(text.substr(plain_from, i - plain_from));
      append_escape(out, c);
      plain_from = i + 1;
    }
  }
  out.append(text.substr(plain_from));
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
