// Cases: a JSON file of named cases, each a few calls against a fresh HubSpot with what must come
// back. One case runs once for each API version it names: the same calls over that version's paths.
// The format is described in contract_tests/README.md.
// Threads: one case at a time; a Player owns its world.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "common/time/clock.h"
#include "contract_tests/runner/pattern.h"
#include "mock_server/gateway/gateway.h"

namespace hubsim::contract {

struct Case {
  std::string file;
  std::string name;
  std::string version;
  std::string evidence;
  Json options;  ///< name -> value; null for none
  Json steps;
};

/// Throws std::runtime_error naming file and place.
[[nodiscard]] Json read_json_file(const std::string& path);

/// All cases under `folder`, by file, name and version. Throws std::runtime_error naming the file.
[[nodiscard]] std::vector<Case> load_cases(const std::string& folder);

/// A HubSpot in this process, on a manual clock that moves a second with each call.
class Player {
 public:
  Player();
  [[nodiscard]] http::Response call(http::Method method, const std::string& target,
                                    const Json& headers, const std::string& body);
  [[nodiscard]] gateway::World& world() noexcept { return *world_; }
  /// Catalogue ids of the operations called so far.
  [[nodiscard]] const std::set<std::string_view>& called() const noexcept { return called_; }

  /// "" when all steps hold, else the first that does not, and why.
  [[nodiscard]] std::string play(const Case& what);

 private:
  [[nodiscard]] std::string play_step(const Json& step, Variables& variables);
  [[nodiscard]] static std::string compare(const Json& expect, const http::Response& response,
                                           const Variables& variables);
  [[nodiscard]] static std::string capture(const Json& step, const http::Response& response,
                                           Variables& variables);

  ManualClock clock_;
  std::unique_ptr<gateway::World> world_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::set<std::string_view> called_;
};

}  // namespace hubsim::contract
