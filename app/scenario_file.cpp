#include "app/scenario_file.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "scenarios/yaml/load.h"

namespace hubsim::app {

namespace {

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

std::optional<std::string> read_text(const std::string& file_name) {
  std::ifstream file(file_name, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    std::fprintf(stderr, "hubsim: %s: cannot be read; is the path right?\n", file_name.c_str());
    return std::nullopt;
  }
  return text.str();
}

}  // namespace

std::optional<ScenarioFile> read_scenario_file(const std::string& file_name,
                                               const std::vector<std::string>& set) {
  scenarios::ReadOptions options{.set = {}, .environment = environment};
  for (const std::string& pair : set) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      std::fprintf(stderr, "hubsim: --set %s: write --set name=value\n", pair.c_str());
      return std::nullopt;
    }
    options.set.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  const auto text = read_text(file_name);
  if (!text) {
    return std::nullopt;
  }
  auto loaded = scenarios::load_scenario(*text, file_name, compose_kinds(), options);
  if (!loaded.ok()) {
    for (const auto& diagnostic : loaded.error()) {
      std::fprintf(stderr, "%s\n", diagnostic.text().c_str());
    }
    return std::nullopt;
  }
  return ScenarioFile{std::move(loaded).value(), *text};
}

}  // namespace hubsim::app
