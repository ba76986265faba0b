// UserBook: what the users of a portal have beside being owners: permission set, teams, super
// admin. Who the users are say the owners (portal.owners()): one person behind each. A part of the
// portal. Threads: guarded by the portal's lock. Invariant: kept by user id.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mock_server/portal/part.h"

namespace hubsim::portal {
class Portal;
struct Owner;
}  // namespace hubsim::portal

namespace hubsim::operations {

struct UserDetails {
  std::string role{};
  std::string primary_team{};
  std::vector<std::string> secondary_teams{};
  bool super_admin = false;
  bool welcome_email = false;
  std::uint64_t record = 0;  ///< its CRM record (0-115); 0: none
};

class UserBook : public portal::PartOf<UserBook> {
 public:
  /// The first owner is the one who opened the account: a super admin.
  explicit UserBook(const portal::Portal& portal);
  [[nodiscard]] UserDetails& of(std::uint64_t user) { return details_[user]; }

 private:
  std::map<std::uint64_t, UserDetails> details_;
};

/// A permission set of the account (roles are made in HubSpot's settings only).
struct Role {
  std::string_view id;
  std::string_view name;
  bool billing = false;
};
[[nodiscard]] const std::vector<Role>& user_roles();
[[nodiscard]] bool is_role(std::string_view id);

}  // namespace hubsim::operations
