// YAML text -> JSON with the line and column of every value and key. Only what YAML 1.2's core
// schema says (yes, no, on, off are texts), and less where 1.1 and 1.2 disagree: octal, hex and
// leading zeros are refused, as are duplicate keys, tags and merge keys. Bounded in bytes, nodes
// (aliases expanded), keys and depth.
// Threads: pure. Never throws; every input ends in a value or in diagnostics.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/json/json.h"

namespace hubsim::scenarios {

inline constexpr std::size_t max_yaml_bytes = std::size_t{1024} * 1024;
inline constexpr std::size_t max_yaml_nodes = 100'000;
inline constexpr std::size_t max_yaml_keys = 1000;  ///< of one mapping
inline constexpr int max_yaml_depth = 32;

struct Diagnostic {
  std::string file;
  std::size_t line = 1;
  std::size_t column = 1;
  std::string message;
  /// "file:3:7: message".
  [[nodiscard]] std::string text() const;
};

struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

class YamlDocument {
 public:
  Json value;

  /// Where the value of that JSON pointer stands, or its nearest parent that is in the file itself.
  [[nodiscard]] Position value_position(std::string_view pointer) const;
  /// Where its key stands; of a list's item, the item.
  [[nodiscard]] Position key_position(std::string_view pointer) const;

  /// For the parser.
  std::map<std::string, Position, std::less<>> values;
  std::map<std::string, Position, std::less<>> keys;
};

/// Diagnostics are without a file name.
[[nodiscard]] Result<YamlDocument, std::vector<Diagnostic>> parse_yaml(const std::string& text);

}  // namespace hubsim::scenarios
