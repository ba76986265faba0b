#include "mock_server/portal/owner_details.h"

#include "mock_server/portal/portal.h"

namespace hubsim::portal {

OwnerDirectory::OwnerDirectory(const Portal& portal) {
  for (const Owner& owner : portal.owners()) {
    if (owner.first_name.empty()) {
      details_[owner.id].type = "QUEUE";  // a queue has a name and no person
    }
  }
  // The second owner of a fresh portal is in two teams.
  if (portal.owners().size() > 1) {
    details_[portal.owners()[1].id].teams = {
        {.id = "48214791", .name = "Sales", .primary = true},
        {.id = "48214792", .name = "Europe", .primary = false}};
  }
}

const OwnerDetails& OwnerDirectory::of(std::uint64_t owner_id) const {
  static const OwnerDetails person;
  const auto found = details_.find(owner_id);
  return found == details_.end() ? person : found->second;
}

}  // namespace hubsim::portal
