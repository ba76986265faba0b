#include "contract_tests/runner/case.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "contract_tests/runner/embedded_cases.h"

namespace hubsim::contract {

namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

Json parse_file(const std::string& file, std::string_view text) {
  auto parsed = json::parse(text);
  if (!parsed) {
    throw std::runtime_error(file + ":" + std::to_string(parsed.error().line) + ":" +
                             std::to_string(parsed.error().column) + ": " + parsed.error().message);
  }
  return std::move(parsed).value();
}

void add_case(const std::string& file, const Json& item, std::vector<Case>& cases) {
  static const Json default_versions = Json::array({"v3", "2026-03"});
  const Json versions = item.value("versions", default_versions);
  for (const Json& version : versions) {
    cases.push_back({.file = file,
                     .name = item.at("name"),
                     .version = version,
                     .evidence = item.at("evidence"),
                     .tier = item.value("tier", ""),
                     .app = item.value("app", ""),
                     .scopes = item.value("scopes", Json()),
                     .options = item.value("options", Json()),
                     .steps = item.at("steps")});
  }
}

/// v3 stands for the numbered versions, of which each family has its own.
Variables numbered_paths() {
  return {{"objects", "/crm/v3/objects"},
          {"properties", "/crm/v3/properties"},
          {"owners", "/crm/v3/owners"},
          {"imports", "/crm/v3/imports"},
          {"exports", "/crm/v3/exports/export"},
          {"schemas", "/crm-object-schemas/v3/schemas"},
          {"library", "/crm/v3/object-library/enablement"},
          {"timeline", "/integrators/timeline/v3"},
          {"flags", "/feature-flags/v3"},
          {"cards", "/crm/v3/extensions/cards-dev"},
          {"calling", "/crm/v3/extensions/calling"},
          {"video", "/crm/v3/extensions/videoconferencing"},
          {"limits", "/crm/v3/limits"},
          {"splits", "/crm/v3/objects/deals/splits"},
          {"links", "/crm/v4/objects"},
          {"link_batches", "/crm/v4/associations"},
          {"pipelines", "/crm/v3/pipelines"},
          {"validations", "/crm/v3/property-validations"},
          {"lists", "/crm/v3/lists"},
          {"hubdb", "/cms/v3/hubdb"},
          {"users", "/settings/v3/users"},
          {"currencies", "/settings/v3/currencies"},
          {"units", "/business-units/v3/business-units"},
          {"account", "/account-info/v3"}};
}

/// Webhooks moved more often than the rest: the management API between two folders, the journal out
/// of its v4.
Variables webhook_paths(const std::string& version) {
  const bool old_place = version == "v3" || version == "2026-03";
  const bool numbered = version == "v3" || version == "v4";
  const auto journal = [&](const std::string& part) {
    return numbered ? "/webhooks/v4/" + part : "/webhooks-journal/" + part + "/" + version;
  };
  return {{"webhooks", (old_place ? "/webhooks/" : "/app-webhooks/") + version},
          {"journal", journal("journal")},
          {"journal_local", journal("journal-local")},
          {"journal_subscriptions", journal("subscriptions")},
          {"journal_snapshots", journal("snapshots")}};
}

/// Areas whose numbered version is not the CRM's.
Variables area_paths(const std::string& version) {
  const bool numbered = version.starts_with('v');
  const auto place = [&](const std::string& old, const std::string& dated) {
    return numbered ? old : dated + "/" + version;
  };
  return {
      {"marketing_events", place("/marketing/v3/marketing-events", "/marketing/marketing-events")},
      {"actions", place("/automation/v4/actions", "/automation/actions")},
      {"conversations", place("/conversations/v3/conversations", "/conversations/conversations")},
      {"callbacks", place("/automation/v4/actions/callbacks", "/automation/actions/callbacks")},
      {"channels", place("/conversations/v3/custom-channels", "/conversations/custom-channels")}};
}

Variables dated_paths(const std::string& version) {
  return {{"objects", "/crm/objects/" + version},
          {"properties", "/crm/properties/" + version},
          {"owners", "/crm/owners/" + version},
          {"imports", "/crm/imports/" + version},
          {"exports", "/crm/exports/" + version + "/export"},
          {"schemas", "/crm-object-schemas/" + version + "/schemas"},
          {"library", "/crm/object-library/" + version + "/enablement"},
          {"timeline", "/integrators/timeline/" + version},
          {"flags", "/feature-flags/" + version},
          {"cards", "/crm/extensions/cards-dev/" + version},
          {"calling", "/crm/extensions/calling/" + version},
          {"video", "/crm/extensions/videoconferencing/" + version},
          {"limits", "/crm/limits/" + version},
          {"splits", "/deal-splits/" + version},
          {"links", "/crm/objects/" + version},
          {"link_batches", "/crm/associations/" + version},
          {"pipelines", "/crm/pipelines/" + version},
          {"validations", "/crm/property-validations/" + version},
          {"lists", "/crm/lists/" + version},
          {"hubdb", "/cms/hubdb/" + version},
          {"users", "/settings/users/" + version},
          {"currencies", "/settings/currencies/" + version},
          {"units", "/business-units/public/" + version + "/business-units"},
          {"account", "/account-info/" + version}};
}

}  // namespace

Json read_json_file(const std::string& path) { return parse_file(path, read_text(path)); }

Variables version_paths(const std::string& version) {
  Variables paths = version == "v3" ? numbered_paths() : dated_paths(version);
  paths.merge(webhook_paths(version));
  paths.merge(area_paths(version));
  paths["version"] = version;
  return paths;
}

void add_cases(const std::string& file, std::string_view text, std::vector<Case>& cases) {
  const Json content = parse_file(file, text);
  try {
    for (const Json& item : content.at("cases")) {
      add_case(file, item, cases);
    }
  } catch (const Json::exception& error) {
    throw std::runtime_error(file + ": " + error.what());
  }
}

std::vector<Case> load_cases(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") {
      files.push_back(entry.path().generic_string());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<Case> cases;
  for (const std::string& file : files) {
    add_cases(file, read_text(file), cases);
  }
  if (cases.empty()) {
    throw std::runtime_error("no contract cases in " + folder);
  }
  return cases;
}

std::vector<Case> embedded_cases() {
  std::vector<Case> cases;
  for (const EmbeddedFile& file : embedded_files()) {
    add_cases("contract_tests/cases/" + std::string(file.name), file.content, cases);
  }
  return cases;
}

bool advances_clock(const Case& what) {
  return std::any_of(what.steps.begin(), what.steps.end(), [](const Json& step) {
    return step.contains("advance") || step.contains("pace");
  });
}

}  // namespace hubsim::contract
