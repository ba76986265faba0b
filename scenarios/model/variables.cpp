#include "scenarios/model/variables.h"

namespace hubsim::scenarios {

namespace {

/// Calls on_text(text) and on_name(name) for the pieces of `text` in order.
template <class OnText, class OnName>
void each_piece(std::string_view text, OnText on_text, OnName on_name) {
  while (!text.empty()) {
    const auto open = text.find("${");
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) {
      on_text(text);
      return;
    }
    on_text(text.substr(0, open));
    on_name(text.substr(open + 2, close - open - 2));
    text.remove_prefix(close + 1);
  }
}

}  // namespace

const std::vector<std::string>& run_variables() {
  static const std::vector<std::string> names{
      "mock.url",       "mock.control_url",   "mock.access_token", "mock.portal_id", "mock.app_id",
      "mock.client_id", "mock.client_secret", "target.port",       "run.dir"};
  return names;
}

std::vector<std::string> variables_in(std::string_view text) {
  std::vector<std::string> names;
  each_piece(
      text, [](std::string_view) {}, [&](std::string_view name) { names.emplace_back(name); });
  return names;
}

std::string substitute(std::string_view text, const Variables& variables) {
  std::string out;
  each_piece(
      text, [&](std::string_view piece) { out += piece; },
      [&](std::string_view name) {
        const auto it = variables.find(name);
        out += it != variables.end() ? it->second : "${" + std::string(name) + "}";
      });
  return out;
}

Json substitute_in(const Json& value, const Variables& variables) {
  if (value.is_string()) {
    return substitute(value.get_ref<const std::string&>(), variables);
  }
  Json out = value;
  if (out.is_structured()) {
    for (Json& item : out) {
      item = substitute_in(item, variables);
    }
  }
  return out;
}

}  // namespace hubsim::scenarios
