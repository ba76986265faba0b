#include "scenarios/yaml/load.h"

#include <algorithm>

namespace hubsim::scenarios {

namespace {

Diagnostic located(const config::Problem& problem, const YamlDocument& document) {
  const bool about_key = problem.message.starts_with("unknown key");
  const Position at =
      about_key ? document.key_position(problem.pointer) : document.value_position(problem.pointer);
  return {.file = "", .line = at.line, .column = at.column, .message = problem.message};
}

bool before(const Diagnostic& a, const Diagnostic& b) {
  return a.line != b.line ? a.line < b.line : a.column < b.column;
}

}  // namespace

Result<Scenario, std::vector<Diagnostic>> load_scenario(const std::string& text,
                                                        const std::string& file_name,
                                                        const Kinds& kinds,
                                                        const ReadOptions& options) {
  std::vector<Diagnostic> diagnostics;
  Scenario scenario;
  auto document = parse_yaml(text);
  if (document.ok()) {
    config::Problems problems;
    scenario = read_scenario(document->value, kinds, options, problems);
    for (const config::Problem& problem : problems) {
      diagnostics.push_back(located(problem, *document));
    }
  } else {
    diagnostics = document.error();
  }
  for (Diagnostic& diagnostic : diagnostics) {
    diagnostic.file = file_name;
  }
  if (!diagnostics.empty()) {
    std::stable_sort(diagnostics.begin(), diagnostics.end(), before);
    return Failure{std::move(diagnostics)};
  }
  scenario.file_name = file_name;
  return scenario;
}

}  // namespace hubsim::scenarios
