// JSON: one alias for the library, and the few helpers that its traps call for. Values keep the key
// order they were given (ordered_json), because HubSpot's envelopes have an order and reports
// are compared as text.
// Parsing of outside input goes through parse(), which never throws and bounds the depth.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace hubsim {

using Json = nlohmann::ordered_json;

namespace json {

inline constexpr int max_depth = 64;

struct ParseError {
  std::string message;
  std::size_t line = 1;
  std::size_t column = 1;
};

/// Parses a whole text; refuses nesting deeper than max_depth.
[[nodiscard]] Result<Json, ParseError> parse(std::string_view text);

/// Compact text; invalid UTF-8 is replaced, so this never throws.
[[nodiscard]] std::string dump(const Json& value, int indent = -1);

/// Appends `text` as a JSON string with quotes. Plain ASCII is copied in one piece.
void append_string(std::string& out, std::string_view text);

/// The member, or nullptr when `object` is no object or lacks it.
[[nodiscard]] const Json* find(const Json& object, std::string_view key);

/// The member as text: strings as they are, numbers and booleans as written, else "".
[[nodiscard]] std::string text_of(const Json& value);

/// Escapes one key for a JSON pointer.
[[nodiscard]] std::string pointer_token(std::string_view key);

}  // namespace json
}  // namespace hubsim
