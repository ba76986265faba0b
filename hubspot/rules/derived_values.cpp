#include "hubspot/rules/derived_values.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"

namespace hubsim::hubspot {

namespace {

using Arguments = std::vector<std::string_view>;
using Rule = std::optional<std::string> (*)(const Arguments& arguments, const ValueOf& value_of);

std::optional<std::string> same_as(const Arguments& arguments, const ValueOf& value_of) {
  auto value = value_of(arguments[0]);
  return value && value->empty() ? std::nullopt : value;
}

std::optional<std::string> value_is(const Arguments& arguments, const ValueOf& value_of) {
  return std::string(value_of(arguments[0]) == arguments[1] ? arguments[2] : arguments[3]);
}

struct Kind {
  std::string_view name;
  std::size_t arguments;
  Rule rule;
};
constexpr std::array<Kind, 2> kinds{{{"property", 1, same_as}, {"value_is", 4, value_is}}};

const Kind* find_kind(const std::vector<std::string_view>& parts) {
  const auto* found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) {
    return kind.name == parts[0] && kind.arguments + 1 == parts.size();
  });
  return found == kinds.end() ? nullptr : found;
}

}  // namespace

bool is_derived_kind(std::string_view kind) { return find_kind(split(kind, ':')) != nullptr; }

std::optional<std::string> derive(std::string_view kind, const ValueOf& value_of) {
  const auto parts = split(kind, ':');
  const Kind* found = find_kind(parts);
  return found != nullptr ? found->rule({parts.begin() + 1, parts.end()}, value_of) : std::nullopt;
}

}  // namespace hubsim::hubspot
