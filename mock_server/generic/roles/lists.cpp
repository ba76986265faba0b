// Lists and searches: a page of the collection.
#include "mock_server/generic/core/listing.h"
#include "mock_server/generic/core/role_table.h"

namespace hubsim::generic {

void register_roles_lists(RoleTable& table);
void register_roles_lists(RoleTable& table) {
  table.add(Role::list, answer_list);
  table.add(Role::search, answer_list);
}

}  // namespace hubsim::generic
