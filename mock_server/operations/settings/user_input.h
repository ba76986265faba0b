// Users of a request: which one a path means, and what a body says about one, checked (behaviour
// reference 7, "Users/teams").
// Threads: under the portal's lock.
#pragma once

#include "mock_server/operations/settings/user_book.h"
#include "mock_server/operations/support/answer.h"

namespace hubsim::operations {

/// By user id, or by address with `idProperty=EMAIL`; 404 else. Deactivated ones are not there.
[[nodiscard]] Read<portal::Owner*> named_user(Context& context);
/// Members that are named change; the others stay. Nothing is changed where something is wrong.
[[nodiscard]] std::optional<ApiError> apply_user(Context& context, const Json& body,
                                                 portal::Owner& owner);
/// Teams of the owner follow those of the user, and so does its CRM record.
void settle_user(Context& context, const portal::Owner& owner);

[[nodiscard]] Json render_user(const Context& context, const portal::Owner& owner);
[[nodiscard]] bool is_user(const Context& context, const portal::Owner& owner);

}  // namespace hubsim::operations
