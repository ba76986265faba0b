#include "mock_server/operations/settings/user_book.h"

#include <algorithm>

#include "mock_server/portal/portal.h"

namespace hubsim::operations {

UserBook::UserBook(const portal::Portal& portal) {
  if (!portal.owners().empty()) {
    details_[portal.owners().front().user_id].super_admin = true;
  }
}

const std::vector<Role>& user_roles() {
  static const std::vector<Role> roles{{"412231", "Sales manager"},
                                       {"412232", "Sales representative"},
                                       {"412233", "Marketing manager"},
                                       {"412234", "Billing administrator", true}};
  return roles;
}

bool is_role(std::string_view id) {
  const auto& roles = user_roles();
  return std::any_of(roles.begin(), roles.end(), [&](const Role& role) { return role.id == id; });
}

}  // namespace hubsim::operations
