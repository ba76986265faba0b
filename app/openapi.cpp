#include "app/openapi.h"

#include <fstream>
#include <iterator>
#include <map>

#include "hubspot/openapi/import.h"
#include "scenarios/yaml/document.h"

namespace hubsim::app {

namespace {

using Imported = Result<hubspot::MoreRows, std::vector<hubspot::ImportProblem>>;

Imported import_yaml(const std::string& text, const std::string& file) {
  const auto document = scenarios::parse_yaml(text);
  if (document.ok()) {
    return hubspot::import_openapi_document(document->value, file);
  }
  std::vector<hubspot::ImportProblem> problems;
  for (const scenarios::Diagnostic& each : document.error()) {
    problems.push_back({.file = file,
                        .pointer = std::to_string(each.line) + ":" + std::to_string(each.column),
                        .message = each.message});
  }
  return Failure{std::move(problems)};
}

Imported import_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return Failure{std::vector{hubspot::ImportProblem{file, "", "cannot be read"}}};
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (file.ends_with(".yaml") || file.ends_with(".yml")) {
    return import_yaml(text, file);
  }
  return hubspot::import_openapi(text, file);
}

}  // namespace

Result<hubspot::MoreRows> load_openapi(const std::vector<std::string>& files) {
  hubspot::MoreRows all;
  std::map<std::string, std::string> seen;
  std::string problems;
  for (const std::string& file : files) {
    Imported imported = import_file(file);
    if (!imported.ok()) {
      for (const hubspot::ImportProblem& problem : imported.error()) {
        problems += (problems.empty() ? "" : "\n") + problem.text();
      }
      continue;
    }
    for (const hubspot::OperationRow& row : imported->rows) {
      const auto [other, fresh] = seen.emplace(hubspot::row_shape(row), file);
      if (!fresh) {
        problems += (problems.empty() ? "" : "\n") + file + ": " + other->first + " is also in " +
                    other->second;
      }
      all.rows.push_back(row);
    }
    all.keepers.insert(all.keepers.end(), imported->keepers.begin(), imported->keepers.end());
  }
  if (!problems.empty()) {
    return Failure{std::move(problems)};
  }
  return all;
}

}  // namespace hubsim::app
