// Cases: a JSON file of named cases, each a few calls against a fresh HubSpot with what must come
// back. One case runs once for each API version it names: the same calls over that version's paths.
// The format is described in contract_tests/README.md.
// Threads: plain values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "contract_tests/runner/pattern.h"

namespace hubsim::contract {

struct Case {
  std::string file;
  std::string name;
  std::string version;
  std::string evidence;
  std::string tier;  ///< of the account; empty: enterprise, or whatever the target has
  std::string app;   ///< private or oauth: whose token calls; empty: private, or the target's
  Json scopes;       ///< granted to the app; null: all of them
  Json options;      ///< name -> value; null for none
  Json steps;
};

/// Throws std::runtime_error naming file and place.
[[nodiscard]] Json read_json_file(const std::string& path);

/// All cases under `folder`, by file, name and version. Throws std::runtime_error naming the file.
[[nodiscard]] std::vector<Case> load_cases(const std::string& folder);
/// Adds the cases of one file's text; `file` names it in messages. Throws std::runtime_error.
void add_cases(const std::string& file, std::string_view text, std::vector<Case>& cases);

/// Those compiled into the program.
[[nodiscard]] std::vector<Case> embedded_cases();

/// The folders of the API families in a version: `objects`, `properties`, ...
[[nodiscard]] Variables version_paths(const std::string& version);

/// Whether a case has a step that lets the clock advance.
[[nodiscard]] bool advances_clock(const Case& what);

}  // namespace hubsim::contract
