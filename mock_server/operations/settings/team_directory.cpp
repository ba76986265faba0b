#include "mock_server/operations/settings/team_directory.h"

#include "mock_server/portal/owner_details.h"

namespace hubsim::operations {

std::map<std::string, Team> teams_of(const portal::Portal& portal) {
  std::map<std::string, Team> teams;
  const auto& directory = portal.part<portal::OwnerDirectory>();
  for (const portal::Owner& owner : portal.owners()) {
    for (const portal::OwnerTeam& membership : directory.of(owner.id).teams) {
      Team& team = teams[membership.id];
      team.name = membership.name;
      if (!owner.archived) {
        (membership.primary ? team.users : team.secondary).push_back(std::to_string(owner.user_id));
      }
    }
  }
  return teams;
}

}  // namespace hubsim::operations
