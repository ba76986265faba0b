// Teams of a portal: those that owners are or were in. Only HubSpot's settings make them; the
// control API's owners bring more.
// Threads: under the portal's lock.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mock_server/portal/portal.h"

namespace hubsim::operations {

struct Team {
  std::string name;
  std::vector<std::string> users{};      ///< whose main team it is
  std::vector<std::string> secondary{};  ///< who are in it beside
};
/// By id.
[[nodiscard]] std::map<std::string, Team> teams_of(const portal::Portal& portal);

}  // namespace hubsim::operations
